"""Acts in one transaction: each sees what was done before it, nobody else does until all of it is kept, or none is."""

import pytest

from desk.store import people
from desk.store.at_once import at_once
from desk.store.people import Details
from tests.desk.corpus import NOW


async def test_what_is_done_is_seen_within_and_kept_at_the_end(desk):
    async with at_once(desk) as within:
        for name in ("Anna", "Bert"):
            await people.add(within, Details(name=name), by="ruth", at=NOW)
        assert [one.name for one in await people.every(within)] == ["Anna", "Bert"]
        assert await people.every(desk) == []
    assert len(await people.every(desk)) == 2


async def twice(desk):
    async with at_once(desk) as within:
        for _ in range(2):
            await people.add(within, Details(name="Anna", email="anna@klank.example"), by="ruth", at=NOW)


async def test_nothing_is_kept_where_one_of_them_fails(desk):
    with pytest.raises(people.Taken):
        await twice(desk)
    assert await people.every(desk) == []
