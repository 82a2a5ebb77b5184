"""What happens to a case by itself happens once, however many look and however often they are ended."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.cases import acts, keeping, timing
from desk.store import cases
from desk.store.cases import State
from tests.desk.cases.book import (
    EVERYBODY,
    HOUR,
    MINUTE,
    NOW,
    PROMISED,
    agent,
    fired,
    hear,
    heard,
    kinds,
    last,
    owed,
    promising,
    reply,
)
from tests.desk.store.filled import not_erased


async def test_it_is_due_soon_and_overdue_once_and_told(desk):
    case = await hear(desk, heard(unit="press", severity="minor"))
    assert await kinds(desk, case) == ["opened"]
    case = await hear(desk, heard(thread="mastodon:2", number=2))
    await acts.claim(desk, EVERYBODY, case.id, saw=1, at=NOW)
    for minutes in (179, 180, 239, 240, 241):
        await fired(desk, NOW + minutes * MINUTE)
    happened = [(one.kind.value, one.detail) for one in await cases.events(desk, case.id)]
    assert [one for one in happened if "due" in one[0]] == [
        ("due_soon", "first_response"),
        ("overdue", "first_response"),
    ]
    assert [kind for kind, _ in await owed(desk)].count("overdue") == 1


async def test_many_workers_tell_it_once(desk):
    many = [heard(number, thread=f"mastodon:{number}") for number in range(1, 6)]
    await hear(desk, *many)
    await asyncio.gather(*(fired(desk, NOW + 4 * HOUR) for _ in range(6)))
    assert [kind for kind, _ in await owed(desk)].count("overdue") == 5


async def test_what_failed_half_way_happens_the_next_time(desk, monkeypatch):
    case = await hear(desk, heard())
    with monkeypatch.context() as patch:
        patch.setattr(timing, "tell", killed)
        with pytest.raises(KeyboardInterrupt):
            await timing.fire(desk, lambda: PROMISED, NOW + 4 * HOUR)
    assert await kinds(desk, case) == ["opened"]
    await fired(desk, NOW + 4 * HOUR)
    assert "overdue" in await kinds(desk, case)


async def killed(*_, **__):
    raise KeyboardInterrupt


async def test_the_next_role_is_asked_when_nobody_acts_and_the_last_one_for_ever(desk):
    case = await hear(desk, heard())
    await fired(desk, NOW + 9 * MINUTE)
    assert await kinds(desk, case) == ["opened"]
    await fired(desk, NOW + 10 * MINUTE)
    await fired(desk, NOW + 39 * MINUTE)
    assert (await cases.events(desk, case.id))[-1].detail == "lead"
    await fired(desk, NOW + 40 * MINUTE)
    await fired(desk, NOW + 150 * MINUTE)
    assert (await kinds(desk, case)).count("escalated") == 2
    assert [one for one in await owed(desk) if one[0] == "escalated"] == [
        ("escalated", "lead"),
        ("escalated", "duty_manager"),
    ]


async def test_a_ladder_that_came_to_its_top_begins_again_where_the_case_does(desk):
    case = await hear(desk, heard())
    for minutes in (10, 40):
        await fired(desk, NOW + minutes * MINUTE)
    await acts.note(desk, agent(), case.id, "belt terug", at=NOW + 50 * MINUTE)
    case = await hear(desk, heard(2, NOW + 51 * MINUTE))
    await fired(desk, NOW + 90 * MINUTE)
    assert [one for one in await owed(desk) if one[0] == "escalated"] == [
        ("escalated", "lead"),
        ("escalated", "duty_manager"),
    ]
    await acts.snooze(desk, agent(), case.id, NOW + 2 * HOUR, saw=(await last(desk)).version, at=NOW + 91 * MINUTE)
    await acts.claim(desk, agent(), case.id, saw=(await last(desk)).version, at=NOW + 92 * MINUTE)
    await fired(desk, NOW + 102 * MINUTE)
    assert (await kinds(desk, case)).count("escalated") == 3


async def test_who_acts_has_that_time_again_and_who_answers_is_not_asked(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, agent(), case.id, saw=1, at=NOW + 9 * MINUTE)
    await fired(desk, NOW + 18 * MINUTE)
    assert await kinds(desk, case) == ["opened", "claimed"]
    await hear(desk, reply(at=NOW + 18 * MINUTE))
    await fired(desk, NOW + 90 * MINUTE)
    assert await kinds(desk, case) == ["opened", "claimed", "answered"]


async def test_a_silent_assignee_is_passed_by(desk):
    case = await hear(desk, heard())
    await acts.claim(desk, agent(), case.id, saw=1, at=NOW + MINUTE)
    await fired(desk, NOW + 11 * MINUTE)
    assert (await cases.events(desk, case.id))[-1].detail == "lead"


async def test_one_that_sleeps_wakes_in_time_or_when_its_author_writes(desk):
    case = await hear(desk, heard())
    await acts.snooze(desk, agent(), case.id, NOW + HOUR, saw=1, at=NOW)
    await fired(desk, NOW + 59 * MINUTE)
    assert (await last(desk)).state is State.SNOOZED
    await fired(desk, NOW + HOUR)
    woken = await last(desk)
    assert (woken.state, woken.snoozed_until) == (State.OPEN, None)
    await acts.snooze(desk, agent(), case.id, NOW + 9 * HOUR, saw=woken.version, at=NOW + HOUR)
    assert (await hear(desk, heard(2, NOW + 2 * HOUR))).state is State.OPEN
    assert ("woke", "webcare") in await owed(desk)


async def test_nothing_more_happens_to_what_is_closed(desk):
    case = await hear(desk, heard())
    await acts.spam(desk, agent(), case.id, saw=1, at=NOW)
    await fired(desk, NOW + 90 * HOUR)
    assert await kinds(desk, case) == ["opened", "spam"]


async def test_it_is_told_anew_when_the_clock_runs_anew(desk):
    case = await hear(desk, heard())
    await fired(desk, NOW + 4 * HOUR)
    await acts.close(desk, agent(), case.id, acts.Reason.SOLVED, saw=9, at=NOW + 4 * HOUR)
    await hear(desk, heard(2, NOW + 24 * HOUR))
    await fired(desk, NOW + 28 * HOUR)
    assert [one.detail for one in await cases.events(desk, case.id) if one.kind.value == "overdue"] == [
        "first_response",
        "first_response",
    ]


async def test_in_the_night_in_which_the_clock_goes_back_four_hours_are_over_at_three_by_the_clock(desk):
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)  # in Amsterdam, where two o'clock comes twice on the 25th
    promised = promising(days=("saturday", "sunday"), first_response="4h", resolution="20h")
    await keeping.hear(desk, heard(at=midnight), promised, at=midnight, erased=not_erased)
    case = await last(desk)
    assert case.first_due.astimezone(ZoneInfo("Europe/Amsterdam")).hour == 3
    await fired(desk, midnight + 239 * MINUTE)
    assert "overdue" not in await kinds(desk, case)
    await fired(desk, midnight + 240 * MINUTE)
    assert "overdue" in await kinds(desk, case)
