"""The first half of the set-up, before Kafka, Elasticsearch and PostgreSQL start: secrets and certificates, each made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import Stop
from deploy.setup import certificates, elasticsearch, kafka, postgres
from deploy.setup.files import made_once, put

BROKER_SEES = "/mnt/shared/config"
"""Where the broker's container finds the folder of its own."""
NODE_SEES = "/usr/share/elasticsearch/config/klankbord"
DASHBOARDS_KEY = "elasticsearch.key"
EVERYBODYS = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Folders:
    """One folder, which is one volume, for each reader, so that nobody reads what is another's."""

    root: Path

    @property
    def authority(self) -> Path:
        return self.root / "authority"

    @property
    def setup(self) -> Path:
        return self.root / "setup"

    @property
    def kafka(self) -> Path:
        return self.root / "kafka"

    @property
    def elasticsearch(self) -> Path:
        return self.root / "elasticsearch"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def klankbord(self) -> Path:
        return self.root / "klankbord"

    @property
    def grafana(self) -> Path:
        return self.root / "grafana"


def prepare(folders: Folders, managed: Mapping[str, Path], say: Callable[[str], None]) -> None:
    """Make what is missing. Raises Stop where it cannot be made.

    managed  of "kafka", "elasticsearch" and "postgres", those that run elsewhere, with the folder of what a person was given for them
    """
    certificates.make_authority(folders.authority)
    put(folders.klankbord / "ca.crt", (folders.authority / "ca.crt").read_bytes())
    made_once(folders.klankbord / "page.password")
    made_once(folders.grafana / "admin.password")
    put(folders.grafana / "ca.crt", (folders.authority / "ca.crt").read_bytes())
    for name, bundled in (("kafka", _kafka), ("elasticsearch", _elasticsearch), ("postgres", _postgres)):
        if name in managed:
            _given(name, managed[name], folders.klankbord, say)
            _given_to_read(name, managed[name], folders.grafana)
        else:
            bundled(folders, say)


def _given(name: str, given: Path, to: Path, say: Callable[[str], None]) -> None:
    """Copy the password, and the certificate of the authority where there is one, to where the parts read them."""
    try:
        put(to / f"{name}.password", (given / f"{name}.password").read_text().strip())
        if (given / f"{name}.crt").exists():
            put(to / f"{name}.crt", (given / f"{name}.crt").read_bytes())
    except OSError as error:
        raise Stop(
            f"deploy/managed/{name}.password cannot be read ({error.strerror}): write the password there, and let the "
            f"container's user read it: chgrp 1000 deploy/managed/* && chmod 0640 deploy/managed/*"
        ) from None
    say(f"{name} is a managed one: took its password")


def _given_to_read(name: str, given: Path, to: Path) -> None:
    """Of a managed Elasticsearch, the key that dashboards read with and whom they trust: everybody's authorities, or its own."""
    if name == "elasticsearch":
        if (given / DASHBOARDS_KEY).exists():
            put(to / DASHBOARDS_KEY, (given / DASHBOARDS_KEY).read_text().strip())
        trusted = next((one for one in (given / f"{name}.crt", EVERYBODYS) if one.exists()), None)
        if trusted:
            put(to / "ca.crt", trusted.read_bytes())


def _kafka(folders: Folders, say: Callable[[str], None]) -> None:
    if certificates.sign(folders.authority, folders.kafka, ["kafka", "localhost"]):
        say("made a certificate for Kafka")
    content = kafka.properties(
        folder=BROKER_SEES,
        broker=made_once(folders.kafka / "broker.password"),
        klankbord=made_once(folders.klankbord / "kafka.password"),
    )
    put(
        folders.kafka / "server.properties", content, mode=0o640
    )  # the broker's image copies it with its mode and adds to it


def _elasticsearch(folders: Folders, say: Callable[[str], None]) -> None:
    if certificates.sign(folders.authority, folders.elasticsearch, ["elasticsearch", "localhost"]):
        say("made a certificate for Elasticsearch")
    passwords = {
        "klankbord": made_once(folders.klankbord / "elasticsearch.password"),
        "klankbord-setup": made_once(folders.setup / "elasticsearch.password"),
        "klankbord-read": made_once(folders.grafana / "elasticsearch.password"),
        "klankbord-health": made_once(folders.elasticsearch / "health.password"),
    }
    known = folders.elasticsearch / "users"
    put(known, elasticsearch.users(passwords, known.read_text() if known.exists() else ""))
    put(folders.elasticsearch / "users_roles", elasticsearch.users_roles())
    put(folders.elasticsearch / "roles.yml", elasticsearch.ROLES)
    put(folders.elasticsearch / "health.curl", _health(passwords["klankbord-health"]))


def _postgres(folders: Folders, say: Callable[[str], None]) -> None:
    if certificates.sign(folders.authority, folders.postgres, ["postgres", "localhost"]):
        say("made a certificate for PostgreSQL")
    # It refuses a key of its own that its group may read: https://www.postgresql.org/docs/15/ssl-tcp.html
    put(folders.postgres / "server.key", (folders.postgres / "tls.key").read_bytes(), mode=0o400)
    made_once(folders.postgres / "postgres.password")
    put(folders.postgres / "klankbord.sql", postgres.first(made_once(folders.klankbord / "postgres.password")))
    put(folders.postgres / "pg_hba.conf", postgres.HBA)


def _health(password: str) -> str:
    """What the node's health check tells curl: kept in a file, for a command line can be read by others."""
    return (
        f'user = "klankbord-health:{password}"\n'
        f'cacert = "{NODE_SEES}/ca.crt"\n'
        'url = "https://localhost:9200/_cluster/health?wait_for_status=yellow&timeout=2s"\n'
        "silent\nfail\nmax-time = 5\n"
    )
