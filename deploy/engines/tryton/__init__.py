"""A Tryton server with parties and sales opportunities, in Python packages of its own: https://docs.tryton.org.

A database that is empty but for its modules takes half a minute to make, so one is kept in the cache and copied.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import Stop
from deploy.engines.cache import Report, alone, quiet, require_room
from deploy.engines.passwords import password_in
from deploy.engines.ports import accepts, free_ports
from deploy.engines.process import Engine, Launch, kept_running
from klankbord.caching import cache_folder

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
MODULES = ("party", "sale_opportunity")
DATABASE = "crm"
NEEDED = 300 << 20
GROUPS = ("Party Administration", "Sale Opportunity")
"""What the sink's user belongs to: enough to keep parties and opportunities, and nothing else."""

CONFIGURATION = """\
[database]
uri = sqlite://
path = {folder}
[web]
listen = 127.0.0.1:{port}
"""


class Tryton(Engine):
    """A server. `url` is that of its database; `key` lets a user of few rights in over REST."""

    def __init__(self, launch: Launch, port: int, password: str, *, guarded: bool = True) -> None:
        super().__init__(launch, guarded=guarded)
        self.url = f"http://127.0.0.1:{port}/{DATABASE}"
        self._password = password

    @cached_property
    def key(self) -> str:
        """The key of the sink's user, whose company and groups are made at first use."""
        return self.key_of(self.sink_user)

    def key_of(self, user: int, key: str | None = None) -> str:
        """A key of that user for the REST API, or that one."""
        made = self.call(
            "res.user.application",
            "create",
            [{"user": user, "application": "rest"} | ({} if key is None else {"key": key})],
        )
        (found,) = self.call("res.user.application", "read", made, ["key"])
        return str(found["key"])

    def cancel(self, key: str) -> None:
        """Let that key in no more."""
        ids = self.call(
            "res.user.application", "search", [["key", "=", key], ["state", "=", "validated"]], 0, None, None
        )
        self.call("res.user.application", "cancel", ids)

    def call(self, model: str, method: str, *arguments: Any) -> Any:  # Any: whatever the model's method takes and gives
        """Call a method of a model as the administrator, as Tryton's own clients do (JSON-RPC)."""
        return self._ask(f"model.{model}.{method}", [*arguments, {"company": 1}], self._session)

    @cached_property
    def _session(self) -> str:
        user, session, *_ = self._ask("common.db.login", ["admin", {"password": self._password}, "en"])
        return "Session " + b64encode(f"admin:{user}:{session}".encode()).decode()

    @cached_property
    def sink_user(self) -> int:
        euro = {"name": "Euro", "code": "EUR", "symbol": "€", "digits": 2, "rounding": _decimal("0.01")}
        currency = self.call("currency.currency", "create", [euro])
        owner, person = self.call("party.party", "create", [{"name": "Organisation"}, {"name": "Dirk"}])
        company = self.call("company.company", "create", [{"party": owner, "currency": currency[0]}])
        self.call("res.user", "write", [1], {"companies": [["add", company]], "company": company[0]})
        employee = self.call("company.employee", "create", [{"party": person, "company": company[0]}])
        groups = self.call("res.group", "search", [["name", "in", list(GROUPS)]], 0, None, None)
        user = {
            "name": "klankbord",
            "login": "klankbord",
            "company": company[0],
            "employee": employee[0],
            "companies": [["add", company]],
            "employees": [["add", employee]],
            "groups": [["add", groups]],
        }
        return int(self.call("res.user", "create", [user])[0])

    def _ask(self, method: str, parameters: Sequence[Any], session: str = "") -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": session} if session else {})
        body = json.dumps({"id": 1, "method": method, "params": parameters}).encode()
        request = urllib.request.Request(f"{self.url}/rpc/", body, headers)  # noqa: S310 - our own address
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            value = json.load(answer)
        if isinstance(value, Mapping) and value.get("error"):
            raise Stop(f"Tryton: {method}: {value['error'][:2]}")
        return value["result"] if isinstance(value, Mapping) else value


@contextmanager
def running(folder: Path, *, report: Report = quiet) -> Iterator[Tryton]:
    """A server on a free port with its data below `folder`; gone when the block ends."""
    with kept_running(lambda: prepare(folder, free_ports(1), report=report)) as server:
        yield server


def prepare(folder: Path, ports: Sequence[int], *, guarded: bool = True, report: Report = quiet) -> Tryton:
    """A server that is ready to be started, with a database on first use."""
    packages = fetched(report)
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"{DATABASE}.sqlite").exists():
        for name in (f"{DATABASE}.sqlite", "password"):
            shutil.copy(packages / "begun" / name, folder / name)
    (port,) = ports
    configuration = folder / "trytond.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    command = [str(packages / "bin" / "trytond"), "-c", str(configuration), "-d", DATABASE]
    launch = Launch("Tryton", folder, command, lambda: accepts(port), within=120)
    return Tryton(launch, port, password_in(folder), guarded=guarded)


def version() -> str:
    """The version that requirements.txt pins."""
    return next(
        line.partition("==")[2] for line in REQUIREMENTS.read_text().splitlines() if line.startswith("trytond==")
    )


def fetched(report: Report) -> Path:
    """The folder of its packages, with an empty database in `begun`; pip fetches them on first use.

    Safe to call from several processes at once. Raises Stop where pip or the network is missing.
    """
    folder = cache_folder() / "engines" / f"tryton-{version()}"
    ready = folder / "ready"
    if ready.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent, report):
        if not ready.exists():
            require_room(folder.parent, NEEDED, "fetching tryton takes up to")
            shutil.rmtree(
                folder, ignore_errors=True
            )  # by one that was killed; scripts know their folder, so it is not moved
            report(f"fetching tryton {version()}")
            _run([sys.executable, "-m", "venv", str(folder)])
            _run([str(folder / "bin" / "pip"), "install", "--quiet", "--no-deps", "-r", str(REQUIREMENTS)])
            _begin(folder)
            ready.touch()
    return folder


def _begin(folder: Path) -> None:
    """Make a database with its modules and an administrator."""
    begun = folder / "begun"
    begun.mkdir()
    password_in(begun)
    (begun / f"{DATABASE}.sqlite").touch()
    configuration = begun / "trytond.conf"
    configuration.write_text(CONFIGURATION.format(folder=begun, port=1))
    admin = [str(folder / "bin" / "trytond-admin"), "-c", str(configuration), "-d", DATABASE]
    _run(
        [*admin, "-u", *MODULES, "--activate-dependencies", "--email", "admin@example.org", "-p"],
        TRYTONPASSFILE=str(begun / "password"),
    )


def _run(command: Sequence[str], **environment: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment() | environment)  # noqa: S603 - our own commands
    if done.returncode:
        raise Stop(f"Tryton could not be fetched: {(done.stderr or done.stdout).strip()[-300:]}")


def _environment() -> dict[str, str]:
    """Ours, but for what would lead its Python to our packages."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def _decimal(value: str) -> dict[str, str]:
    """A number as Tryton's JSON spells it."""
    return {"__class__": "Decimal", "decimal": value}
