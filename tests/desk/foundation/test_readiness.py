"""How far the staff is, counted by hand; nobody is told apart in a small department."""

from datetime import timedelta

import pytest

from desk.foundation.readiness import readiness
from desk.store import people, policies
from desk.store.people import Details
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import AGO, RULES, full
from tests.desk.store.made import opened_desk


@pytest.fixture
async def desk(tmp_path):
    async with opened_desk(tmp_path) as one:
        yield one


async def test_it_is_counted_by_training_and_by_department(desk):
    await full(desk)
    told = await readiness(desk, RULES.trainings, NOW)
    answering = told.trainings["answering"]
    assert [getattr(answering, name) for name in ("asked", "holds", "ending", "over", "never")] == [4, 2, 1, 1, 1]
    assert [(one.name, one.people, one.acknowledged, one.asked, one.trained) for one in told.departments] == [
        ("Service", 5, 4, 4, 2),
        (None, 7, 0, 0, 0),
    ]
    assert (told.acknowledged, told.waiting, told.unreachable, told.asked, told.trained) == (4, 8, 0, 4, 2)


async def test_a_larger_department_goes_with_a_small_one_that_would_stand_alone(desk):
    for number in range(7):
        where = "Board" if number == 0 else "Service"
        await people.add(desk, Details(name=f"P{number}", department=where), by="ruth", at=AGO)
    (together,) = (await readiness(desk, {}, NOW)).departments
    assert (together.name, together.people) == (None, 7)


async def test_a_new_version_is_acknowledged_by_nobody(desk):
    await full(desk)
    later = policies.Policy(version="2026-2", title={"en": "x"}, text={"en": "y"})
    await policies.publish(desk, later, by="playbook", at=NOW)
    told = await readiness(desk, RULES.trainings, NOW)
    assert (told.policy.version, told.acknowledged, told.waiting) == ("2026-2", 0, 12)


async def test_what_was_sent_is_told_and_a_person_reminds_again_within_the_week(desk):
    await full(desk)
    assert await policies.remind(desk, NOW) == 8
    day = timedelta(days=1)
    assert await policies.remind(desk, NOW + day) == 0
    assert await policies.remind(desk, NOW + day, again_after=policies.DAILY, by="ruth") == 8
    assert await policies.remind(desk, NOW + day, again_after=policies.DAILY, by="ruth") == 0
    told = await readiness(desk, RULES.trainings, NOW)
    assert (told.reminded, told.letters, told.reminded_at) == (8, 16, NOW + day)
