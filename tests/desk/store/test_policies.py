"""The policy: versions, who acknowledged which, who is reminded when."""

from datetime import timedelta

import msgspec
import pytest

from core.errors import Stop
from desk.store import letters, people, policies
from desk.store.people import Details
from desk.store.policies import Policy, Way
from tests.desk.store.test_people import NOW, YEAR, leave

FIRST = Policy(version="1", title={"nl": "Sociale media"}, text={"nl": "Wees aardig."})
SECOND = msgspec.structs.replace(FIRST, version="2", text={"nl": "Wees aardig en eerlijk."})
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


@pytest.fixture
async def anna(desk):
    await policies.publish(desk, FIRST, by="ruth", at=NOW)
    return await people.add(desk, Details(name="Anna", email="anna@klank.example"), by="ruth", at=NOW)


async def acknowledge(desk, person, version="1", at=NOW):
    return await policies.acknowledge(desk, person.id, version, Way.LINK, by="anna", at=at)


async def test_a_version_is_published_once_and_never_with_other_words(desk, anna):
    assert not await policies.publish(desk, FIRST, by="ruth", at=NOW + HOUR)
    with pytest.raises(Stop, match="give this one another version"):
        await policies.publish(desk, msgspec.structs.replace(SECOND, version="1"), by="ruth", at=NOW)
    assert (await policies.current(desk)).text == FIRST.text


async def test_a_version_that_was_replaced_does_not_come_back(desk, anna):
    await policies.publish(desk, SECOND, by="ruth", at=NOW + HOUR)
    with pytest.raises(Stop, match="replaced by version 2, and that stays in force"):
        await policies.publish(desk, FIRST, by="ruth", at=NOW + 2 * HOUR)
    assert not await policies.publish(desk, SECOND, by="ruth", at=NOW + 2 * HOUR)
    assert (await policies.current(desk)).version == "2"


async def test_the_first_time_counts(desk, anna):
    first = await acknowledge(desk, anna)
    assert await acknowledge(desk, anna, at=NOW + HOUR) == first
    assert await policies.acknowledged(desk, "1") == {anna.id: first}


async def test_a_new_version_makes_an_old_acknowledgement_stale_and_asks_again(desk, anna):
    await acknowledge(desk, anna)
    assert await policies.remind(desk, NOW) == 0
    await policies.publish(desk, SECOND, by="ruth", at=NOW + HOUR)
    assert await policies.acknowledged(desk, "2") == {}
    assert await policies.remind(desk, NOW + HOUR) == 1
    (letter,) = await letters.latest(desk)
    assert (letter.what, letter.subject, letter.receiver) == ("policy", anna.id, "anna@klank.example")


async def test_a_reminder_comes_weekly_at_most_and_stops_once_it_was_acknowledged(desk, anna):
    sent = [await policies.remind(desk, NOW + after) for after in (HOUR, 2 * HOUR, WEEK, WEEK + HOUR, 2 * WEEK)]
    assert sent == [1, 0, 0, 1, 0]
    await acknowledge(desk, anna)
    assert await policies.remind(desk, NOW + 5 * WEEK) == 0


async def test_nobody_who_left_or_has_no_address_is_reminded_or_acknowledges(desk, anna):
    await people.add(desk, Details(name="Bert"), by="ruth", at=NOW)
    await leave(desk, anna)
    assert await policies.remind(desk, NOW) == 0
    assert await acknowledge(desk, anna) is None


async def test_a_version_that_never_was_is_acknowledged_by_nobody(desk, anna):
    assert await acknowledge(desk, anna, "7") is None


async def test_what_an_erased_person_acknowledged_goes_with_them(desk, anna):
    await policies.remind(desk, NOW)
    await acknowledge(desk, anna)
    left = await leave(desk, anna)
    await people.expire(desk, left.erase_at, key=b"k")
    assert (await policies.acknowledged(desk, "1"), await letters.latest(desk)) == ({}, [])
    assert left.erase_at - NOW == YEAR


async def test_a_letter_to_an_address_of_before_goes_too(desk, anna):
    await policies.remind(desk, NOW)
    elsewhere = msgspec.structs.replace(anna.details, email="bakker@klank.example")
    await people.change(desk, anna, elsewhere, by="ruth", at=NOW, active=True, keep=YEAR)
    await people.erase(desk, [anna.id], key=b"k", at=NOW)
    assert await letters.latest(desk) == []
