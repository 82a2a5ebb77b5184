"""Volumes made up from real ones: weekly peaks, which must not be told, and crises, which must.

A weekly peak multiplies two hours at the same time of each week by four. What is told of it the first time is no mistake; from
the second on it is, unless it is told without the peak too. A crisis multiplies six hours by six; at least two weeks of history
lie before it, and no labelled window within a day of it. It is found where something is told within the six hours.
"""

from typing import NamedTuple

import numpy as np

from picture.detector import Detector, Level, Settings
from picture.detector.counts import DAY, HOUR, WEEK
from picture.judged.brand import UTC, Brand, flagged, verdicts
from picture.judged.incidents import incidents

PEAK_TIMES, PEAK = 4, 2 * HOUR
CRISIS_TIMES, CRISIS = 6, 6 * HOUR
HISTORY, AWAY = 14 * DAY, DAY
LEAST = 12
"""Messages the six hours hold before they are multiplied: nothing times six is nothing."""
TOLD = (Level.WATCH, Level.ALARM)


class Peaks(NamedTuple):
    """Of one brand: incidents told of peaks, and weeks with a peak."""

    false: int
    weeks: int


def weekly_peaks(brand: Brand, settings: Settings, random: np.random.Generator, calm: list[int]) -> Peaks:
    """Once with a peak at a random time of the week. `calm` is what is flagged of the brand as it is."""
    first = int(random.integers(WEEK))
    starts = range(first, len(brand.counts.seen) - PEAK, WEEK)
    seen = brand.counts.seen.copy()
    for start in starts:
        seen[start : start + PEAK] *= PEAK_TIMES
    runs = incidents(flagged(verdicts(brand.with_seen(seen), settings), *TOLD))
    scored = [start + brand.counts.start for start in starts][1:]
    scored = [start for start in scored if start >= brand.scored_from and not _near(brand, start, PEAK, 0)]
    told = [
        start for start in scored if any(_touches(run, start, PEAK) for run in runs) and not _touches(calm, start, PEAK)
    ]
    return Peaks(len(told), len(scored))


def crises(brand: Brand, settings: Settings, random: np.random.Generator, most: int) -> list[bool]:
    """Whether each of up to `most` crises at random times is found."""
    seen, start = brand.counts.seen, brand.counts.start
    possible = [
        place
        for place in range(HISTORY, len(seen) - CRISIS, HOUR)
        if not _near(brand, start + place, CRISIS, AWAY) and seen[place : place + CRISIS].sum() >= LEAST
    ]
    chosen = random.choice(possible, size=min(most, len(possible)), replace=False) if possible else []
    return [_found(brand, int(place), settings) for place in chosen]


def _found(brand: Brand, place: int, settings: Settings) -> bool:
    begin = brand.counts.start + place
    seen = brand.counts.seen.copy()
    seen[place : place + CRISIS] *= CRISIS_TIMES
    counts = brand.with_seen(seen).counts
    detector = Detector.after(counts.part(counts.start, begin), UTC, settings)
    return bool(flagged(detector.advance(counts.part(begin, begin + CRISIS)), *TOLD))


def _near(brand: Brand, start: int, length: int, away: int) -> bool:
    return any(start < last + away and first - away < start + length for first, last in brand.windows)


def _touches(buckets: list[int], start: int, length: int) -> bool:
    return any(start <= bucket < start + length for bucket in buckets)
