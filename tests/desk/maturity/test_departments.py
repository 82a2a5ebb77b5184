"""Departments side by side: nobody's own, small ones together, the furthest first."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from desk.foundation.departments import SMALLEST, by_department
from desk.maturity.departments import MEASURES, compared
from desk.practices import acts
from desk.store import consents, people, policies
from desk.store.case_tables import cases
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Message
from desk.store.people import Details, Person
from desk.store.policies import Way
from playbook.sections import Playbook
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import AGO, POLICY, full
from tests.desk.maturity.looking import marked
from tests.desk.practices.book import approved, who

UNITS = Playbook.model_validate(
    {
        "triage": {"version": "1"},
        "organisation": {"model": "centralized", "centre": "webcare", "units": {"webcare": {}, "press": {}, "shops": {}}},
        "answers": {"publishers": {"one_in": 4}},
    }
)  # fmt: skip


async def hired(desk, unit, count, *, read=0):
    staff = [
        await people.add(desk, Details(name=f"{unit} {number}", unit=unit), by="ruth", at=AGO)
        for number in range(count)
    ]
    await policies.publish(desk, POLICY, by="playbook", at=AGO)
    for one in staff[:read]:
        await policies.acknowledge(desk, one.id, POLICY.version, Way.PAPER, by="ruth", at=AGO)
    return staff


async def due(desk, unit, number, *, late):
    since = NOW - timedelta(days=2)
    opening = Opening(
        author=f"x:{unit}{number}", thread=f"x:{unit}{number}", source="x", severity="minor", outcome="restore",
        since=since, first_due=since + timedelta(hours=2), unit=unit,
    )  # fmt: skip
    async with desk.writing() as connection:
        first = Message(mention=f"bluesky:{unit}{number}", at=since, own=False, order=1)
        case = await open_case(connection, opening, first, at=since)
        answered = since + timedelta(hours=3 if late else 1)
        await connection.execute(update(cases).where(cases.c.id == case.id).values(answered_at=answered))
    return case


def told(found):
    return {one.name: {name: (each.some, each.all) for name, each in one.found.items() if each.all} for one in found}


async def test_each_department_is_measured_and_small_ones_stand_together(looked):
    desk, looked = looked.database, replace(looked, playbook=UNITS)
    webcare = await hired(desk, "webcare", 6, read=6)
    shops = await hired(desk, "shops", 5, read=2)
    await hired(desk, "press", 2)
    await people.add(desk, Details(name="Dee", department="Board"), by="ruth", at=AGO)
    await people.add(desk, Details(name="Eve", department="Legal"), by="ruth", at=AGO)
    await people.add(desk, Details(name="Fay", department="Legal"), by="ruth", at=AGO)
    await marked(looked, webcare[:5], by=shops[0].id)
    for one in webcare[:2]:
        await consents.give(desk, one.id, consents.Consent.PUBLISH, "yes", by=one.id, at=AGO)
    await due(desk, "closed", 5, late=True)  # nobody works there any more
    for number, unit, late in ((1, "webcare", False), (2, "webcare", False), (3, "press", True), (4, "press", False)):
        case = await due(desk, unit, number, late=late)
    made = await approved(desk)
    await acts.use(desk, who(unit="press"), made.number, case.number, at=NOW - timedelta(days=1))
    found = await compared(looked, NOW)
    assert [(one.name, one.people) for one in found] == [("webcare", 6), (None, 5), ("shops", 5)]
    assert told(found) == {
        "webcare": {
            "acknowledged": (6, 6),
            "active": (5, 6),
            "publishers": (2, 2),
            "in_time": (2, 2),
            "shared": (1, 1),
        },
        None: {"acknowledged": (0, 5), "active": (0, 5), "publishers": (0, 2), "in_time": (1, 2)},
        "shops": {"acknowledged": (2, 5), "active": (1, 5), "publishers": (0, 2)},
    }
    assert [(one.met, one.known) for one in found] == [(5, 5), (0, 4), (0, 3)]
    assert {name for one in found for name in one.found} == set(MEASURES)


async def test_of_a_training_that_few_are_asked_nothing_is_told(looked):
    await full(looked.database)
    found = await compared(looked, NOW)
    assert {one.found["trained"].some for one in found} == {None}


async def test_where_too_few_people_work_nothing_is_compared(looked):
    await hired(looked.database, "webcare", SMALLEST - 1)
    assert await compared(replace(looked, playbook=UNITS), NOW) == ()


def person(number, unit):
    return Person(id=str(number), name="x", unit=unit, active=True, made_at=NOW, changed_at=NOW, version=1)


@given(st.lists(st.integers(0, 8), max_size=60))
def test_no_group_is_a_few_peoples_own_but_where_there_are_no_more(units):
    staff = [person(number, f"u{unit}") for number, unit in enumerate(units)]
    groups = by_department(staff, lambda one: one.unit or "")
    assert sum(len(theirs) for _, theirs in groups) == len(staff)
    assert all(len(theirs) >= SMALLEST for _, theirs in groups) or len(groups) == 1
