"""The desk database on both engines: every test that takes `desk` passes on each."""

from functools import partial

import pytest

from desk.store.database import open_desk
from desk.store.settings import Settings
from tests.desk.store import made
from tests.desk.store.filled import fill


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """What opens the database of this test, as often as is asked: one after another or at once."""
    settings = Settings()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        settings = made.settings(server)
    return partial(open_desk, settings, made.put(tmp_path / "desk.db"), report=lambda _: None)


@pytest.fixture
async def desk(opened):
    async with opened() as desk:
        yield desk


@pytest.fixture
async def full(desk):
    """A desk filled as tests/desk/store/filled.py says."""
    await fill(desk)
    return desk
