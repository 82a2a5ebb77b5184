"""How unlikely: a generalised Pareto tail over the residuals of some weeks (peaks over threshold)."""

import math

import numpy as np
import numpy.typing as npt

from picture.detector.counts import Floats

HIGH = 0.98
"""The quantile over which the tail is fitted."""
SHAPE, WORTH = 0.2, 20.0
"""The shape assumed beforehand and how many peaks that is worth: with few peaks an estimate is no more than noise."""
STEEP = (0.0, 0.6)
LEAST_SCALE = 0.25
MOST = 9.0


class Tail:
    """-log10 of the probability that a residual is at least as high.

    Below the quantile by rank. Above, the generalised Pareto distribution by probability-weighted moments (Hosking and
    Wallis 1987), its shape drawn towards `SHAPE`. At most `MOST`.
    """

    def __init__(self, residuals: npt.NDArray[np.float32]) -> None:
        self._sorted = np.sort(residuals)
        count = len(residuals)
        place = min(count - 1, int(HIGH * count))
        self._high = float(self._sorted[place])
        peaks = self._sorted[place + 1 :].astype(np.float64) - self._high
        self._shape, self._scale = _fitted(peaks)

    def unlikely(self, residuals: Floats) -> Floats:
        """One figure for each, 0 for what is usual."""
        count = len(self._sorted)
        below = np.searchsorted(self._sorted, residuals.astype(np.float32), side="left")
        rank = -np.log10(np.maximum((count - below) / count, 1 - HIGH))
        over = np.maximum(residuals - self._high, 0.0) / self._scale
        tail = np.log1p(self._shape * over) / self._shape if self._shape > 1e-6 else over
        above = -math.log10(1 - HIGH) + tail / math.log(10)
        return np.minimum(np.where(residuals > self._high, above, rank), MOST)


def _fitted(peaks: Floats) -> tuple[float, float]:
    """Shape and scale of sorted peaks."""
    count = len(peaks)
    if count < 2 or peaks[-1] <= 0:
        return SHAPE, 1.0
    first = float(peaks.mean())
    weighted = float((peaks * (1 - (np.arange(1, count + 1) - 0.35) / count)).mean())
    ratio = first - 2 * weighted
    estimate = STEEP[1] if ratio <= 0 else 2 - first / ratio
    # Hosking's k is the negative of the shape used here: shape = 2 - a0 / (a0 - 2 a1)
    shape = (count * estimate + WORTH * SHAPE) / (count + WORTH)
    shape = min(max(shape, STEEP[0]), STEEP[1])
    return shape, max(first * (1 - shape), LEAST_SCALE)
