"""One SQLite file and the one thread that works on it, its errors said in words."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

import apsw

from core.errors import Retry, Stop, Unwritable

Synchronous = Literal["FULL", "NORMAL"]
Answer = TypeVar("Answer")

LAYOUT = 1
"""Version of the tables in the log's files, and of the messages in them; docs/decisions/0007-versions.md says when it grows."""

CHECKPOINT_PAGES = 4000
MOST_JOURNAL_BYTES = 32 * 1024 * 1024


class Database:
    """A SQLite file in WAL mode that one thread of this process works on; other processes may use it too.

    synchronous  FULL: a commit is on the disk when it returns. NORMAL: it survives the death of the process, and a
                 power cut may take the last ones.
    patience     seconds to wait for another program's lock
    The file is made on first use. Deleted content is overwritten with zeros.
    """

    def __init__(self, path: Path, schema: str, *, synchronous: Synchronous, patience: float) -> None:
        self.path = path
        self._schema = schema
        self._synchronous = synchronous
        self._patience = patience
        self._connection: apsw.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=path.name)

    async def run(self, job: Callable[[apsw.Connection], Answer]) -> Answer:
        """What the job makes of the connection, from the file's thread; jobs run one after another.

        Raises Retry where another process keeps the file locked, Stop where the file cannot be used.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, job)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _work(self, job: Callable[[apsw.Connection], Answer]) -> Answer:
        with sentences(self.path):
            if self._connection is None:
                self._connection = self._connect()
            return job(self._connection)

    def _connect(self) -> apsw.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(self.path))
        connection.set_busy_timeout(int(self._patience * 1000))
        if value(connection, "PRAGMA page_count") == 0:  # on a file that exists it would cost a write each time
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={self._synchronous}")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit={MOST_JOURNAL_BYTES}")
        versioned = "" if self._versioned(connection) else f"PRAGMA user_version={LAYOUT};"
        connection.execute(f"BEGIN IMMEDIATE; {self._schema}; {versioned} COMMIT")
        return connection

    def _versioned(self, connection: apsw.Connection) -> bool:
        """Whether the file says its layout. Raises Stop where that is another one."""
        found: int = value(connection, "PRAGMA user_version")
        if found not in (0, LAYOUT):
            connection.close()
            raise Stop(
                f"{self.path} was written by another release (layout {found}, this one reads {LAYOUT}); "
                "go on with that release, or see its notes on how to come to this one"
            )
        return found == LAYOUT

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()


def rows(connection: apsw.Connection, statement: str, *values: str | int) -> list[Any]:
    """Every row, a tuple each. Any: a column has the type it was stored with, which no stub can know."""
    return connection.execute(statement, values).fetchall()


def value(connection: apsw.Connection, statement: str, *values: str | int) -> Any:
    """The first row's value, or its tuple where it has several columns; None without a row."""
    return connection.execute(statement, values).get


@contextmanager
def writing(connection: apsw.Connection) -> Iterator[None]:
    """One write transaction: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system raise into Retry or Stop, with a sentence that names the file."""
    try:
        yield
    except (apsw.BusyError, apsw.LockedError) as error:
        raise Retry(f"{path} is locked by another program") from error
    except apsw.FullError as error:
        raise Unwritable(
            f"the disk is full: {path} cannot grow; make room and start again, nothing was lost"
        ) from error
    except (apsw.ReadOnlyError, apsw.PermissionsError, apsw.CantOpenError, OSError) as error:
        raise Unwritable(f"{path} cannot be opened for writing: {error}") from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise Unwritable(f"{path} is damaged ({error}); put it back from a backup or move it away") from error
    except apsw.IOError as error:
        raise Unwritable(f"the disk refuses {path}: {error}") from error
