"""All that a desk database holds goes along to another one."""

import pytest

from desk.store import erasing, moving
from desk.store.database import open_desk
from desk.store.identities import of_authors
from desk.store.settings import Settings
from tests.desk.store.filled import ANNA, BERT, HERS, rows
from tests.desk.store.made import put


@pytest.fixture
async def other(desk, postgresql_server, tmp_path):
    """An empty one on the other engine."""
    server = postgresql_server
    settings = Settings(url=server.create(), password=server.password) if desk.dialect == "sqlite" else Settings()
    async with open_desk(settings, put(tmp_path / "other.db"), report=lambda _: None) as made:
        yield made


async def test_what_changed_since_an_earlier_move_changes_there(full, other):
    await moving.carry(full, other)
    await erasing.erase(full, mentions=[HERS], authors=[ANNA], sinks=[], key=b"")
    counts = await moving.carry(full, other)
    assert counts["identities"] == (1, 1)
    assert (await rows(other))[1] == []


async def test_everything_goes_along_once_however_often_it_is_taken(full, other):
    for _ in range(2):
        counts = await moving.carry(full, other)
    assert all(here == there for here, there in counts.values())
    assert counts["judgements"] == (2, 2)
    assert sorted((await rows(other))[1]) == sorted((await rows(full))[1])
    assert await of_authors(other, [ANNA, BERT]) == await of_authors(full, [ANNA, BERT])
