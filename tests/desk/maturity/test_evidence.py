"""The evidence of each need, from a real desk and archive."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from desk.drills.score import Reached, Score, score, written
from desk.maturity.evidence import matured
from desk.practices import acts
from desk.store import accounts, consents, drills, people, policies, roles
from desk.store.case_tables import cases
from desk.store.case_writing import Happening, Opening, happen, open_case
from desk.store.cases import Happened, Message
from desk.store.drills import State
from desk.store.people import Details
from desk.store.policies import Way
from desk.store.roles import EVERYWHERE
from playbook.crisis import Drill as Targets
from playbook.foundation import Excellence
from playbook.maturity import Answer
from playbook.sections import Playbook
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import AGO, full
from tests.desk.foundation.test_unstaffed import RULES as DUTY
from tests.desk.foundation.test_unstaffed import WRITTEN
from tests.desk.maturity.looking import marked, told
from tests.desk.practices.book import approved, who


async def test_an_empty_desk_and_playbook_meet_nothing_but_that_sources_are_heard(looked):
    found = await matured(replace(looked, playbook=Playbook()), NOW)
    met = [one.name for stand in found.levels for one in stand.needs if one.evidence.answer is Answer.MET]
    assert met == ["hearing"]
    assert (found.score, [stand.holds for stand in found.levels]) == (0, [False] * 5)


async def test_staff_is_counted_against_what_is_asked(looked):
    await full(looked.database)
    assert await told(looked, "policy_acknowledged", "trained", "goals_owned") == [
        ("unmet", 4, 12),
        ("unmet", 2, 4),
        ("unmet", 1, 2),
    ]
    for one in await people.every(looked.database, left=False):
        await policies.acknowledge(looked.database, one.id, "2026-1", Way.PAPER, by="ruth", at=AGO)
        await roles.give(looked.database, one.id, "duty_manager", by="ruth", at=AGO)
    assert await told(looked, "policy_acknowledged", "goals_owned") == [("met", 12, 12), ("met", 2, 2)]


async def test_accounts_and_lookalikes_count_once_somebody_looked(looked):
    await full(looked.database)
    assert await told(looked, "accounts_owned", "lookalikes_judged") == [("unmet", 0, 2), ("unknown", None, None)]
    every = await accounts.every(looked.database)
    await accounts.looked(looked.database, [], [one.id for one in every], NOW)
    assert await told(looked, "lookalikes_judged") == [("unmet", 0, 2)]
    for one in await accounts.listed(looked.database):
        await accounts.say(looked.database, one.author, accounts.State.DISMISSED, by="ruth", at=NOW)
    assert await told(looked, "lookalikes_judged") == [("met", 2, 2)]


async def test_a_unit_without_rota_or_holders_is_no_safety(looked):
    names = ("workflows", "organisation", "ladders", "rota")
    assert await told(looked, *names, playbook=DUTY) == [
        ("met", None, None),
        ("unmet", None, None),  # the unit "other" claims nothing
        ("unmet", 0, 2),
        ("unmet", 0, 1),
    ]


async def test_a_unit_that_only_promises_something_needs_a_rota_too(looked):
    service = {"promised": {"minor": {"first_response": "1h", "resolution": "1d", "hours": "always"}}}
    units = {"webcare": {"service": "promised"}, "other": {}}
    organisation = {"model": "centralized", "centre": "webcare", "units": units}
    promising = Playbook.model_validate(WRITTEN | {"organisation": organisation, "service": service})
    assert await told(looked, "rota", playbook=promising) == [("unmet", 0, 1)]


@pytest.mark.parametrize(("hours", "answer"), [((1, 1, 1), "met"), ((1, 1, 3), "unmet"), ((), "unknown")])
async def test_first_responses_are_in_time_or_not(looked, hours, answer):
    """Each answered so many hours after a message that promised two; one whose time still runs counts for nothing."""
    for number, after in enumerate((*hours, None)):
        since = NOW - timedelta(hours=1 if after is None else 48)
        opening = Opening(
            author=f"x:{number}", thread=f"x:{number}", source="x", severity="minor", outcome="restore", since=since,
            first_due=since + timedelta(hours=2),
        )  # fmt: skip
        async with looked.database.writing() as connection:
            case = await open_case(
                connection, opening, Message(mention=f"x:{number}", at=since, own=False, order=1), at=since
            )
            if after is not None:
                await answered(connection, case, since + timedelta(hours=after))
    assert (await told(looked, "in_time"))[0][0] == answer


PLAN = Playbook.model_validate({"crisis": {"drill": {"every": "13w"}}})


@pytest.mark.parametrize(
    ("weeks", "state", "reached", "answer"),
    [
        (1, State.FINISHED, True, "met"),
        (14, State.FINISHED, True, "unmet"),  # stale
        (1, State.CALLED_OFF, True, "unmet"),
        (1, State.FINISHED, False, "unmet"),
    ],
)
async def test_a_crisis_plan_is_practised_by_a_late_enough_drill_that_went_to_its_end(
    looked, weeks, state, reached, answer
):
    assert await told(looked, "drills", playbook=PLAN) == [("unmet", None, None)]
    at = NOW - timedelta(weeks=weeks)
    drill = await drills.begin(looked.database, scenario="own", monitor="merk", by="eva", at=at, until=at)
    when = Reached(detected_at=at, notified_at=at, acknowledged_at=at if reached else None)
    lines = score(when, Targets(), began_at=at, at=at)
    await drills.seen(looked.database, drill.id, at=at, document=written(Score(lines=lines)))
    await drills.end(looked.database, drill.id, state, at=at)
    assert await told(looked, "drills", playbook=PLAN) == [(answer, None, None)]
    assert (await told(looked, "drills", playbook=Playbook()))[0][0] == "unknown"


WIDE = Playbook.model_validate(
    {
        "triage": {"version": "1"},
        "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}, "shops": {}}},
        "answers": {"four_eyes": {"lifts_after": 2}, "publishers": {"one_in": 6}},
    }
)


async def test_departments_and_publishers_are_counted_against_what_is_wanted(looked):
    names = ("departments_active", "publishers")
    await full(looked.database)
    assert await told(looked, *names) == [("unmet", 0, 3), ("unknown", None, None)]  # no goal of its own
    assert (await told(looked, "publishers", playbook=WIDE)) == [("unmet", 0, 2)]  # of twelve people
    anna, *others = await people.every(looked.database, left=False)
    board = [one for one in others if one.department == "Board"]
    sales = [one for one in others if one.department and one.department.startswith("Sales")]
    for one in board:
        await consents.give(looked.database, one.id, consents.Consent.PUBLISH, "yes", by=one.id, at=AGO)
    service = next(one for one in others if one.department == "Service")
    await marked(looked, (service, board[0], sales[0]), by=anna.id)
    assert await told(looked, *names, playbook=WIDE) == [("met", 3, 3), ("met", 2, 2)]


async def test_people_are_trusted_once_somebody_outside_the_centre_needs_no_second_pair_of_eyes(looked):
    details = [Details(name="Ann", unit="shops"), Details(name="Bo", unit="webcare")]
    ann, bo = [await people.add(looked.database, one, by="ruth", at=AGO) for one in details]
    for number in (1, 2):
        await marked(looked, (bo,), number)
    await marked(looked, (ann,), 3)
    assert await told(looked, "trusted", playbook=WIDE) == [("unmet", 0, None)]
    await marked(looked, (ann,), 4)
    assert await told(looked, "trusted", playbook=WIDE) == [("met", 1, None)]
    assert await told(looked, "trusted") == [("unknown", None, None)]  # without an organisation nothing is outside


async def test_where_nobody_needs_a_second_pair_of_eyes_who_answers_is_trusted(looked):
    answers = {"four_eyes": {"asked": False}}
    trusting = Playbook.model_validate(WIDE.model_dump(exclude_unset=True) | {"answers": answers})
    ann = await people.add(looked.database, Details(name="Ann", unit="shops"), by="ruth", at=AGO)
    assert await told(looked, "trusted", playbook=trusting) == [("unmet", 0, None)]
    opening = Opening(
        author="bluesky:1", thread="bluesky:trusted", source="bluesky", severity="minor", outcome="restore", since=NOW,
        unit="shops",
    )  # fmt: skip
    async with looked.database.writing() as connection:
        first = Message(mention="bluesky:trusted", at=AGO, own=False, order=1)
        case = await open_case(connection, opening, first, at=AGO)
        queued = Happening(kind=Happened.QUEUED)
        await happen(connection, case, queued, by=ann.id, at=NOW - timedelta(days=1))
    assert await told(looked, "trusted", playbook=trusting) == [("met", 1, None)]


async def answered(connection, case, at):
    await connection.execute(update(cases).where(cases.c.id == case.id).values(answered_at=at))


async def test_practices_count_once_another_unit_uses_one(looked):
    assert await told(looked, "practices") == [("unmet", 0, 0)]
    made = await approved(looked.database)
    text = {"source": "bluesky", "severity": "minor", "outcome": "restore", "since": NOW}
    for number, unit, stands in (
        (1, "webcare", ("unmet", 0, 1)),
        (2, None, ("unmet", 0, 1)),
        (3, "press", ("met", 1, 1)),
    ):
        mention = f"bluesky:practice-{number}"
        opening = Opening(author=f"bluesky:{number}", thread=mention, unit=unit, **text)
        async with looked.database.writing() as connection:
            first = Message(mention=mention, at=NOW, own=False, order=1)
            case = await open_case(connection, opening, first, at=NOW)
        await acts.use(
            looked.database, who(unit=unit or EVERYWHERE), made.number, case.number, at=NOW - timedelta(days=1)
        )
        assert await told(looked, "practices") == [stands]


async def test_the_centre_of_excellence_has_somebody_of_each_unit(looked):
    assert await told(looked, "excellence") == [("unmet", None, None)]
    rules = DUTY.model_copy(update={"excellence": Excellence(members=("guide",))})
    units = list(DUTY.organisation.units)
    assert await told(looked, "excellence", playbook=rules) == [("unmet", 0, len(units))]
    for number, unit in enumerate(units):
        details = Details(name=f"Mira {number}", unit=unit if number % 2 else None)
        one = await people.add(looked.database, details, by="ruth", at=AGO)
        await roles.give(looked.database, one.id, "guide", unit if not number % 2 else "", by="ruth", at=AGO)
    assert await told(looked, "excellence", playbook=rules) == [("met", len(units), len(units))]
