"""What grows beyond what is normal, counted by hand."""

import numpy as np

from picture.growth import Counts, grown, learned

HOURS = 28 * 24


def counts(*rows: np.ndarray, past: bool = True, known: int = HOURS) -> Counts:
    every = np.stack(rows).astype(np.int32)
    live = every.copy()
    if not past:
        live[:, -2:] = 0
    return Counts(live=live, every=every, heard_live=live.sum(axis=0), heard=every.sum(axis=0), known=known)


def steady(an_hour: int) -> np.ndarray:
    return np.full(HOURS, an_hour)


def with_last(row: np.ndarray, *last: int) -> np.ndarray:
    changed = row.copy()
    changed[-len(last) :] = last
    return changed


def test_a_burst_of_what_is_seldom_said_emerges_and_says_what_is_usual():
    (found,) = grown(counts(steady(20), with_last(steady(0), 2, 4)))
    assert (found.row, found.voices, found.hours) == (1, 6, 2)
    assert found.usual < 0.1


def test_the_same_burst_of_what_is_always_said_does_not():
    assert not grown(counts(steady(20), with_last(steady(4), 5, 6)))


def test_a_busy_hour_for_all_is_no_news():
    assert not grown(counts(with_last(steady(20), 200, 200), with_last(steady(2), 20, 20)))


def test_a_weekly_habit_is_no_news():
    habit = steady(0)
    habit[[-1 - week * 168 for week in range(4)]] = 12
    assert not grown(counts(steady(20), habit))
    assert grown(counts(steady(20), with_last(steady(0), 12)))


def test_what_was_heard_late_makes_nothing_new():
    assert not grown(counts(steady(20), with_last(steady(0), 5, 9), past=False))


def test_growth_ranks_and_not_size():
    found = grown(counts(steady(60), with_last(steady(2), 30, 40), with_last(steady(0), 4, 6)))
    assert [one.row for one in found] == [2, 1]


def test_nothing_emerges_while_learning():
    young = counts(with_last(np.zeros(HOURS, dtype=int), 5, 5, 5), with_last(np.zeros(HOURS, dtype=int), 9), known=3)
    assert learned(young) < 1
    assert not grown(young)
