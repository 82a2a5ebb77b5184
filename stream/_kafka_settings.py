"""How to reach Kafka, as a person writes it in klankbord.yaml, and as each of the two clients wants to hear it."""

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from core.errors import Stop
from core.settings import Settings as Written
from core.settings import Span

CLIENT = "klankbord"

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class Security(Written):
    """How the way to the brokers is protected.

    tls          encrypt, and verify the brokers' certificates: there is no way to switch that off
    ca           certificates to trust in place of the system's own
    certificate, key  a certificate of our own, where the brokers ask for one
    user, password, mechanism  whom klankbord says it is (SASL)
    """

    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    user: str | None = None
    password: SecretStr | None = None
    mechanism: Mechanism = "SCRAM-SHA-512"

    @model_validator(mode="after")
    def _whole(self) -> "Security":
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if not self.tls and (self.ca or self.certificate or self.key):
            raise ValueError("ca, certificate and key need tls: true")
        if self.key and not self.certificate:
            raise ValueError("key needs its certificate")
        return self


class Settings(Written):
    """The log on Kafka.

    servers      where to ask first, "host:port" with commas between several
    prefix       put before the name of every topic and consumer group, so that several klankbords share one Kafka
    partitions   of topics `mentions` and `enriched`: as many stream workers can share the work; never changed in place
    replication  on how many brokers each record stands; from 3 on, one may be down and no record is lost or refused
    compression  gzip saves network and disk, and costs half as much CPU again an appended record
    forgotten_within  a forgotten text leaves the brokers' files within this and some twenty minutes, once all groups are
                 past it; nobody is given it from the start. Topics are then cut to about this length
    """

    servers: str = Field(default="127.0.0.1:9092", min_length=1)
    prefix: str = Field(default="klankbord.", pattern=r"^[a-zA-Z0-9._-]{0,100}$")
    partitions: int = Field(default=8, ge=1, le=256)
    replication: int = Field(default=1, ge=1, le=9)
    compression: Literal["none", "gzip"] = "none"
    forgotten_within: Span = timedelta(hours=1)
    security: Security = Security()

    @field_validator("servers")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for server in value.split(","):
            host, _, port = server.strip().rpartition(":")
            if not host or not port.isdecimal():
                raise ValueError(f'"{server.strip()}" is no address; write host:port')
        return value

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        pairs = (server.strip().rpartition(":") for server in self.servers.split(","))
        return tuple((host.strip("[]"), int(port)) for host, _, port in pairs)

    def topic(self, name: str) -> str:
        """That log topic's name in Kafka."""
        return self.prefix + name

    def group(self, name: str) -> str:
        """That consumer group's name in Kafka."""
        return self.prefix + name

    def protection(self) -> dict[str, Any]:
        """What both clients take as keyword arguments. Raises Stop where a certificate's file cannot be used.

        Any: the clients have no types, and the values are strings and a TLS context.
        """
        security = self.security
        names = {(False, False): "PLAINTEXT", (True, False): "SSL", (False, True): "SASL_PLAINTEXT"}
        given: dict[str, Any] = {
            "security_protocol": names.get((security.tls, security.user is not None), "SASL_SSL"),
            "ssl_context": _context(security) if security.tls else None,
        }
        if security.user is not None and security.password is not None:
            given["sasl_mechanism"] = security.mechanism
            given["sasl_plain_username"] = security.user
            given["sasl_plain_password"] = security.password.get_secret_value()
        return given


def _context(security: Security) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=security.ca)
        if security.certificate is not None:
            context.load_cert_chain(security.certificate, security.key)
    except OSError as error:  # ssl.SSLError is one
        files = ", ".join(str(path) for path in (security.ca, security.certificate, security.key) if path)
        raise Stop(f"the certificates for Kafka cannot be used ({files}): {error.strerror or error}") from None
    return context
