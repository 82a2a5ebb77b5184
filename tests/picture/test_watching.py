"""What teaches, what is judged and what the calendar expects: hand-made arrivals."""

from datetime import timedelta

import numpy as np

from core.time import BUCKET, bucket_of, start_of
from picture.arriving import Heard
from picture.collected import Gap
from picture.watching import Asked, Campaign, Usual, counts, factors, outages, usual_of, went_on

BEGAN = 6_000_000
LENGTH = 48


def told(seen, *, gaps=(), behind=None, total=None, monitors=("merk",)):
    """One monitor's arrivals from BEGAN on, the first of `monitors`."""
    rows = [
        (0, place, number, 0, 7 * number, 0 if behind is None else behind[place])
        for place, number in enumerate(seen)
        if number
    ]
    every = np.array(seen if total is None else total)
    return Heard(BEGAN, BEGAN + len(seen), monitors, np.array(rows, np.int64).reshape(-1, 6), every, tuple(gaps))


def gap(first, end, source="bluesky"):
    """From inside the bucket `first` up to inside `end`."""
    inside = timedelta(minutes=2)
    since, until = start_of(BEGAN + first) + inside, start_of(BEGAN + end) + inside
    return Gap(source=source, since=since, until=until, reason="away")


def usual(**changes):
    plain = Usual(rate=5.0, filled=(BEGAN - 1,), began={"merk": BEGAN}, behind=frozenset(), sources={})
    return plain._replace(**changes)


def counted(heard, known=None, *, since=BEGAN, **asked):
    found = dict(counts(heard, known or usual(), Asked(monitors={"merk": None}, **asked), since=since))
    return found["merk"]


def places(flags):
    return np.flatnonzero(flags).tolist()


def test_ordinary_buckets_teach_and_are_judged():
    found = counted(told([5, 0, 6, 4]))
    assert found.seen.tolist() == [5, 0, 6, 4]
    assert found.reach.tolist() == [35, 0, 42, 28]
    assert found.learn.all()
    assert found.judge.all()
    assert (found.start, found.factor.tolist()) == (BEGAN, [1, 1, 1, 1])


def test_only_what_was_asked_for_is_given():
    found = counted(told([5, 4, 6]), since=BEGAN + 2)
    assert (found.start, found.seen.tolist(), len(found.judge)) == (BEGAN + 2, [6], 1)


def test_a_gap_teaches_nothing_and_what_returns_is_not_judged_for_as_long_as_it_may_be_late():
    found = counted(told([5] * LENGTH, gaps=[gap(10, 12)]))
    assert places(~found.learn) == [10, 11, 12]
    assert places(~found.judge) == [10, 11, 12, 13, 14, 15]


def test_a_gap_of_a_source_that_delivers_elsewhere_changes_nothing():
    gaps = [gap(10, 12, "rss")]
    assert counted(told([5] * LENGTH, gaps=gaps), usual(sources={"rss": frozenset({"ander"})})).judge.all()
    assert not counted(told([5] * LENGTH, gaps=gaps), usual(sources={"rss": frozenset({"merk"})})).judge.all()


def test_what_is_caught_up_with_is_not_judged():
    seen, late = [5] * LENGTH, [0] * LENGTH
    seen[20], late[20], late[30] = 60, 50, 2
    found = counted(told(seen, behind=late))
    assert places(~found.learn) == [20]
    assert places(~found.judge) == [20, 21, 22, 23]


def test_where_most_always_comes_behind_it_is_judged_all_the_same():
    found = counted(told([5] * 4, behind=[5] * 4), usual(behind=frozenset({"merk"})))
    assert found.judge.all()


def test_what_came_before_the_monitor_was_heard_teaches_nothing():
    found = counted(told([0, 0, 1, 5]), usual(began={"merk": BEGAN + 2}))
    assert places(found.learn) == [2, 3]
    assert not counted(told([0, 0, 1, 5]), usual(began={})).learn.any()


def test_a_silence_is_an_outage_where_much_would_have_come():
    total = np.array([20, 20, 0, 0, 20, 0, 20])
    assert places(outages(total, 25.0, quiet=0)) == [2, 3]
    assert not outages(total, 5.0, quiet=0).any()


def test_a_silence_counts_from_where_it_began():
    total = np.array([0, 0, 5])
    assert not outages(total, 10.0, quiet=0).any()
    assert places(outages(total, 10.0, quiet=3)) == [0, 1]


def test_what_is_before_the_first_live_message_is_no_silence():
    total = np.array([0, 0, 0, 5, 0, 0, 0, 5])
    assert places(outages(total, 50.0, quiet=None)) == [4, 5, 6]
    assert places(outages(total, 50.0, quiet=0)) == [0, 1, 2, 4, 5, 6]


def test_history_teaches_before_the_first_live_message_however_much_comes_then():
    total = [0] * 30 + [40] * 18
    found = counted(
        told([2] * 30 + [40] * 18, total=total), usual(rate=40.0, filled=tuple(range(BEGAN + 44, BEGAN + 48)))
    )
    assert found.learn.all()
    assert found.judge.all()


def test_after_an_outage_nothing_is_judged_for_a_while_however_the_looks_are_cut():
    total = [20] * 4 + [0] * 6 + [20] * 8
    whole, known = counted(told(total), usual(rate=20.0)), usual(rate=20.0)
    assert places(~whole.judge) == [4, 5, 6, 7, 8, 9, 10, 11, 12]
    for place in range(3, len(total)):
        heard = told(total)._replace(
            since=BEGAN + place - 3,
            until=BEGAN + place + 1,
            rows=told(total[place - 3 : place + 1]).rows,
            total=np.array(total[place - 3 : place + 1]),
        )
        if place > 10:
            assert counted(heard, known, since=BEGAN + place).judge.tolist() == [whole.judge[place]]
        known = went_on(known, heard, until=BEGAN + place + 1)


def test_who_is_heard_for_the_first_time_teaches_from_then_on():
    found = went_on(usual(began={}), told([0, 0, 3, 4]), until=BEGAN + 3)
    assert (found.began, found.filled) == ({"merk": BEGAN + 2}, (BEGAN - 1, BEGAN + 2))


def test_the_night_of_a_quiet_monitor_teaches():
    found = counted(told([1, 0, 0, 0, 0, 0, 1]), usual(rate=0.2))
    assert found.learn.all()


def test_the_calendar_says_how_many_times_the_usual_is_expected():
    campaign = Campaign(since=start_of(BEGAN + 2), until=start_of(BEGAN + 4), times=3.0, monitors=("merk",))
    wider = Campaign(since=start_of(BEGAN - 9), until=start_of(BEGAN + 3), times=2.0)
    assert factors([campaign, wider], "merk", BEGAN, BEGAN + 6).tolist() == [2, 2, 3, 3, 1, 1]
    assert factors([campaign], "ander", BEGAN, BEGAN + 6).tolist() == [1] * 6


def test_the_weeks_before_tell_how_messages_come():
    saved = start_of(BEGAN + 3)
    heard = told([0, 4, 0, 8], behind=[0, 3, 0, 4], monitors=("merk", "stil", "nieuw"))
    found = usual_of(heard, Asked(monitors={"merk": None, "stil": None, "nieuw": saved}), {})
    assert found.rate == 4.0
    assert found.filled == (BEGAN + 1, BEGAN + 3)
    assert found.began == {"merk": BEGAN + 1, "nieuw": BEGAN + 4}
    assert found.behind == {"merk"}


def test_nothing_heard_is_no_rate():
    found = usual_of(told([0, 0]), Asked(monitors={"merk": None}), {})
    assert (found.rate, found.began) == (0.0, {})
    assert not counted(told([0, 0]), found).learn.any()


def test_buckets_are_numbered_from_1970():
    assert bucket_of(start_of(BEGAN)) == bucket_of(start_of(BEGAN + 1) - timedelta(milliseconds=1)) == BEGAN
    assert timedelta(minutes=5) == BUCKET
