"""An Elasticsearch node: the real server, without the modules that its full distribution adds."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.cache import Report, fetched, quiet, version_of
from deploy.engines.certificates import Certificates, certificates
from deploy.engines.java import java_home
from deploy.engines.node import ALONE, Door, Node
from deploy.engines.passwords import USER, hashed, password_in
from deploy.engines.ports import free_ports
from deploy.engines.process import Launch, kept_running
from deploy.engines.unprivileged import as_nobody

CONFIGURATION = (
    ALONE
    + """\
path.logs: {folder}/logs
xpack.security.enabled: {security}
"""
)
SECURITY = """\
xpack.security.autoconfiguration.enabled: false
xpack.security.enrollment.enabled: false
xpack.security.authc.reserved_realm.enabled: false
xpack.security.authc.realms.native.native.enabled: false
xpack.security.authc.realms.file.file.order: 0
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: certificates/server.key
xpack.security.http.ssl.certificate: certificates/server.crt
xpack.security.http.ssl.certificate_authorities: certificates/ca.crt
"""


@dataclass(frozen=True)
class Account:
    """A user beside the node's own, which may do everything: its roles are built-in ones or stand in `roles`."""

    user: str
    password: str
    roles: tuple[str, ...]


@contextmanager
def running(
    folder: Path,
    *,
    security: bool = False,
    accounts: Sequence[Account] = (),
    roles: str = "",
    heap: str = "512m",
    quick: bool = True,
    report: Report = quiet,
) -> Iterator[Node]:
    """A node on free ports with its data below `folder`; gone when the block ends.

    security  TLS and passwords: `user`, `password` and `ca` of the node say how to get in
    accounts  further users; `roles` is the text of a roles.yml for them
    quick     compiles lightly, so that it starts soon; without it the node works at full speed after a while
    """

    def prepared() -> Node:
        ports = free_ports(2)
        more = {"accounts": accounts, "roles": roles, "heap": heap}
        return prepare(folder, ports, security=security, quick=quick, report=report, **more)  # type: ignore[arg-type]  # a mapping of several types

    with kept_running(prepared) as node:
        yield node


def prepare(
    folder: Path,
    ports: Sequence[int],
    *,
    security: bool = False,
    accounts: Sequence[Account] = (),
    roles: str = "",
    heap: str = "1g",
    quick: bool = False,
    guarded: bool = True,
    report: Report = quiet,
) -> Node:
    """A node that is ready to be started, on ports for HTTP and transport."""
    home = fetched("elasticsearch", report) / f"elasticsearch-{version_of('elasticsearch')}"
    folder, (port, transport) = folder.absolute(), ports
    for needed in ("config", "data", "logs", "tmp"):
        (folder / needed).mkdir(parents=True, exist_ok=True)
    _configure(home, folder / "config")
    text = CONFIGURATION.format(port=port, transport=transport, folder=folder, security=str(security).lower())
    (folder / "config" / "elasticsearch.yml").write_text(text + SECURITY * security)
    door = Door(port)
    if security:
        own = Account(USER, password_in(folder), ("superuser",))
        door = Door(port, own.user, own.password, _let_in(folder / "config", (own, *accounts), roles).ca)
    compiling = "-XX:TieredStopAtLevel=1" if quick else ""
    environment = {
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_HOME": str(java_home(21)),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap} -XX:-AlwaysPreTouch -XX:+UseSerialGC {compiling}",
        "HOME": str(folder / "tmp"),
    }
    command = as_nobody([str(home / "bin" / "elasticsearch"), f"-Epath.data={folder / 'data'}"], folder)
    launch = Launch("Elasticsearch", folder, command, door.healthy, within=300, environment=environment)
    return Node(launch, door, guarded=guarded)


def _configure(home: Path, configuration: Path) -> None:
    """The distribution's own configuration, without what asks for much memory or writes much."""
    for one in (home / "config").iterdir():
        if one.is_file() and one.name not in {"elasticsearch.yml", "users", "users_roles", "roles.yml"}:
            shutil.copyfile(one, configuration / one.name)
    options = configuration / "jvm.options"
    unwanted = ("-XX:+UseG1GC", "-Xlog:gc", "-XX:+HeapDump", "-XX:HeapDumpPath")
    kept = [line for line in options.read_text().splitlines() if not any(part in line for part in unwanted)]
    options.write_text("\n".join(kept) + "\n")


def _let_in(configuration: Path, accounts: Sequence[Account], roles: str) -> Certificates:
    """Users with their roles in files, and certificates for TLS."""
    (configuration / "users").write_text("".join(f"{one.user}:{hashed(one.password)}\n" for one in accounts))
    named = dict.fromkeys(role for one in accounts for role in one.roles)
    members = {role: ",".join(one.user for one in accounts if role in one.roles) for role in named}
    (configuration / "users_roles").write_text("".join(f"{role}:{users}\n" for role, users in members.items()))
    (configuration / "roles.yml").write_text(roles)
    return certificates(configuration / "certificates")
