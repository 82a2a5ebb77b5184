"""What maturity came to is kept a row a day on which something changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from desk.store import maturity
from desk.store.case_tables import cases
from desk.store.case_writing import Opening, open_case
from desk.store.cases import Message
from playbook.maturity import Answer, Evidence, assess
from tests.desk.store.test_people import NOW

FIRST = date(2026, 11, 2)
ONE = {"trained": Evidence(answer=Answer.MET)}


async def keep(desk, evidence, days=0):
    return await maturity.keep(desk, assess(evidence), FIRST + timedelta(days=days), NOW)


async def test_only_what_changed_is_kept(desk):
    assert [await keep(desk, {}), await keep(desk, {}, 1), await keep(desk, ONE, 2), await keep(desk, ONE, 3)] == [
        True,
        False,
        True,
        False,
    ]
    days = await maturity.history(desk)
    assert [(one.day, round(one.score, 3)) for one in days] == [(FIRST + timedelta(days=2), 0.167), (FIRST, 0.0)]
    assert (days[0].answers["trained"], days[1].answers["trained"]) == (Answer.MET, Answer.UNKNOWN)


async def test_a_day_has_one_row_the_last_that_was_true(desk):
    await keep(desk, {})
    assert await keep(desk, ONE)
    (day,) = await maturity.history(desk)
    assert day.answers["trained"] is Answer.MET


async def test_an_earlier_day_is_kept_against_the_one_before_it(desk):
    await keep(desk, ONE, 9)
    assert [await keep(desk, ONE), await keep(desk, ONE, 1), await keep(desk, {}, 2)] == [True, False, True]
    assert [one.day.day for one in await maturity.history(desk)] == [11, 4, 2]


async def test_first_responses_are_counted_where_they_were_due(desk):
    for number in range(3):
        opening = Opening(
            author=f"x:{number}", thread=f"x:{number}", source="x", severity="minor", outcome="restore", since=NOW,
            first_due=NOW + timedelta(hours=number),
        )  # fmt: skip
        async with desk.writing() as connection:
            await open_case(connection, opening, Message(mention=f"x:{number}", at=NOW, own=False, order=1), at=NOW)
    async with desk.writing() as connection:
        await connection.execute(update(cases).where(cases.c.author == "x:1").values(answered_at=NOW))
    assert await maturity.answered_in_time(desk, NOW, NOW + timedelta(hours=2)) == (1, 2)


@pytest.mark.parametrize(
    ("answered", "closed", "some"), [(3, 1, 0), (1, 3, 1), (None, 1, 1), (None, 3, 0), (None, None, 0)]
)
async def test_the_end_counts_only_where_nobody_answered(desk, answered, closed, some):
    """In hours, of which two were promised."""
    moments = {"answered_at": answered, "closed_at": closed}
    values = {name: NOW + timedelta(hours=hours) for name, hours in moments.items() if hours is not None}
    opening = Opening(
        author="x:1", thread="x:1", source="x", severity="minor", outcome="restore", since=NOW,
        first_due=NOW + timedelta(hours=2),
    )  # fmt: skip
    async with desk.writing() as connection:
        await open_case(connection, opening, Message(mention="x:1", at=NOW, own=False, order=1), at=NOW)
        await connection.execute(update(cases).values(first_due=opening.first_due, **values))
    assert await maturity.answered_in_time(desk, NOW, NOW + timedelta(hours=4)) == (some, 1)
