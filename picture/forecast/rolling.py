"""What forecasts of the days before would have said, and what came: a rolling origin, a day apart.

Nothing of it is kept: it follows from the history, and each hour counts as soon as it is known.
"""

from typing import NamedTuple, Self

import numpy as np

from picture.forecast.comparable import QUANTILES, Habit, expected
from picture.forecast.history import AHEAD, DAY, Floats, History, Integers

COVERED = 0.8
"""Share of hours that should lie between low and high."""
SETTLED = 7
"""Earlier forecasts before the interval is moved by how far they were off."""
KNOWN = 0.75
"""Share of the hours of a stretch that have to be known of an earlier forecast for it to tell how far such sums are off."""
DAYS = AHEAD // DAY


class Total(NamedTuple):
    """Messages in some hours together: the middle is as often exceeded as not, low and high hold four in five."""

    low: float
    middle: float
    high: float


class Score(NamedTuple):
    """How good the forecasts of earlier days were, in the hours of which the count and last week's are both known.

    origins  how many forecasts, a day apart
    hours    how many hours of them were compared, by day of the forecast
    mase     their mean absolute error over that of the same hour last week, by day; NaN where nothing can be compared
    covered  share of known hours that lay between low and high; NaN where there was none
    """

    origins: int
    hours: tuple[int, ...]
    mase: tuple[float, ...]
    covered: float


class Rolled(NamedTuple):
    """Of n forecasts in order of time: where they began, (n, 3, 72) low, middle and high before they are widened, NaN where nothing was
    comparable, and for each of their hours what came and what came a week before, NaN where unknown or still ahead.
    """

    origins: Integers
    expected: Floats
    seen: Floats
    naive: Floats

    @classmethod
    def of(cls, history: History, habit: Habit) -> Self:
        """All that can be made, the last of which begins a day before the end."""
        ahead = np.concatenate([history.counts, np.full(AHEAD, np.nan)])
        naive = history.week_before()
        count = len(history.counts)
        found = [(origin, expected(history, origin, habit)) for origin in range(count % DAY, count, DAY)]
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
        outside = np.maximum(low - root, root - high)[passed]
        outside = outside[~np.isnan(outside)]
        if not len(outside):
            return one
        by = float(np.quantile(outside, COVERED))
        below = np.floor(np.maximum(np.sqrt(one[0]) - by, 0) ** 2)
        above = np.ceil(np.maximum(np.sqrt(one[2]) + by, 0) ** 2)
        return np.stack([np.minimum(below, one[1]), one[1], np.maximum(above, one[1])])

    def total(self, middle: Floats, first: float, end: float) -> Total | None:
        """Of the hours ahead from `first` up to `end`, the middles of all 72 given; of an hour that begins before or ends later the
        part that lies between. None where one of them has no middle, or too few earlier ones are known.

        Medians do not add up where some hours bring very many: so the sum of the middles is moved by how far the same hours
        ahead of earlier forecasts were off together, on square roots. What is not known of these counts on neither side.
        """
        place = np.arange(AHEAD)
        part = np.clip(np.minimum(place + 1, end) - np.maximum(place, first), 0, 1)
        both = part * ~np.isnan(self.seen + self.expected[:, 1])
        came, told = (np.nansum(one * both, axis=1) for one in (self.seen, self.expected[:, 1]))
        off = (np.sqrt(came) - np.sqrt(told))[both.sum(axis=1) >= KNOWN * part.sum()]
        whole = float(middle[part > 0] @ part[part > 0])
        if len(off) < SETTLED or np.isnan(whole):
            return None
        return Total(*(np.maximum(np.sqrt(whole) + np.quantile(off, QUANTILES, method="weibull"), 0) ** 2).tolist())

    def before(self, origin: int) -> Self:
        """Those that began before, as far as was known of them then."""
        earlier = self.origins < origin
        hours = self.origins[earlier][:, None] + np.arange(AHEAD)
        seen = np.where(hours < origin, self.seen[earlier], np.nan)
        return self._replace(
            origins=self.origins[earlier], expected=self.expected[earlier], seen=seen, naive=self.naive[earlier]
        )

    def errors(self) -> tuple[Floats, Floats]:
        """(n, 72) each: absolute errors of the middles and of the same hours last week; NaN where they cannot be compared."""
        error, simple = np.abs(self.seen - self.expected[:, 1]), np.abs(self.seen - self.naive)
        unknown = np.isnan(error + simple)
        return np.where(unknown, np.nan, error), np.where(unknown, np.nan, simple)

    def score(self) -> Score:
        """Of all of them."""
        error, simple = self.errors()
        hours = (~np.isnan(simple)).sum(axis=0).reshape(DAYS, DAY).sum(axis=1)
        by_day = [np.nansum(one, axis=0).reshape(DAYS, DAY).sum(axis=1) for one in (error, simple)]
        return Score(
            origins=len(self.origins),
            hours=tuple(hours.tolist()),
            mase=tuple(_over(*both) for both in zip(*(one.tolist() for one in by_day), strict=True)),
            covered=self._covered(),
        )

    def _covered(self) -> float:
        known = ~np.isnan(self.seen + self.expected[:, 1])
        if not known.any():
            return float("nan")
        final = [self.widened(one, int(origin)) for origin, one in zip(self.origins, self.expected, strict=True)]
        low, _, high = np.stack(final).transpose(1, 0, 2)
        return float(((self.seen >= low) & (self.seen <= high))[known].mean())


def _over(error: float, simple: float) -> float:
    if simple:
        return error / simple
    return float("inf") if error else float("nan")
