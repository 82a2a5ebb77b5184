"""What maturity came to is kept a row a day on which something changed."""

from datetime import date, timedelta

from desk.store import maturity
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
