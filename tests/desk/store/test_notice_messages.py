"""Messages that tell of notices: gathered, lent to one, settled by it, forgotten."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import update

from desk.store import notice_messages, people
from desk.store.crisis_tables import crises
from desk.store.notice_messages import APART, Parcel, Place, gathered, lend, settle, told_in, waiting
from desk.store.notices import Kind, Notice, owe
from desk.store.people import Details
from tests.desk.crisis.book import alarmed

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLACK = Place(channel="slack", then=("email",))


def notice(number=1):
    return Notice(case="c1", event_number=number, kind=Kind.OPENED, at=NOW, to_unit="webcare")


async def told(desk, *notices, place=SLACK, due=NOW):
    async with desk.writing() as connection:
        await owe(connection, *notices)
        parcel = Parcel(place=place, due_at=due, notices=tuple(one.id for one in notices))
        await gathered(connection, [parcel], notices, NOW, {})


async def lent(desk, at=NOW, lease="mine"):
    return await lend(desk, at, lease=lease, until=at + MINUTE)


async def test_what_is_gathered_waits_no_more(desk):
    async with desk.writing() as connection:
        await owe(connection, notice(1), notice(2))
        assert await waiting(connection, 10) == sorted([notice(1), notice(2)], key=lambda one: one.id)
    await told(desk, notice(1))
    async with desk.writing() as connection:
        assert await waiting(connection, 10) == [notice(2)]


async def test_what_comes_before_the_first_try_goes_into_the_same_message(desk):
    await told(desk, notice(1), due=NOW + MINUTE)
    await told(desk, notice(2), due=NOW)
    message = await lent(desk)
    assert {one.event_number for one in await told_in(desk, message.id)} == {1, 2}
    await told(desk, notice(3))
    assert len(await notice_messages.latest(desk)) == 2


async def test_what_is_due_long_after_it_waits_for_its_own_time(desk):
    for number, due in enumerate((NOW + 2 * APART, NOW, NOW + 3 * APART - MINUTE), 1):
        await told(desk, notice(number), due=due)
    first = await lent(desk)
    assert [one.event_number for one in await told_in(desk, first.id)] == [2]
    await settle(desk, msgspec.structs.replace(first, due_at=None), lease="mine", at=NOW)
    second = await lent(desk, at=NOW + 2 * APART)
    assert {one.event_number for one in await told_in(desk, second.id)} == {1, 3}


@pytest.mark.parametrize("other", [{"channel": "teams"}, {"then": ()}, {"instead": "teams"}])
async def test_another_place_has_a_message_of_its_own(desk, other):
    await told(desk, notice(1))
    await told(desk, notice(2), place=msgspec.structs.replace(SLACK, **other))
    assert len(await notice_messages.latest(desk)) == 2


async def test_many_at_once_are_lent_each_to_one(desk):
    places = [Place(channel=f"c{number}") for number in range(6)]
    for number, place in enumerate(places):
        await told(desk, notice(number), place=place)
    found = await asyncio.gather(*(lent(desk, lease=f"worker {number}") for number in range(9)))
    again = [await lent(desk, lease=f"later {number}") for number in range(9)]
    mine = [message.id for message in (*found, *again) if message]
    assert len(mine) == len(set(mine)) == 6


async def test_one_that_was_let_go_of_is_lent_again_and_unsure(desk):
    await told(desk, notice())
    first = await lent(desk)
    assert await lent(desk, NOW + MINUTE / 2) is None
    second = await lent(desk, NOW + MINUTE, lease="other")
    assert (first.unsure, second.unsure, second.id, second.tries) == (False, True, first.id, 2)
    late = msgspec.structs.replace(first, due_at=None)
    assert not await settle(desk, late, lease="mine", at=NOW)
    assert await settle(desk, late, lease="other", at=NOW)


async def test_what_is_settled_is_sent_no_more_and_forgotten_in_time(desk):
    await told(desk, notice())
    await settle(desk, msgspec.structs.replace(await lent(desk), due_at=None), lease="mine", at=NOW)
    assert await lent(desk, NOW + MINUTE) is None
    for before, left in ((NOW, 1), (NOW + MINUTE, 0)):
        async with desk.writing() as connection:
            await notice_messages.forget(connection, before=before)
        assert len(await notice_messages.latest(desk)) == left
    async with desk.writing() as connection:
        await owe(connection, notice())
        assert await waiting(connection, 10) == [notice()]


async def test_what_goes_out_in_its_place_is_there_at_once(desk):
    await told(desk, notice())
    message = await lent(desk)
    failed = msgspec.structs.replace(message, due_at=None, error="it answered 404")
    parcel = Parcel(place=Place(channel="email", instead="slack"), due_at=NOW, notices=(notice().id,))
    await settle(desk, failed, lease="mine", at=NOW, parcels=[parcel])
    following = await lent(desk)
    assert (following.channel, following.instead) == ("email", "slack")
    assert await told_in(desk, following.id) == [notice()]
    assert [one.id for one in await notice_messages.undelivered(desk, since=NOW)] == [message.id]


async def test_messages_go_with_the_person(desk):
    anna = await people.add(desk, Details(name="Anna"), by="ruth", at=NOW)
    await told(desk, notice(), place=Place(channel="email", person=anna.id))
    assert await notice_messages.waits_since(desk, NOW) == NOW
    await people.erase(desk, [anna.id], key=b"", at=NOW)
    assert await notice_messages.latest(desk) == []
    assert await notice_messages.waits_since(desk, NOW) is None


@pytest.mark.parametrize(
    ("state", "since", "listed"), [("open", NOW + MINUTE, 2), ("ended", NOW + MINUTE, 0), ("ended", NOW, 2)]
)
async def test_of_a_crisis_that_is_over_what_nobody_was_told_of_is_listed_for_a_time(desk, state, since, listed):
    crisis = await alarmed(desk)
    async with desk.writing() as connection:
        (alarm,) = await waiting(connection, 9)
        other = Notice(crisis=crisis.id, event_number=2, kind=Kind.LULL, at=NOW, to_role="lead")
        await owe(connection, other)
        parcel = Parcel(place=Place(channel="slack", crisis=crisis.id), due_at=NOW, notices=(alarm.id,))
        await gathered(connection, [parcel], [alarm, other], NOW, {other.id: "nobody leads"})
        await connection.execute(update(crises).values(state=state))
    failed = msgspec.structs.replace(await lent(desk), due_at=None, error="it answered 404")
    await settle(desk, failed, lease="mine", at=NOW)
    undelivered = await notice_messages.undelivered(desk, since=since)
    assert len(undelivered) + len(await notice_messages.unreached(desk, since=since)) == listed
