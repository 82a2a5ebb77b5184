"""What the rules count on and the desk does not have: hours without duty, roles without holders, accounts without owners."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.foundation.unstaffed import missing
from desk.store import accounts, people, roles, rota
from desk.store.accounts import Account
from desk.store.people import Details
from playbook.rota import Absence, Shift
from playbook.sections import Playbook
from tests.desk.corpus import ZONE
from tests.desk.crisis.book import PLAYBOOK as CRISIS
from tests.desk.foundation.organised import full
from tests.desk.store.made import opened_desk

MONDAY = datetime(2026, 3, 23, 5, tzinfo=UTC)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WRITTEN = {
        "triage": None,
        "organisation": {"model": "centralized", "centre": "webcare", "units": {
            "webcare": {"hours": "office", "service": "promised", "ladder": "webcare"}, "other": {}}},
        "service": {"promised": {"minor": {"first_response": "1h", "resolution": "1d"}}},
        "hours": {"office": {"zone": "Europe/Amsterdam", "week": {day: ["09:00-17:00"] for day in DAYS[:5]}},
                  "always": {"zone": "Europe/Amsterdam", "week": {day: ["00:00-24:00"] for day in DAYS}}},
        "ladders": {"webcare": [{"to": "agent", "within": "10m"}, {"to": "lead"}]},
        "goals": {"g": {"says": "x", "owner": "analyst", "measure": "mentions", "query": "x", "at_least": 1}},
}  # fmt: skip
RULES = Playbook.model_validate(WRITTEN)


@pytest.fixture
async def desk(tmp_path):
    async with opened_desk(tmp_path) as one:
        yield one


async def on_rota(desk, *, ends=17 * 60, unit="webcare"):
    """Anna, on duty each working day from nine; lead in that unit, agent in another."""
    anna = (await people.add(desk, Details(name="Anna"), by="ruth", at=MONDAY)).id
    made = [Shift(person=anna, unit=unit, starts=9 * 60, ends=ends, weekday=day) for day in range(5)]
    await rota.add_shifts(desk, made, by="ruth", at=MONDAY)
    await roles.give(desk, anna, "lead", "webcare", by="ruth", at=MONDAY)
    await roles.give(desk, anna, "agent", "other", by="ruth", at=MONDAY)
    return anna


async def told(desk, playbook=RULES):
    return [one.sentence(ZONE) for one in await missing(desk, playbook, MONDAY, ZONE)]


async def test_nobody_at_all_is_one_line_and_each_role_is_named_with_what_counts_on_it(desk):
    assert await told(desk) == [
        "webcare: nobody is on the rota, and the unit has business hours",
        "nobody holds the role agent in webcare, which ladders.webcare counts on",
        "nobody holds the role lead in webcare, which ladders.webcare counts on",
        "nobody holds the role analyst, which goals.g counts on",
        "nobody holds the role lead, which triage.outcomes.care.tells counts on",
    ]


async def test_a_role_in_another_unit_is_not_held_here(desk):
    await on_rota(desk)
    assert await told(desk) == [
        "nobody holds the role agent in webcare, which ladders.webcare counts on",
        "nobody holds the role analyst, which goals.g counts on",
    ]


async def test_an_absence_makes_a_hole_and_many_are_counted(desk):
    anna = await on_rota(desk)
    away = Absence(person=anna, since=MONDAY, until=MONDAY + timedelta(days=1))
    await rota.add_absence(desk, away, by="ruth", at=MONDAY)
    assert (await told(desk))[0] == "webcare: nobody is on duty Mon 2026-03-23 09:00 - 17:00"
    await rota.add_absence(
        desk, Absence(person=anna, since=MONDAY, until=MONDAY + timedelta(days=90)), by="ruth", at=MONDAY
    )
    assert (await told(desk))[5] == "webcare: and in 10 more stretches"


async def test_a_promise_in_another_calendar_is_hours_too(desk):
    await on_rota(desk)
    promise = {"first_response": "15m", "resolution": "4h", "hours": "always"}
    found = await told(desk, Playbook.model_validate(WRITTEN | {"service": {"promised": {"critical": promise}}}))
    assert found[0] == "webcare: nobody is on duty Mon 2026-03-23 06:00 - 09:00"
    assert found[1] == "webcare: nobody is on duty Mon 2026-03-23 17:00 - Tue 2026-03-24 09:00"


async def test_a_role_of_the_crisis_plan_that_nobody_holds_is_named(desk):
    await on_rota(desk)
    assert await told(desk, CRISIS) == [
        "nobody holds the role agent in webcare, which crisis.steps.inform.owner counts on",
        "nobody holds the role duty_manager in webcare, which ladders.up[2].to counts on",
    ]


async def test_accounts_without_owners_are_named(desk):
    await full(desk)
    found = await told(desk, Playbook())
    assert found == [
        "noorderlijn on bluesky: its second owner, Person 5, left",
        "noorderlijn on mastodon has no owner",
    ]


async def test_an_own_account_that_the_playbook_does_not_name_is_told_where_cases_wait_for_its_answers(desk):
    for handle in ("@Noorderlijn", "noorderlijn_hulp"):
        own = Account(id="", source="mastodon", handle=handle, official=True)
        await accounts.add(desk, own, by="ruth", at=MONDAY)
    units = {"webcare": {"accounts": ["noorderlijn"]}}
    named = {"organisation": {"model": "centralized", "centre": "webcare", "units": units}, "triage": None}
    heard = [one for one in await told(desk, Playbook.model_validate(named)) if "stop no clock" in one]
    assert heard == []  # without monitors all is heard
    playbook = Playbook.model_validate(named | {"monitors": {"n": {"query": "noorderlijn"}}})
    (unheard,) = [one for one in await told(desk, playbook) if "stop no clock" in one]
    assert unheard.startswith("noorderlijn_hulp on mastodon is named by no unit")
