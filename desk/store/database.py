"""Opens the desk database and lends connections to it: one to read, one to write, each a transaction of its own.

A file's transactions that write begin at once (BEGIN IMMEDIATE): one that read first and then wrote would be refused
whenever another process wrote in between. https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import Retry, Stop, Unwritable
from desk.store import release
from desk.store.settings import Settings

LOCKED_SECONDS = 5.0
"""How long a file that another process writes is waited for."""
BRING_UP_SECONDS = 60.0
"""How long a file that another process makes, or brings up to this release, is waited for."""
AGAIN_AFTER = 1.0
CONNECT_SECONDS = 10
LOCAL = ("localhost", "127.0.0.1", "::1")
BEGINS = "desk_begins"
"""The option of a connection that says how a transaction begins in a file; "" begins none."""
REFUSING = ("disk is full", "readonly database", "disk I/O error", "unable to open database file", "No space left")
"""What SQLite and PostgreSQL say when what is confirmed could not be kept."""

Report = Callable[[str], None]


class Database:
    """An open desk database; `place` names it in sentences, `stale` says that something was deleted and not yet wiped."""

    def __init__(self, engine: AsyncEngine, place: str) -> None:
        self._engine, self._writing = engine, engine.execution_options(**{BEGINS: "BEGIN IMMEDIATE"})
        self.place, self.stale = place, False
        self._turn = asyncio.Lock()

    @property
    def dialect(self) -> str:
        """The engine: sqlite or postgresql."""
        return self._engine.dialect.name

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One look at it. Nothing that is written is kept."""
        with _told(self.place):
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing; durable once left.

        In a file one at a time, in the order in which they were asked for: SQLite lets whoever waits try again now and then, and
        who comes later may go before.
        """
        with _told(self.place):
            async with self._in_turn(), self._writing.begin() as connection:
                yield connection

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self.dialect != "sqlite":
            yield
            return
        try:
            async with asyncio.timeout(LOCKED_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise Retry(f"the desk database {self.place} does not answer: it is locked by who wrote before") from None
        try:
            yield
        finally:
            self._turn.release()

    async def wipe(self) -> None:
        """Leave nothing of what was deleted in the file's pages, or give PostgreSQL's back for use.

        The file is small and is written anew: SQLite overwrites what it deletes, yet not the copies that moving rows left.
        """
        with _told(self.place):
            if self.dialect == "postgresql":
                async with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                    await connection.execute(text("VACUUM"))
            else:
                async with self._engine.execution_options(**{BEGINS: ""}).connect() as connection:
                    await connection.execute(text("VACUUM"))
                    await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        self.stale = False


@asynccontextmanager
async def open_desk(
    settings: Settings, file: Path, *, report: Report, patience: float = 0.0, bring_up: bool = True
) -> AsyncIterator[Database]:
    """The database, brought up to this release, as long as this is open. `file` is where it lies without a url.

    Raises Retry where it is away for `patience` seconds, Stop where a later release wrote it or its driver is missing; without
    `bring_up` also where an earlier one did.
    """
    engine, place = _postgresql(settings) if settings.url else _sqlite(file)
    database = Database(engine, place)
    try:
        await _brought_up(database, report, patience, bring_up=bring_up)
        yield database
    finally:
        await engine.dispose()


async def _brought_up(database: Database, report: Report, patience: float, *, bring_up: bool) -> None:
    # Whoever makes a file has it locked for a moment, and SQLite does not wait for that by itself; who brings it up, until that is done.
    least = BRING_UP_SECONDS if database.dialect == "sqlite" else 0.0
    deadline, said = monotonic() + max(patience, least), False
    while True:
        try:
            async with database.reading() as connection:
                current = await connection.run_sync(release.is_current, database.place)
            if not current and not bring_up:
                raise Stop(f"the desk database {database.place} is of an earlier release: klankbord run brings it up")
            if not current:
                async with database.writing() as connection:
                    await connection.run_sync(release.bring_up, database.place)
        except Retry as error:
            if monotonic() > deadline:
                raise
            if not said:
                report(f"waiting: {error}")
            said = True
            await asyncio.sleep(AGAIN_AFTER)
        else:
            return


def _sqlite(file: Path) -> tuple[AsyncEngine, str]:
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unwritable(f"the desk database {file} cannot be opened: {error.strerror}") from None
    url = URL.create("sqlite+aiosqlite", database=str(file))
    engine = create_async_engine(url, connect_args={"timeout": LOCKED_SECONDS}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine, str(file)


def _prepare(connection: Any, _record: object) -> None:  # Any: the driver's own, seen through SQLAlchemy
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if begins := connection.get_execution_options().get(BEGINS, "BEGIN"):
        connection.exec_driver_sql(begins)


def _postgresql(settings: Settings) -> tuple[AsyncEngine, str]:
    url = make_url(settings.url)
    if settings.password:
        url = url.set(password=settings.password)
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "klankbord",
    }  # Any: as libpq takes them
    if settings.ca or url.host not in LOCAL:
        arguments |= {"sslmode": "verify-full", "sslrootcert": str(settings.ca or "system")}
    try:
        engine = create_async_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise Stop(f"desk.url needs {error.name}, which is not installed: pip install klankbord[distributed]") from None
    return engine, settings.place


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Errors of the driver by what happens next."""
    try:
        yield
    except PoolTimeout:
        raise Retry(f"the desk database {place} is busy") from None
    except DBAPIError as error:
        said = str(error.orig).strip().partition("\n")[0]
        if any(words in said for words in REFUSING):
            raise Unwritable(f"the desk database {place} cannot be written: {said}") from None
        if _is_away(error, said):
            raise Retry(f"the desk database {place} does not answer: {said}") from None
        raise


def _is_away(error: DBAPIError, said: str) -> bool:
    """Whether the same may go well later: SQLite calls much else operational too."""
    if type(error.orig).__module__.startswith("sqlite3"):
        return "locked" in said or "busy" in said
    return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
