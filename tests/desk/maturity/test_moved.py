"""Why maturity moved, and how a level was over time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.maturity.moved import SHOWN, moved, steps
from desk.store.maturity import Day
from playbook.maturity import Answer, Evidence, assess, levels

TODAY = date(2026, 11, 27)
MET, UNMET = Evidence(answer=Answer.MET), Evidence(answer=Answer.UNMET)
NAMES = [name for level in levels() for name in level.needs]


def kept(days_ago, *met, score=0.0, asked=NAMES):
    answers = {name: Answer.MET if name in met else Answer.UNMET for name in asked}
    return Day(day=TODAY - timedelta(days=days_ago), score=score, answers=answers)


def told(found):
    return [(one.need.name, one.level, one.gained, one.counts) for one in found.reasons]


def test_it_is_compared_with_how_it_stood_a_week_ago():
    found = assess({"goals_owned": MET, "trained": MET, "flowing": MET})
    days = [kept(3, "goals_owned", "trained"), kept(9, "goals_owned", "rota", score=1 / 6), kept(40)]
    week = moved(found, days, TODAY)
    assert (week.since, round(week.before, 2), round(week.change, 2)) == (TODAY - timedelta(days=9), 0.17, 0.17)
    assert told(week) == [("trained", 1, True, True), ("rota", 2, False, False), ("flowing", 5, True, False)]


def test_where_less_than_a_week_is_kept_the_first_day_counts_and_today_alone_is_nothing():
    found = assess({"goals_owned": MET})
    assert moved(found, [kept(0), kept(2), kept(4)], TODAY).since == TODAY - timedelta(days=4)
    assert moved(found, [kept(0)], TODAY) is None
    assert moved(found, [], TODAY) is None


def test_a_need_that_was_not_asked_then_did_not_move():
    found = moved(assess({"goals_owned": MET, "trained": MET}), [kept(7, asked=["goals_owned"])], TODAY)
    assert told(found) == [("goals_owned", 1, True, True)]


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_each_need_that_changed_is_a_reason_and_no_other(before, now):
    found = moved(assess(dict.fromkeys(now, MET)), [kept(7, *before)], TODAY)
    assert {one.need.name for one in found.reasons} == before ^ now
    assert {one.need.name for one in found.reasons if one.gained} == now - before
    assert [one.counts for one in found.reasons] == sorted((one.counts for one in found.reasons), reverse=True)


def test_a_level_has_a_step_wherever_it_changed_and_only_of_what_was_asked_then():
    level = levels()[0]
    days = [kept(1, "trained"), kept(5, "trained", "rota"), kept(20, "goals_owned", asked=["goals_owned", "trained"])]
    found = steps(level, days, TODAY)
    assert [((TODAY - one.day).days, round(one.met, 2)) for one in found] == [(20, 0.5), (5, 0.17)]


def test_what_is_older_than_what_is_drawn_stands_at_its_beginning():
    level, long = levels()[0], SHOWN.days
    found = steps(level, [kept(3), kept(long + 1, "trained"), kept(long + 50)], TODAY)
    assert [((TODAY - one.day).days, round(one.met, 2)) for one in found] == [(long, 0.17), (3, 0.0)]
