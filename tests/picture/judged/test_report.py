"""Brands judged: what a bucket, a gap and a window become, and which thresholds are chosen."""

import numpy as np
import pytest

from picture.detector import Level, Settings
from picture.detector.counts import DAY, HOUR, WEEK
from picture.judged.brand import Brand, flagged, outcome, pooled, verdicts
from picture.judged.report import judge, steps
from picture.judged.rows import BOUNDS, rows
from picture.judged.simulated import CRISES, EVERY_WEEKS, simulate

START = 4_749_956


def brand(days: int = 21, seed: int = 1, crisis: int = 15 * DAY) -> Brand:
    seen = np.random.default_rng(seed).poisson(12.0, days * DAY)
    seen[crisis : crisis + 3 * HOUR] *= 8
    buckets = np.arange(START, START + len(seen))
    return Brand.of(f"made{seed}", buckets, seen, [(START + crisis - HOUR, START + crisis + DAY)])


def test_two_rows_of_a_bucket_are_added_and_a_missing_one_was_not_collected():
    made = Brand.of("made", np.array([5, 5, 8]), np.array([1, 2, 4]), [])
    assert made.counts.seen.tolist() == [3, 0, 0, 4]
    assert made.counts.learn.tolist() == made.counts.judge.tolist() == [True, False, False, True]
    assert made.rows.tolist() == [5, 8]


def test_a_crisis_in_its_window_is_found_and_costs_nothing():
    one = brand()
    found = outcome(one, flagged(verdicts(one, Settings())))
    assert (found.recall, found.false) == (1, 0)
    assert found.score.normalised > 95


def test_what_is_flagged_elsewhere_is_false_by_the_week_and_not_in_the_probation():
    one = brand()
    later = START + 18 * DAY
    found = outcome(one, [START + 10, START + 700, later, later + HOUR, later + DAY])
    assert (found.found, found.false) == (0, 2)
    assert found.false_per_week == pytest.approx(2 / ((21 * DAY - 750) / WEEK))


def test_brands_are_pooled_by_window_and_by_week():
    one = brand()
    none, perfect = outcome(one, []), outcome(one, [START + 15 * DAY - HOUR])
    both = pooled([none, perfect])
    assert (both.recall, both.score.normalised, both.weeks) == (0.5, pytest.approx(50), none.weeks * 2)


def test_a_brand_without_windows_has_none_to_find():
    one = Brand.of("made", np.arange(START, START + 3 * DAY), np.ones(3 * DAY, dtype=np.int64), [])
    assert outcome(one, []).recall == 1


def test_levels_by_score_are_what_higher_thresholds_say():
    one = brand()
    low = [each for each in verdicts(one, Settings(watch=2.5, alarm=3.5)) if each.level is not Level.CALM]
    high = verdicts(one, Settings(watch=3.5, alarm=5.0))
    settled = [
        each.bucket
        for each in low
        if each.level is not Level.LEARNING and (each.for_watch >= 3.5 or each.for_alarm >= 5)
    ]
    assert settled == flagged(high) != []


def test_simulated_weeks_are_the_same_for_the_same_seed():
    first, second = (simulate(brand(), Settings(), np.random.default_rng(3)) for _ in range(2))
    assert first == second
    assert (first.crises, first.weeks) == (CRISES, CRISES * EVERY_WEEKS)
    assert first.found >= CRISES - 1


def test_one_brand_is_judged_by_the_shipped_thresholds():
    ticks = []
    report = judge([brand()], lambda: ticks.append(1))
    assert len(ticks) == steps(1)
    assert report.together.watch.recall == 1
    assert report.brands["made1"].watch == report.brands["made1"].watch_as_shipped
    named = rows(report)
    assert set(BOUNDS) < set(named)
    assert named["crisis_watch_recall"] == named["crisis_watch_recall_shipped"] == 1
