"""A PostgreSQL server: the one of this machine, on a port and data of its own."""

import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from core.errors import Stop
from deploy.engines.cache import Report, quiet
from deploy.engines.certificates import certificates
from deploy.engines.packages import install
from deploy.engines.passwords import USER, password_in
from deploy.engines.ports import free_ports
from deploy.engines.process import Engine, Launch, kept_running
from deploy.engines.unprivileged import as_nobody

INSTALL = Path(__file__).parent / "install.sh"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "ssl": "on",
    "ssl_ca_file": "certificates/ca.crt",
    "ssl_cert_file": "certificates/server.crt",
    "ssl_key_file": "certificates/server.key",
    "shared_buffers": "32MB",
}


class Server(Engine):
    """A server with TLS and one account: `port`, `user`, `password`, `ca`; `url` is that of a database to begin with."""

    # The fast end; at SIGTERM it waits for every client to leave: https://www.postgresql.org/docs/15/server-shutdown.html
    asked_to_end_by = signal.SIGINT

    def __init__(self, launch: Launch, port: int, password: str, ca: Path, *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.port, self.user, self.password, self.ca = port, USER, password, ca

    @property
    def url(self) -> str:
        """Without the password."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """As the configuration writes it, without the password."""
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"

    def create(self, like: str = "template1") -> str:
        """A database of a name of its own, an empty one or a copy of one that nobody is connected to; its url."""
        name = f"made_{secrets.token_hex(6)}"
        with _connected(self.port, self.password) as connection:
            created = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
            connection.execute(created)
        return self.url_of(name)


@contextmanager
def running(folder: Path, *, report: Report = quiet) -> Iterator[Server]:
    """A server on a free port with its data below `folder`; gone when the block ends."""
    with kept_running(lambda: prepare(folder, free_ports(1), durable=False, report=report)) as server:
        yield server


def prepare(
    folder: Path, ports: Sequence[int], *, durable: bool = True, guarded: bool = True, report: Report = quiet
) -> Server:
    """A server that is ready to be started. Without `durable` what it confirmed survives its own end, not the machine's."""
    folder, (port, *_) = folder.absolute(), ports
    binaries = _binaries(report)
    folder.mkdir(parents=True, exist_ok=True)
    password, data = password_in(folder), folder / "data"
    if not (data / "PG_VERSION").exists():
        _begin(binaries, folder, data)
    trusted = certificates(data / "certificates")
    trusted.key.chmod(0o600)
    settings = SETTINGS | {"port": str(port)} | ({} if durable else {"fsync": "off"})
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = as_nobody([str(binaries / "postgres"), "-D", f"{data}/", *options], folder)
    launch = Launch("PostgreSQL", folder, command, lambda: answers(port, password), within=120)
    return Server(launch, port, password, trusted.ca, guarded=guarded)


def answers(port: int, password: str) -> bool:
    """Whether it lets its account in."""
    try:
        with _connected(port, password):
            return True
    except psycopg.OperationalError:
        return False


def _connected(port: int, password: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        user=USER,
        password=password,
        dbname="postgres",
        connect_timeout=30,
        autocommit=True,
    )


def _binaries(report: Report) -> Path:
    """The folder of initdb and postgres: Debian keeps them out of the path, one folder a version."""
    if (found := _found()) is None:
        install(INSTALL, "PostgreSQL", report=report)
        found = _found()
    if found is None:
        raise Stop("PostgreSQL's server is missing")
    return found


def _found() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    named = shutil.which("initdb")
    return newest[-1].parent if newest else Path(named).resolve().parent if named else None


def _begin(binaries: Path, folder: Path, data: Path) -> None:
    data.mkdir(mode=0o700, exist_ok=True)
    how = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={folder / 'password'}", "--encoding=UTF8"]
    command = as_nobody([str(binaries / "initdb"), f"--pgdata={data}", "--no-locale", "--no-sync", *how], folder)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603 - our own command
    if done.returncode:
        raise Stop(f"PostgreSQL could not make its folder {data}: {done.stderr.strip()[-300:]}")
