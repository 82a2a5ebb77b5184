"""The saved filters of the inbox, asked of either engine: who sees what, in which order, how many, and whether anything changed."""

from datetime import timedelta

from desk.store import inbox
from desk.store.case_writing import Happening, Opening, add_message, happen, locked, open_case
from desk.store.cases import Happened, Message, State
from desk.store.inbox import Looking, Which
from tests.desk.store.filled import NOW

HOUR = timedelta(hours=1)
EVERYWHERE = Looking(me="anna", units=None, at=NOW)
WEBCARE = Looking(me="anna", units=frozenset({"webcare"}), at=NOW)


async def opened(desk, number, *, due=2, unit="webcare", severity="minor", soon=1, **values):
    """A case whose first response is due in `due` hours, and soon from `soon` hours before that."""
    due_at = None if due is None else NOW + due * HOUR
    opening = Opening(
        author=f"m:{number}", thread="t", source="m", severity=severity, outcome="restore", since=NOW, unit=unit,
        first_due=due_at, first_soon=due_at and due_at - soon * HOUR,
    )  # fmt: skip
    first = Message(mention=f"m:{number}", at=NOW, own=False, order=1)
    async with desk.writing() as connection:
        case = await open_case(connection, opening, first, at=NOW)
        return await happen(connection, case, Happening(kind=Happened.NOTED), by="ruth", at=NOW, **values)


async def numbers(desk, which, looking=EVERYWHERE):
    return [case.number for case in await inbox.listed(desk, which, looking, 10)]


async def filled(desk):
    """Overdue of nobody, due soon and mine, later of another unit, snoozed, closed, promised nothing."""
    await opened(desk, 1, due=-1)
    await opened(desk, 2, due=0.5, assignee="anna")
    await opened(desk, 3, due=9, unit="press")
    await opened(desk, 4, state=State.SNOOZED, snoozed_until=NOW + HOUR)
    await opened(desk, 5, state=State.CLOSED, closed_at=NOW, assignee="bert")
    await opened(desk, 6, due=None, unit=None, assignee="bert")


async def test_each_filter_holds_its_own_the_most_urgent_first(desk):
    await filled(desk)
    assert {which: await numbers(desk, which) for which in Which} == {
        Which.WAITING: [1, 2, 3], Which.MINE: [2], Which.UNCLAIMED: [1, 3], Which.SOON: [2], Which.OVERDUE: [1],
        Which.OPEN: [1, 2, 3, 6], Which.SNOOZED: [4], Which.CLOSED: [5],
    }  # fmt: skip
    counted = await inbox.counts(desk, EVERYWHERE)
    assert counted == {which: len(await numbers(desk, which)) for which in inbox.COUNTED}


async def test_who_works_in_a_unit_sees_its_cases_and_their_own(desk):
    await filled(desk)
    await opened(desk, 7, unit="press", assignee="anna")
    assert await numbers(desk, Which.OPEN, WEBCARE) == [1, 2, 7]
    assert (await inbox.counts(desk, WEBCARE))[Which.OPEN] == 3
    assert [case.number for case in await inbox.numbered(desk, WEBCARE, [1, 3, 7, 99])] == [1, 7]
    nowhere = Looking(me="carl", units=frozenset(), at=NOW)
    assert await numbers(desk, Which.OPEN, nowhere) == []


async def test_of_what_is_due_together_the_more_severe_stands_first(desk):
    for number, severity in enumerate(("minor", "critical", "serious"), start=1):
        await opened(desk, number, severity=severity)
    assert await numbers(desk, Which.OPEN) == [2, 3, 1]


async def test_once_it_is_answered_the_resolution_counts(desk):
    await opened(desk, 1, due=-1, answered_at=NOW, resolution_due=NOW + 3 * HOUR)
    await opened(desk, 2, due=1)
    assert await numbers(desk, Which.OPEN) == [2, 1]
    assert await numbers(desk, Which.OVERDUE) == []


async def test_the_last_messages_of_the_author_are_told_with_how_many_there_are(desk):
    case = await opened(desk, 1)
    async with desk.writing() as connection:
        held = await locked(connection, case.id)
        for place in range(2, 6):
            await add_message(
                connection, held, Message(mention=f"m:1-{place}", at=NOW + place * HOUR, own=False, order=1)
            )
        await add_message(connection, held, Message(mention="m:own", at=NOW + 9 * HOUR, own=True, order=1))
    told = (await inbox.heard(desk, [case.id]))[case.id]
    assert (told.last, told.messages) == (("m:1-5", "m:1-4", "m:1-3"), 6)


async def test_the_stamp_is_another_after_every_change(desk):
    case, stamps = await opened(desk, 1), [await inbox.stamp(desk)]
    for state in (State.SNOOZED, State.OPEN, State.CLOSED):
        async with desk.writing() as connection:
            held = await locked(connection, case.id)
            await happen(connection, held, Happening(kind=Happened.NOTED), by="ruth", at=NOW, state=state)
        stamps.append(await inbox.stamp(desk))
    assert len(set(stamps)) == len(stamps)


async def test_one_that_closes_as_another_opens_shows_too(desk):
    case, before = await opened(desk, 1), await inbox.stamp(desk)
    async with desk.writing() as connection:
        held, over = await locked(connection, case.id), Happening(kind=Happened.CLOSED)
        await happen(connection, held, over, by="ruth", at=NOW, state=State.CLOSED)
    await opened(desk, 2)
    assert await inbox.stamp(desk) != before


async def test_others_of_an_author_are_those_that_may_be_seen_however_many_there_are(desk):
    for unit in ("webcare", "press", "press"):
        await opened(desk, 1, unit=unit, state=State.CLOSED, closed_at=NOW)
    latest = await opened(desk, 1)
    assert [one.number for one in await inbox.more_of(desk, EVERYWHERE, latest, 2)] == [3, 2]
    assert [one.number for one in await inbox.more_of(desk, WEBCARE, latest, 2)] == [1]
