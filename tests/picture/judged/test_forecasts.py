"""The forecast judged on brands: what each knew when it was made, and every brand weighing the same."""

import numpy as np
import pytest

from picture.forecast.history import WEEK
from picture.judged.brand import Brand
from picture.judged.forecasts import BUCKETS, hourly, judge, judged, rows
from tests.picture.forecast.made import history

FIRST = 4_000_000 * BUCKETS


def brand(values, name="brand", first=FIRST):
    return Brand.of(name, first + np.arange(len(values)), np.asarray(values, np.int64), [])


def spread(counts):
    """The counts of hours as twelve buckets each, all of it in the first."""
    buckets = np.zeros((len(counts), BUCKETS), np.int64)
    buckets[:, 0] = counts
    return buckets.ravel()


def test_hours_are_twelve_buckets_that_are_all_there():
    values = np.ones(4 * BUCKETS)
    assert hourly(brand(values)).counts.tolist() == [12, 12, 12, 12]
    shifted = hourly(brand(values, first=FIRST - 5))
    assert (shifted.counts.tolist(), shifted.start) == ([12, 12, 12], 4_000_000)
    buckets = np.delete(FIRST + np.arange(3 * BUCKETS), 15)
    missing = hourly(Brand.of("b", buckets, np.ones(len(buckets), np.int64), []))
    assert missing.counts.tolist() == pytest.approx([12, float("nan"), 12], nan_ok=True)


def test_the_whole_is_the_errors_together_over_those_of_last_week():
    one = judged(history(8))
    assert min(one.by_day) < one.mase < max(one.by_day)
    assert len(one.by_hour) == 72
    assert one.mase < 0.85
    assert 0.75 < one.covered < 0.9


def test_it_is_shown_only_once_it_was_tried():
    one = judged(history(8))
    assert one.origins == 35
    assert one.shown == pytest.approx((26 + 27 + 28) / (3 * 35), abs=0.02)
    assert one.shown_mase < 0.85


def test_where_last_week_is_better_it_is_not_shown():
    one = judged(history(8, changed=lambda counts: np.resize(counts[:WEEK], len(counts)) + counts.clip(0, 1)))
    assert one.mase > 1
    assert (one.shown, one.shown_mase) == (0, None)


def test_brands_weigh_the_same_whatever_their_volume():
    large, small = history(8, rate=900.0), history(8, rate=4.0, seed=2)
    ticks = []
    report = judge(
        [brand(spread(one.counts), name) for name, one in (("large", large), ("small", small))], lambda: ticks.append(1)
    )
    both = [one.mase for one in report.brands.values()]
    assert report.together.mase == pytest.approx(sum(both) / 2)
    assert rows(report)["forecast_mase"] == round(report.together.mase, 4)
    assert len(ticks) == 2


def test_a_brand_that_is_too_short_says_nothing_and_takes_nothing():
    short, long = brand(spread(history(2).counts), "short"), brand(spread(history(8).counts), "long")
    report = judge([short, long], lambda: None)
    assert report.brands["short"].mase is report.brands["short"].covered is report.brands["short"].shown is None
    assert report.together.mase == report.brands["long"].mase
    assert rows(judge([short], lambda: None))["forecast_mase"] is None
