"""What a sink that sends remembers of each mention."""

from datetime import UTC, datetime, timedelta

import pytest

from core.outward import Kept, Shelf
from desk.store.shelf import DeskShelf, recall

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def row(number, *, author="bluesky:anna", value=b'{"version":1}', due=None):
    return Kept(mention=f"bluesky:{number}", author=author, value=value, due_at=due)


@pytest.fixture
def shelf(desk) -> Shelf:
    return DeskShelf(desk, "hubspot", erased=lambda _: False)


async def test_what_is_put_is_got(shelf):
    rows = [row(1), row(2, due=NOW)]
    await shelf.put(rows)
    assert await shelf.get(["bluesky:1", "bluesky:2", "bluesky:3"]) == {one.mention: one for one in rows}


async def test_no_other_sink_sees_them(desk, shelf):
    await shelf.put([row(1, due=NOW)])
    other = DeskShelf(desk, "zendesk", erased=lambda _: False)
    assert await other.get(["bluesky:1"]) == {}
    assert (await other.of_author("bluesky:anna"), await other.due(NOW, 9)) == ([], [])
    await other.drop(["bluesky:1"])
    assert await shelf.get(["bluesky:1"])


async def test_a_row_that_is_put_again_keeps_its_author(shelf):
    await shelf.put([row(1), row(2)])
    await shelf.put([row(1, author="", value=b"2", due=NOW)])
    assert await shelf.of_author("bluesky:anna") == [row(1, value=b"2", due=NOW), row(2)]


async def test_the_longest_due_come_first(shelf):
    times = [NOW, NOW - timedelta(hours=2), NOW + timedelta(seconds=1), None, NOW - timedelta(days=1)]
    await shelf.put([row(number, due=at) for number, at in enumerate(times)])
    assert [one.mention for one in await shelf.due(NOW, 2)] == ["bluesky:4", "bluesky:1"]
    assert [one.mention for one in await shelf.due(NOW, 9)] == ["bluesky:4", "bluesky:1", "bluesky:0"]


async def test_dropped_is_gone(shelf):
    await shelf.put([row(number) for number in range(1200)])
    await shelf.drop([f"bluesky:{number}" for number in range(1, 1200)])
    assert set(await shelf.get([f"bluesky:{number}" for number in range(1200)])) == {"bluesky:0"}


async def test_it_outlives_its_end(opened):
    async with opened() as desk:
        await DeskShelf(desk, "hubspot", erased=lambda _: False).put([row(1)])
    async with opened() as desk:
        assert await DeskShelf(desk, "hubspot", erased=lambda _: False).get(["bluesky:1"]) == {"bluesky:1": row(1)}


async def test_all_or_none_are_put(shelf):
    with pytest.raises(Exception, match=r"(?i)null"):
        await shelf.put([row(1), Kept(mention="bluesky:2", author=None, value=b"")])
    assert await shelf.get(["bluesky:1"]) == {}


async def test_what_was_erased_meanwhile_is_due_at_once(desk):
    shelf = DeskShelf(desk, "hubspot", erased={"bluesky:1"}.__contains__)
    await shelf.put([row(1), row(2)])
    assert [one.mention for one in await shelf.due(NOW, 9)] == ["bluesky:1"]
    await shelf.put([row(1, due=NOW + timedelta(hours=1))])
    assert [one.mention for one in await shelf.due(NOW, 9)] == ["bluesky:1"]


async def test_what_is_recalled_is_due_at_once(desk, shelf):
    await shelf.put([row(1), row(2, author="bluesky:bert", due=NOW + timedelta(days=9)), row(3, author="bluesky:carl")])
    await DeskShelf(desk, "zendesk", erased=lambda _: False).put([row(1)])
    assert await recall(desk, mentions=["bluesky:1"], authors=["bluesky:bert"], sinks=["hubspot"]) == 2
    assert [one.mention for one in await shelf.due(NOW, 9)] == ["bluesky:1", "bluesky:2"]
