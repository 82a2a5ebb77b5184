"""Hours for the tests of the forecast: a course of the day that is halved at the weekend."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from picture.forecast import History
from picture.forecast.history import WEEK, hour_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = hour_of(datetime(2026, 6, 1, tzinfo=UTC))


def usual(wall: np.ndarray, rate: float = 40.0) -> np.ndarray:
    """What is usual at these hours of the wall clock."""
    weekend = (wall // 24 + 3) % 7 >= 5
    return rate * (1 + 0.8 * np.sin((wall % 24 - 9) / 24 * 2 * np.pi)) * np.where(weekend, 0.5, 1.0)


def history(weeks: float, *, rate: float = 40.0, seed: int = 1, start: int = MONDAY, changed=lambda counts: counts):
    """Noisy counts of so many weeks, as `changed` leaves them."""
    plain = History.of(start, np.zeros(round(weeks * WEEK)), AMSTERDAM)
    means = usual(plain.wall[: len(plain.counts)], rate)
    drawn = np.random.default_rng(seed).negative_binomial(2, 2 / (2 + means)).astype(float)
    return History.of(start, changed(drawn), AMSTERDAM)


def ahead(one: History) -> np.ndarray:
    """What is usual in the hours that are forecast."""
    return usual(one.wall[len(one.counts) :])
