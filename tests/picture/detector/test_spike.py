"""A tenfold spike after a fortnight is an alarm within ten minutes: by day and night, on any day, wherever in a bucket it begins."""

import numpy as np
import pytest

from core.time import start_of
from picture.detector import Counts, Detector, Level
from picture.detector.counts import DAY, HOUR, WEEK
from picture.detector.past import QUARTER, Past
from tests.picture.detector.made import AMSTERDAM, START

MINUTES = 5
"""Of a bucket."""
LEAST = 20.0
"""Messages that are expected in a bucket where the spike begins."""


def rates(start: int, buckets: int, weekend: float) -> np.ndarray:
    """By bucket: a fifth of the noon at night, and at weekends so much of a working day."""
    local = [start_of(start + n - n % HOUR).astimezone(AMSTERDAM) for n in range(buckets)]
    hours, days = np.array([one.hour for one in local]), np.array([one.weekday() for one in local])
    return (1 + 2 / 3 * np.sin((hours - 6) / 24 * 2 * np.pi)) * np.where(days >= 5, weekend, 1.0)


def told_after(day: int, hour: int, *, weekend: float, seed: int) -> int | None:
    """Minutes of a spike up to its alarm, each minute looked at; it begins at a random minute of the hour. None if that takes over ten."""
    draw = np.random.default_rng([seed, day, hour])
    start, spike = START + day * DAY, (2 * WEEK + hour * HOUR) * MINUTES + int(draw.integers(HOUR * MINUTES))
    by_minute = np.repeat(rates(start, spike // MINUTES + HOUR, weekend), MINUTES)
    by_minute *= LEAST / MINUTES / by_minute[spike : spike + 10].min()
    by_minute[spike:] *= 10
    arrived = draw.poisson(by_minute)
    whole = arrived.reshape(-1, MINUTES).sum(axis=1)
    detector = Detector.after(Counts.of(start, whole[: spike // MINUTES]), AMSTERDAM)
    for minute in range(spike, spike + 10):
        bucket = minute // MINUTES
        so_far = Counts.of(start + bucket, [arrived[bucket * MINUTES : minute + 1].sum()])
        ended = minute % MINUTES == MINUTES - 1
        verdict = detector.advance(so_far)[0] if ended else detector.peek(so_far)
        if verdict.level is Level.ALARM:
            return minute + 1 - spike
    return None


@pytest.mark.parametrize("weekend", [1.0, 0.7, 0.4])
@pytest.mark.parametrize("day", range(7))
def test_it_is_found_on_any_day_at_any_hour(day, weekend):
    took = {
        (hour, seed): told_after(day, hour, weekend=weekend, seed=seed)
        for hour in (0, 3, 8, 13, 18, 23)
        for seed in range(2)
    }
    assert {case: minutes for case, minutes in took.items() if minutes is None} == {}


def test_of_a_beginning_at_a_weekend_the_first_days_leave_the_tail_after_a_week():
    saturday = START + 5 * DAY
    seen = np.random.default_rng(1).poisson(20 * rates(saturday, 8 * DAY, 0.4))
    past, whole = Past(AMSTERDAM), np.ones(8 * DAY, dtype=np.bool_)
    past = past.grown(Counts.of(saturday, seen), np.full(8 * DAY, 20.0), whole)
    of_a_week = past.known(QUARTER, before=saturday + WEEK, most=2 * WEEK)
    before = past.known(QUARTER, before=saturday + WEEK - 1, most=2 * WEEK)
    np.testing.assert_array_equal(of_a_week[:-1], before[-len(of_a_week) + 1 :])
    assert len(before) - len(of_a_week) > 2 * DAY
