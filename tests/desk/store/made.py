"""Desk databases of this release: brought up once by the program's own steps, and copied for each test that begins with one."""

import os
from contextlib import AbstractAsyncContextManager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, make_url

from deploy.engines.postgresql import Server
from desk.store.database import Database, open_desk
from desk.store.release import bring_up
from desk.store.settings import Settings


def opened_desk(folder: Path, settings: Settings | None = None) -> AbstractAsyncContextManager[Database]:
    """The desk of those settings, as long as this is open; without any the file in that folder, with no rows where it is new."""
    return open_desk(settings or Settings(), put(folder / "desk.db"), report=print)


def put(file: Path) -> Path:
    """A file with no rows there, where there is none yet; its path."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as made:
            made.write(_file())
    return file


def settings(server: Server) -> Settings:
    """Of a database of its own with no rows on that server."""
    return Settings(url=server.create(like=_database(server)), password=server.password, ca=server.ca)


@cache
def _file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder, "desk.db")
        _bring_up(create_engine(f"sqlite:///{file}"))
        return file.read_bytes()


@cache
def _database(server: Server) -> str:
    url = make_url(server.create())
    _bring_up(create_engine(url.set(password=server.password)))
    assert url.database is not None
    return url.database


def _bring_up(engine: Engine) -> None:
    with engine.begin() as connection:
        bring_up(connection, "made")
    engine.dispose()
