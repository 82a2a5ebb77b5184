"""When somebody wants to be told nothing."""

from datetime import UTC, datetime

from desk.store import people, wishes
from desk.store.people import Details
from desk.store.wishes import Wish

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def test_a_wish_takes_the_place_of_the_one_before_and_goes_with_the_person(desk):
    anna = await people.add(desk, Details(name="Anna"), by="ruth", at=NOW)
    later = Wish(quiet="22:00-07:00", muted_until=NOW)
    for wish in (Wish(quiet="20:00-08:00"), later):
        await wishes.put(desk, anna.id, wish)
    assert await wishes.every(desk) == {anna.id: later}
    await people.erase(desk, [anna.id], key=b"", at=NOW)
    assert await wishes.every(desk) == {}
