"""Volumes for the tests of the detector: Poisson counts with a course of the day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from core.time import bucket_of
from picture.detector import Counts
from picture.detector.counts import DAY, HOUR

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = bucket_of(datetime(2026, 6, 1, tzinfo=UTC))
"""A Monday."""


def volume(days: int, rate: float = 20.0, seed: int = 1) -> npt.NDArray[np.int64]:
    """Counts of whole days, `rate` a bucket on average: a fifth of the noon at night."""
    hours = np.arange(days * 24)
    shape = 1 + 2 / 3 * np.sin((hours % 24 - 6) / 24 * 2 * np.pi)
    rates = np.repeat(rate * shape, HOUR)
    return np.asarray(np.random.default_rng(seed).poisson(rates), dtype=np.int64)


def flat(days: int, rate: float = 20.0, seed: int = 1) -> npt.NDArray[np.int64]:
    return np.asarray(np.random.default_rng(seed).poisson(rate, days * DAY), dtype=np.int64)


def counts(seen: npt.NDArray[np.int64], start: int = START) -> Counts:
    return Counts.of(start, seen)
