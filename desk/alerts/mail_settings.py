"""Where e-mail goes out. Kept light: the configuration is read by parts that never send any."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.settings import Settings
from desk.alerts.addresses import addresses

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"starttls": 587, "implicit": 465, "none": 25}


class MailSettings(Settings):
    """The mail server. Without a `host` nothing is sent by e-mail.

    tls       starttls (port 587), implicit (465), or none (25) to this machine alone
    password  of `user`; write ${file:...}
    ca        certificate of the authority that signed the server's; without one, those that this machine trusts
    sender    the address that messages come from
    timeout   seconds that the server may take for an answer
    """

    host: str = ""
    port: int = Field(default=0, ge=0, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    ca: Path | None = None
    sender: str = ""
    timeout: float = Field(default=20, gt=0, le=300)

    @field_validator("sender")
    @classmethod
    def _address(cls, value: str) -> str:
        return addresses((value,))[0] if value else value

    @model_validator(mode="after")
    def _whole(self) -> "MailSettings":
        if self.host and not self.sender:
            raise ValueError("sender: is missing: the address that messages come from")
        if self.tls == "none" and self.host and self.host not in LOCAL:
            raise ValueError("tls: a server on another machine is spoken to by TLS alone: starttls or implicit")
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password: give both or neither")
        return self

    @property
    def taken_port(self) -> int:
        return self.port or PORTS[self.tls]
