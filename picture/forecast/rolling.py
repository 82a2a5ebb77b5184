"""What forecasts of the days before would have said, and what came: a rolling origin, a day apart.

Nothing of it is kept: it follows from the history, and each hour counts as soon as it is known.
"""

from typing import NamedTuple, Self

import numpy as np

from picture.forecast.comparable import expected
from picture.forecast.history import AHEAD, DAY, Floats, History, Integers

COVERED = 0.8
"""Share of hours that should lie between low and high."""
SETTLED = 7
"""Earlier forecasts before the interval is moved by how far they were off."""
DAYS = AHEAD // DAY


class Score(NamedTuple):
    """How good the forecasts of earlier days were, in the hours of which the count and last week's are both known.

    origins  how many forecasts, a day apart
    hours    how many hours of them were compared, by day of the forecast
    mase     their mean absolute error over that of the same hour last week, by day; NaN where nothing can be compared
    whole    the same of all three days
    covered  share of known hours that lay between low and high; NaN where there was none
    lift     messages that came over the sum of the middles; 1 where nothing was forecast. A median is less than a mean where
             some hours bring very many
    """

    origins: int
    hours: tuple[int, ...]
    mase: tuple[float, ...]
    whole: float
    covered: float
    lift: float


class Rolled(NamedTuple):
    """Of n forecasts in order of time: where they began, (n, 3, 72) low, middle and high before they are widened, and for each of
    their hours what came and what came a week before, NaN where unknown or still ahead.
    """

    origins: Integers
    expected: Floats
    seen: Floats
    naive: Floats

    @classmethod
    def of(cls, history: History) -> Self:
        """All that can be made, the last of which begins a day before the end."""
        ahead = np.concatenate([history.counts, np.full(AHEAD, np.nan)])
        naive = history.week_before()
        count = len(history.counts)
        found = [(origin, expected(history, origin)) for origin in range(count % DAY, count, DAY)]
        made = [(origin, one) for origin, one in found if one is not None]
        origins = np.array([origin for origin, _ in made], np.int64)
        hours = origins[:, None] + np.arange(AHEAD)
        stacked = np.array([one for _, one in made]).reshape(-1, 3, AHEAD)
        return cls(origins, stacked, ahead[hours], naive[hours])

    def widened(self, one: Floats, origin: int) -> Floats:
        """Low, middle and high of a forecast, low and high moved by what was known of earlier ones at its origin.

        Conformalised quantile regression (Romano, Patterson and Candès 2019) on square roots, in which counts spread evenly:
        the 80 % quantile of how far counts lay outside, below nought where they lay well inside.
        """
        earlier = self.origins < origin
        if earlier.sum() < SETTLED:
            return one
        low, _, high = np.sqrt(self.expected[earlier]).transpose(1, 0, 2)
        root = np.sqrt(self.seen[earlier])
        passed = self.origins[earlier][:, None] + np.arange(AHEAD) < origin
        outside = np.maximum(low - root, root - high)[passed & ~np.isnan(root)]
        if not len(outside):
            return one
        by = float(np.quantile(outside, COVERED))
        below = np.floor(np.maximum(np.sqrt(one[0]) - by, 0) ** 2)
        above = np.ceil(np.maximum(np.sqrt(one[2]) + by, 0) ** 2)
        return np.stack([np.minimum(below, one[1]), one[1], np.maximum(above, one[1])])

    def score(self) -> Score:
        """Of all of them."""
        final = np.array(
            [self.widened(one, int(origin)) for origin, one in zip(self.origins, self.expected, strict=True)]
        ).reshape(-1, 3, AHEAD)
        low, middle, high = final.transpose(1, 0, 2)
        both, known = ~np.isnan(self.seen + self.naive), ~np.isnan(self.seen)
        error = np.where(both, np.abs(self.seen - middle), 0.0).sum(axis=0).reshape(DAYS, DAY).sum(axis=1)
        simple = np.where(both, np.abs(self.seen - self.naive), 0.0).sum(axis=0).reshape(DAYS, DAY).sum(axis=1)
        inside = ((self.seen >= low) & (self.seen <= high))[known]
        forecast = float(middle[known].sum())
        return Score(
            origins=len(self.origins),
            hours=tuple(int(one) for one in both.sum(axis=0).reshape(DAYS, DAY).sum(axis=1)),
            mase=tuple(_over(float(one), float(other)) for one, other in zip(error, simple, strict=True)),
            whole=_over(float(error.sum()), float(simple.sum())),
            covered=float(inside.mean()) if len(inside) else float("nan"),
            lift=float(self.seen[known].sum()) / forecast if forecast else 1.0,
        )


def _over(error: float, simple: float) -> float:
    if simple:
        return error / simple
    return float("inf") if error else float("nan")
