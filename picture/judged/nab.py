"""The scoring of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad 2015, and its sweeper's conventions).

Each labelled window gives what its first detection in it is worth, between 1 at its first bucket and 0 at its end; one
without detection costs 1. Each detection outside costs: little just after a window, .11 from three of its lengths on and
where no window went before. The first 15 % of a file, at most 750 rows, are not scored.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

PROBATION, PROBATION_ROWS = 0.15, 750
FALSE = 0.11
"""Weight of a false detection in the standard profile; the others are 1."""
STEEP = 5.0
FAR = 3.0


class Window(NamedTuple):
    """Rows of one labelled anomaly, both ends included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Score(NamedTuple):
    """What detections earned, and how many windows there were to earn."""

    raw: float
    windows: int

    @property
    def normalised(self) -> float:
        """100 where each window is found in its first row and nothing else is said, 0 where nothing is said at all.

        With no window at all, 100 less what false detections cost, in hundredths.
        """
        return 100.0 * (self.raw + self.windows) / (2 * self.windows) if self.windows else 100.0 * (1 + self.raw)

    def plus(self, other: "Score") -> "Score":
        return Score(self.raw + other.raw, self.windows + other.windows)


def probation(rows: int) -> int:
    """How many of the first rows are not scored."""
    return int(min(math.floor(PROBATION * rows), PROBATION * 5000))


def score(detections: Sequence[int], windows: Sequence[Window], rows: int) -> Score:
    """Of detections (rows). Windows are in order and do not overlap; those that end in the probation do not count."""
    first = probation(rows)
    counted = [one for one in windows if one.last >= first]
    earned = dict.fromkeys(counted, -1.0)
    false = 0.0
    for row in sorted(set(detections)):
        if row < first:
            continue
        inside = next((one for one in counted if one.first <= row <= one.last), None)
        if inside is None:
            before = [one for one in windows if one.last < row]
            false += past(row, before[-1]) if before else -1.0
        else:
            earned[inside] = max(earned[inside], within(row, inside))
    return Score(sum(earned.values()) + FALSE * false, len(counted))


def within(row: int, window: Window) -> float:
    """What a detection in a window is worth: 1 in its first row, near 0 in its last."""
    return _sigmoid(-(window.last - row + 1) / window.length) / _sigmoid(-1.0)


def past(row: int, window: Window) -> float:
    """What a detection after a window costs before its weight, as a negative number."""
    aside = (row - window.last) / max(window.length - 1, 1)
    return -1.0 if aside >= FAR else _sigmoid(aside)


def _sigmoid(position: float) -> float:
    return 2 / (1 + math.exp(STEEP * position)) - 1
