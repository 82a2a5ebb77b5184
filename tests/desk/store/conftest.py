"""The desk database on both engines: every test that takes `desk` passes on each."""

from contextlib import asynccontextmanager

import pytest

from desk.store.database import open_desk
from desk.store.settings import Settings
from tests.desk.store.filled import fill


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """What opens the database of this test, as often as is asked: one after another or at once."""
    settings = Settings()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        settings = Settings(url=server.create(), password=server.password, ca=server.ca)

    @asynccontextmanager
    async def opening():
        async with open_desk(settings, tmp_path / "desk.db", report=lambda _: None) as desk:
            yield desk

    return opening


@pytest.fixture
async def desk(opened):
    async with opened() as desk:
        yield desk


@pytest.fixture
async def full(desk):
    """A desk filled as tests/desk/store/filled.py says."""
    await fill(desk)
    return desk
