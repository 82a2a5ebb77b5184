"""Cases as they are kept: one that is open an author and conversation, numbered for people, found by what is asked."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from desk.store import audit, cases, erasing, people
from desk.store.case_writing import Happening, Opening, add_message, happen, locked, open_case
from desk.store.cases import Asked, Happened, Message, Order, State
from desk.store.people import Details
from tests.desk.store.filled import ANNA, BERT, HERS, HIS, NOW

HOUR = timedelta(hours=1)


async def opened(desk, mention="bluesky:1", author="bluesky:anna", thread=None, **more):
    begins = {"source": "bluesky", "severity": "minor", "outcome": "restore", "since": NOW, "unit": "webcare"} | more
    first = Message(mention=mention, at=NOW, own=False, order=1, severity="minor")
    async with desk.writing() as connection:
        return await open_case(connection, Opening(author=author, thread=thread or mention, **begins), first, at=NOW)


async def closed(desk, case, **more):
    async with desk.writing() as connection:
        now = await locked(connection, case.id)
        done = Happening(kind=Happened.CLOSED, detail="solved")
        return await happen(
            connection, now, done, by="ruth", at=NOW, state=State.CLOSED, closed_at=NOW, reason="solved", **more
        )


async def test_a_case_begins_with_its_first_message(desk):
    case = await opened(desk, first_due=NOW + HOUR)
    assert (case.number, case.version, case.state, case.first_message) == (1, 1, State.OPEN, "bluesky:1")
    assert await cases.get(desk, 1) == await cases.get(desk, case.id) == case
    (event,) = await cases.events(desk, case.id)
    assert (event.number, event.kind, event.by) == (1, Happened.OPENED, "klankbord")
    assert [one.mention for one in await cases.messages(desk, case.id)] == ["bluesky:1"]


async def test_no_two_are_open_of_one_author_in_one_conversation(desk):
    first = await opened(desk, thread="t")
    with pytest.raises(IntegrityError):
        await opened(desk, "bluesky:2", thread="t")
    other = await opened(desk, "bluesky:3", author="bluesky:bert", thread="t")
    await closed(desk, first)
    again = await opened(desk, "bluesky:2", thread="t")
    assert (other.number, again.number) == (2, 3)
    assert await cases.listed(desk, Asked(author="bluesky:anna")) == [again]


async def test_numbers_are_given_once_however_many_open_at_a_time(desk):
    made = await asyncio.gather(*(opened(desk, f"bluesky:{number}") for number in range(8)))
    assert sorted(one.number for one in made) == list(range(1, 9))


async def test_the_version_is_the_number_of_the_last_event(desk):
    case = await closed(desk, await opened(desk), tags=("trein",))
    assert case.version == 2
    assert await cases.get(desk, case.id) == case
    assert [one.kind for one in await cases.events(desk, case.id, after=1)] == [Happened.CLOSED]


async def test_what_is_due_first_comes_first_and_what_is_promised_nothing_last(desk):
    await opened(desk, "bluesky:1", severity="critical")
    await opened(desk, "bluesky:2", first_due=NOW + 2 * HOUR, resolution_due=NOW + 3 * HOUR)
    await opened(desk, "bluesky:3", first_due=NOW + HOUR)
    await opened(desk, "bluesky:4", first_due=NOW + HOUR, severity="serious")
    assert [one.number for one in await cases.listed(desk, Asked())] == [4, 3, 2, 1]
    assert [one.number for one in await cases.listed(desk, Asked(), order=Order.NEWEST)] == [4, 3, 2, 1]
    assert [one.number for one in await cases.listed(desk, Asked(), skip=1, most=2)] == [3, 2]


async def test_once_answered_the_resolution_is_what_is_due(desk):
    case = await opened(desk, first_due=NOW, resolution_due=NOW + HOUR)
    async with desk.writing() as connection:
        answered = Happening(kind=Happened.ANSWERED, detail="bluesky:own")
        await happen(connection, case, answered, by="klankbord", at=NOW, answered_at=NOW)
    assert await cases.count(desk, Asked(due_before=NOW + HOUR)) == 0
    assert await cases.count(desk, Asked(due_before=NOW + 2 * HOUR)) == 1


async def test_each_part_of_what_is_asked_narrows(desk):
    await opened(desk, "bluesky:1", severity="serious")
    await opened(desk, "bluesky:2", unit=None)
    await closed(desk, await opened(desk, "bluesky:3"), assignee="anna")

    async def found(**asked):
        return {one.number for one in await cases.listed(desk, Asked(**asked))}

    assert await found() == {1, 2}
    assert await found(states=()) == {1, 2, 3}
    assert await found(units=("webcare",)) == {1}
    assert await found(units=("webcare", None)) == {1, 2}
    assert await found(severities=("serious",)) == {1}
    assert await found(states=(), assignee="anna") == {3}
    assert await found(states=(), assignee="") == {1, 2}
    assert await found(author="bluesky:bert") == set()


async def test_a_message_is_added_to_a_case_once(desk):
    case = await opened(desk)
    own = Message(mention="bluesky:own", at=NOW + HOUR, own=True, order=5)
    async with desk.writing() as connection:
        assert [await add_message(connection, case, own) for _ in range(2)] == [True, False]
    assert [one.own for one in await cases.messages(desk, case.id)] == [False, True]
    assert [one.number for one in (await cases.of_mentions(desk, ["bluesky:own"]))["bluesky:own"]] == [1]


async def test_a_message_that_is_erased_leaves_its_case_which_stays_with_the_others(full):
    case = (await cases.of_mentions(full, [HERS]))[HERS][0]
    async with full.writing() as connection:
        await add_message(connection, case, Message(mention="bluesky:later", at=NOW + HOUR, own=False, order=9))
    await erasing.erase(full, mentions=[HERS], authors=[], sinks=[], key=b"k")
    left = await cases.get(full, case.id)
    assert (left.first_message, left.thread) == ("bluesky:later", audit.hashed(HERS, b"k"))
    await erasing.erase(full, mentions=["bluesky:later"], authors=[], sinks=[], key=b"k")
    assert await cases.get(full, case.id) is None
    assert {one.author for one in await cases.listed(full, Asked())} == {BERT}


async def test_a_case_is_kept_as_long_as_sources_are_after_it_was_closed(full):
    (hers,) = await cases.listed(full, Asked(author=ANNA))
    await closed(full, hers)
    (his,) = (await cases.of_mentions(full, [HIS]))[HIS]
    await erasing.expire(full, NOW)
    assert await cases.get(full, his.id)
    await erasing.expire(full, NOW + timedelta(seconds=1))
    assert await cases.count(full, Asked(states=())) == 0


async def test_what_erased_staff_did_stays_without_their_id(desk):
    ruth = await people.add(desk, Details(name="Ruth"), by="page", at=NOW)
    case = await opened(desk)
    async with desk.writing() as connection:
        assigned = Happening(kind=Happened.ASSIGNED, detail=ruth.id)
        await happen(connection, case, assigned, by=ruth.id, at=NOW, assignee=ruth.id)
    await people.erase(desk, [ruth.id], key=b"k", at=NOW)
    (_, event) = await cases.events(desk, case.id)
    assert (event.by, event.detail) == (audit.hashed(ruth.id, b"k"),) * 2
    assert (await cases.get(desk, case.id)).assignee is None
