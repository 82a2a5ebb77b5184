"""Volumes made up after a brand's: with a peak at the same time of each week, which is no crisis, and with crises.

A simulated brand has the mean and the spread that the real one has at each hour of the day, on working days and at weekends
(the loudest tenth of them left out), as gamma-distributed rates by the hour and Poisson counts. For two hours a week, at a
random time, it has four times as many messages. After three weeks, once in three weeks, it has six times as many for six hours,
at least a day away from a peak: the fortnight before each crisis knows the peak, and no crisis.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from picture.detector import Counts, Detector, Settings
from picture.detector.clock import place
from picture.detector.counts import DAY, HOUR, WEEK, Floats
from picture.judged.brand import UTC, Brand, flagged
from picture.judged.incidents import incidents

QUIET_WEEKS, EVERY_WEEKS, CRISES = 3, 3, 4
WEEKS = QUIET_WEEKS + CRISES * EVERY_WEEKS
PEAK_TIMES, PEAK = 4, 2 * HOUR
CRISIS_TIMES, CRISIS = 6, 6 * HOUR
QUIETEST = 0.9
LEAST_RATE = 0.5
"""Messages an hour that a simulated brand has at least."""
AFTER = 12 * HOUR
"""What is still told so long after a crisis is of that crisis."""


class Simulated(NamedTuple):
    """What was told of simulated weeks, those at the beginning left out.

    peaks  incidents that touch a weekly peak; false: incidents of no crisis, those of a peak among them
    """

    crises: int
    found: int
    peaks: int
    false: int
    weeks: float

    def plus(self, other: "Simulated") -> "Simulated":
        return Simulated(
            self.crises + other.crises,
            self.found + other.found,
            self.peaks + other.peaks,
            self.false + other.false,
            self.weeks + other.weeks,
        )


def simulate(brand: Brand, settings: Settings, random: np.random.Generator) -> Simulated:
    """One simulated brand: crises found while they last, and incidents that are of no crisis."""
    begin = brand.counts.start - brand.counts.start % HOUR
    counts = _drawn(_rates(brand, begin, random), random)
    peak = int(random.integers(WEEK - PEAK))
    for start in range(peak, WEEKS * WEEK, WEEK):
        counts[start : start + PEAK] *= PEAK_TIMES
    starts = [_crisis(n, peak, random) for n in range(CRISES)]
    for start in starts:
        counts[start : start + CRISIS] *= CRISIS_TIMES
    said = Detector(UTC, settings).advance(Counts.of(begin, counts))
    told = [bucket - begin for bucket in flagged(said) if bucket - begin >= QUIET_WEEKS * WEEK]
    found = sum(any(start <= bucket < start + CRISIS for bucket in told) for start in starts)
    false = [run for run in incidents(told) if not any(_within(bucket, starts) for bucket in run)]
    peaks = sum(any((bucket - peak) % WEEK < PEAK for bucket in run) for run in false)
    return Simulated(CRISES, found, peaks, len(false), WEEKS - QUIET_WEEKS)


def _within(bucket: int, starts: list[int]) -> bool:
    return any(start <= bucket < start + CRISIS + AFTER for start in starts)


def _crisis(number: int, peak: int, random: np.random.Generator) -> int:
    """A start in the first of its weeks, a day away from a peak on both sides."""
    earliest = (QUIET_WEEKS + number * EVERY_WEEKS) * WEEK
    free = [
        start
        for start in range(earliest, earliest + WEEK)
        if PEAK + DAY <= (start - peak) % WEEK <= WEEK - DAY - CRISIS
    ]
    return int(random.choice(free))


def _rates(brand: Brand, begin: int, random: np.random.Generator) -> Floats:
    """Messages of each simulated hour, drawn from a gamma distribution of the brand's mean and spread at that hour."""
    first = (begin - brand.counts.start) % HOUR
    hours = brand.counts.seen[first:][: (len(brand.counts.seen) - first) // HOUR * HOUR].reshape(-1, HOUR).sum(axis=1)
    at = [place(brand.counts.start + first + HOUR * n, UTC) for n in range(len(hours))]
    kept = {key: _quiet(hours[[n for n, one in enumerate(at) if one == key]]) for key in set(at)}
    everything = _quiet(hours)
    rates = []
    for n in range(WEEKS * WEEK // HOUR):
        values = kept.get(place(begin + HOUR * n, UTC), everything)
        mean = max(float(values.mean()), LEAST_RATE)
        spread = max(float(values.var()) - mean, 0.0) / mean**2
        rates.append(mean if spread < 1e-3 else float(random.gamma(1 / spread, mean * spread)))
    return np.array(rates)


def _quiet(hours: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.sort(hours)[: max(1, round(QUIETEST * len(hours)))]


def _drawn(rates: Floats, random: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.asarray(random.poisson(np.repeat(rates / HOUR, HOUR)), dtype=np.int64)
