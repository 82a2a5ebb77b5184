"""What is expected, when it is shown, and why it is not."""

import numpy as np
import pytest

from picture.forecast import History, Why, outlook
from picture.forecast.choosing import rolled
from picture.forecast.comparable import LEAST, RECENT, USUAL, WEEKLY
from picture.forecast.history import WEEK
from tests.picture.forecast.made import AMSTERDAM, MONDAY, ahead, history


def spoiled(hours, value):
    """Those hours hold `value`."""

    def change(counts):
        counts[hours] = value
        return counts

    return change


def repeated(counts):
    """Each week is exactly the first."""
    return np.resize(counts[:WEEK], len(counts))


def test_it_follows_the_hour_of_the_day_and_the_weekend():
    one = history(8)
    found = outlook(one)
    assert np.corrcoef(found.forecast.middle, ahead(one))[0, 1] > 0.85
    assert (found.forecast.low <= found.forecast.middle).all()
    assert (found.forecast.middle <= found.forecast.high).all()
    assert found.forecast.start == MONDAY + 8 * WEEK


def test_it_beats_last_week_and_four_in_five_hours_lie_in_the_interval():
    found = outlook(history(8))
    assert (found.shown, found.why) == (72, None)
    assert max(found.score.mase) < 0.85
    assert 0.75 < found.score.covered < 0.9
    assert found.score.origins == 35


def test_the_same_history_gives_the_same():
    first, second = outlook(history(8)), outlook(history(8))
    assert first.score == second.score
    assert first.forecast.middle.tolist() == second.forecast.middle.tolist()


def test_what_comes_later_changes_nothing_of_what_was_expected():
    whole = outlook(history(8)).rolled
    without_last_week = outlook(history(8, changed=lambda counts: counts[:-WEEK])).rolled
    assert np.array_equal(whole.expected[: len(without_last_week.expected)], without_last_week.expected)


def test_too_little_history_gives_no_forecast():
    found = outlook(history(2.9))
    assert (found.forecast, found.shown, found.why) == (None, 0, Why.HISTORY)
    assert outlook(history(0)).why is Why.HISTORY


def test_unknown_hours_do_not_count_as_history():
    found = outlook(history(4, changed=spoiled(slice(0, 4 * WEEK - LEAST + 1), np.nan)))
    assert found.why is Why.HISTORY


def test_a_forecast_that_was_not_tried_a_week_long_is_not_shown():
    found = outlook(history(3.5))
    assert found.forecast is not None
    assert (found.shown, found.why) == (0, Why.UNTRIED)


def test_days_further_ahead_are_shown_when_they_were_tried():
    assert [outlook(history(4 + days / 7)).shown for days in range(4)] == [24, 48, 72, 72]


def test_where_every_week_is_the_same_last_week_is_the_better_forecast():
    found = outlook(history(8, changed=repeated))
    assert (found.shown, found.why) == (0, Why.NO_BETTER)


def test_hours_that_are_not_known_are_not_taken_for_quiet_ones():
    missing = slice(6 * WEEK, 7 * WEEK + 100)
    plain, gap, quiet = (
        outlook(history(8, changed=change))
        for change in (lambda counts: counts, spoiled(missing, np.nan), spoiled(missing, 0.0))
    )
    assert abs(gap.forecast.middle.sum() / plain.forecast.middle.sum() - 1) < 0.15
    assert quiet.forecast.middle.sum() < 0.7 * gap.forecast.middle.sum()
    assert sum(gap.score.hours) < sum(quiet.score.hours)


def without(*hours):
    """Those hours of the day were never collected."""
    return lambda counts: spoiled([place for place in range(len(counts)) if place % 24 in hours], np.nan)(counts)


def test_hours_that_were_never_collected_are_told_by_nobody_and_the_others_are_as_good():
    plain, found = outlook(history(8)), outlook(history(8, changed=without(1, 2, 3, 4)))
    holes = np.flatnonzero(np.isnan(found.forecast.middle)).tolist()
    assert holes == [24 * day + hour for day in range(3) for hour in (2, 3)]  # one neighbour of the others is known
    assert np.isnan(found.forecast.low[holes]).all()
    assert np.isnan(found.forecast.high[holes]).all()
    assert found.shown == 72
    assert abs(found.score.covered - plain.score.covered) < 0.05
    assert abs(np.nansum(found.forecast.middle) / np.nansum(plain.forecast.middle) - 1) < 0.2


def test_a_habit_is_not_chosen_for_the_hours_that_it_leaves_out():
    """Three days of the week were not collected at first: by the same hour of the week alone they are not told, and nothing is wrong."""

    def later(counts):
        counts[: 6 * WEEK][np.isin(np.arange(6 * WEEK) // 24 % 7, (0, 1, 4))] = np.nan
        return counts

    assert rolled(history(7, changed=later))[1] is USUAL


def test_one_spike_moves_neither_the_middle_nor_what_is_shown():
    spiked = outlook(history(8, changed=spoiled(slice(7 * WEEK, 7 * WEEK + 5), 50_000.0)))
    plain = outlook(history(8))
    assert abs(spiked.forecast.middle.sum() / plain.forecast.middle.sum() - 1) < 0.1
    assert spiked.shown == 72


def test_a_peak_that_comes_each_day_is_foreseen():
    def peaked(counts):
        counts[9::24] += 900
        return counts

    middle = outlook(history(8, changed=peaked)).forecast.middle
    assert np.flatnonzero(middle > 500).tolist() == [9, 33, 57]


def test_a_peak_that_comes_each_week_is_foreseen_once_it_was_missed_for_a_week():
    def peaked(counts):
        counts[9::WEEK] += 5_000
        return counts

    one = history(8, changed=peaked)
    earlier, habit = rolled(one)
    assert habit is WEEKLY
    missed, foreseen = (earlier.expected[earlier.origins == 24 * day][0, 1, 9] for day in (21, 49))
    assert missed < 500
    assert foreseen > 4_000
    assert outlook(one).forecast.middle[9] > 4_000


def test_what_has_leapt_is_followed_by_the_last_days():
    def leapt(counts):
        counts[5 * WEEK :] *= 8
        return counts

    one = history(8, changed=leapt)
    chosen = {day: _chosen_at(one, day) for day in (30, 42)}
    assert chosen == {30: USUAL, 42: RECENT}
    assert outlook(one).forecast.middle.sum() > 5 * ahead(one).sum()


def _chosen_at(one, day):
    return rolled(History.of(one.start, one.counts[: 24 * day], AMSTERDAM))[1]


def test_what_runs_at_present_is_followed_and_fades():
    plain = outlook(history(8)).forecast.middle
    loud = outlook(history(8, changed=spoiled(slice(-6, None), 400.0))).forecast.middle
    assert loud[0] > 1.8 * plain[0]
    assert loud[71] == pytest.approx(plain[71], rel=0.2)


def test_nothing_but_silence_is_no_better_than_silence():
    found = outlook(history(8, changed=lambda counts: 0 * counts))
    assert found.forecast.middle.sum() == 0
    assert (found.shown, found.why) == (0, Why.NO_BETTER)
