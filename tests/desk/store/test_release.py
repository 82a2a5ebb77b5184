"""Tables and migrations agree, on both engines; an earlier database is brought up, a later one is refused."""

import asyncio
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from core.errors import Stop
from desk.store import release
from desk.store.database import open_desk
from desk.store.every_table import metadata
from desk.store.settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """What opens one that is empty at first."""
    settings = Settings()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        settings = Settings(url=server.create(), password=server.password, ca=server.ca)
    return partial(open_desk, settings, tmp_path / "desk.db", report=lambda _: None)


async def differences(desk):
    async with desk.reading() as connection:
        return await connection.run_sync(lambda it: compare_metadata(MigrationContext.configure(it), metadata))


async def test_tables_and_migrations_agree(desk):
    assert await differences(desk) == []


@pytest.mark.parametrize("earlier", release.REVISIONS)
async def test_a_database_of_an_earlier_release_is_brought_up(opened, monkeypatch, earlier):
    until = release.REVISIONS[: release.REVISIONS.index(earlier) + 1]
    with monkeypatch.context() as patch:
        patch.setattr(release, "REVISIONS", until)
        async with opened() as desk, desk.reading() as connection:
            assert await connection.run_sync(release.revision) == earlier
    async with opened() as desk:
        assert await differences(desk) == []


async def test_one_of_a_later_release_is_refused(opened):
    async with opened() as desk, desk.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Stop, match=r"written by a later release \(revision 9999"):
        async with opened():
            pass


async def test_several_may_start_at_once(opened):
    async def start():
        async with opened() as desk:
            return await differences(desk)

    assert await asyncio.gather(*(start() for _ in range(4))) == [[]] * 4


async def test_one_that_is_brought_up_half_way_is_as_before(opened, monkeypatch):
    monkeypatch.setattr("alembic.command.upgrade", broken)
    with pytest.raises(RuntimeError):
        async with opened():
            pass
    monkeypatch.undo()
    async with opened() as desk:
        assert await differences(desk) == []


def broken(config, _to):
    config.attributes["connection"].execute(text("CREATE TABLE customers (id VARCHAR)"))
    raise RuntimeError
