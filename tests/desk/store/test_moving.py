"""All that a desk database holds goes along to another one."""

from datetime import timedelta

import pytest

from desk.store import audit, erasing, moving
from desk.store.database import open_desk
from desk.store.identities import of_authors
from desk.store.settings import Settings
from tests.desk.store.filled import ANNA, BERT, HERS, HIS, NOW, rows
from tests.desk.store.made import put

LATER = NOW + timedelta(hours=1)


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


async def looked_at(desk, at):
    await audit.add(desk, audit.Entry(at=at, by="ruth", did="looked at", what="mention", subject=HIS))


async def test_nothing_was_done_at_a_desk_that_came_from_here_also_where_it_was_erased_since(full, other):
    assert await moving.done_there(full, other) is None
    await looked_at(full, LATER)
    await moving.carry(full, other)
    await erasing.erase(full, mentions=[HERS], authors=[ANNA], sinks=[], key=b"")
    assert await moving.done_there(full, other) is None


async def test_what_was_done_there_since_is_seen(full, other):
    await moving.carry(full, other)
    await looked_at(full, LATER + timedelta(hours=1))
    await looked_at(other, LATER)
    assert await moving.done_there(full, other) == LATER


async def test_a_desk_with_a_past_of_its_own_is_in_use(desk, other):
    await looked_at(other, NOW)
    assert await moving.done_there(desk, other) == NOW
