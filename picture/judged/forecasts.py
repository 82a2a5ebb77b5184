"""The forecast judged on brands' volumes: a rolling origin, a day apart, against the same hour last week.

Each forecast knows only what lies before it; so do its interval and whether it would have been shown.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from core.time import BUCKET
from picture.forecast.choosing import rolled
from picture.forecast.history import AHEAD, DAY, HOUR, Floats, History
from picture.forecast.outlook import worth
from picture.judged.brand import UTC, Brand

BUCKETS = HOUR // BUCKET
BOUNDS = {
    "forecast_mase": ("<", 1.0),
    "forecast_covered": (">=", 0.75),
    "forecast_shown_mase": ("<", 1.0),
}
"""What each has to hold."""
DIGITS = 4


class Judged(msgspec.Struct, frozen=True):
    """One brand, or the mean over brands; None where nothing could be compared.

    mase     mean absolute error over that of the same hour last week
    by_day, by_hour  the same for each day and each hour ahead
    covered  share of hours between low and high, of which four in five were meant to be
    shown    share of forecast hours that would have been shown
    shown_mase  `mase` of those
    """

    origins: int
    mase: float | None
    by_day: tuple[float | None, ...]
    by_hour: tuple[float | None, ...]
    covered: float | None
    shown: float | None
    shown_mase: float | None


class Report(msgspec.Struct, frozen=True):
    brands: dict[str, Judged]
    together: Judged


def judge(brands: Sequence[Brand], tick: Callable[[], None]) -> Report:
    """All of it; `tick` is called after each brand."""
    found: dict[str, Judged] = {}
    for brand in brands:
        found[brand.name] = judged(hourly(brand))
        tick()
    return Report(found, _mean(list(found.values())))


def rows(report: Report) -> dict[str, float | None]:
    """The figures by which the forecast is known, by name."""
    one = report.together
    found = {"forecast_mase": one.mase, "forecast_covered": one.covered, "forecast_shown_mase": one.shown_mase}
    return {name: None if value is None else round(value, DIGITS) for name, value in found.items()}


def hourly(brand: Brand) -> History:
    """Its whole hours; one of which a bucket is missing is not known."""
    counts = brand.counts
    first, end = -(-counts.start // BUCKETS), counts.end // BUCKETS
    part = counts.part(first * BUCKETS, end * BUCKETS)
    seen, there = (array.reshape(-1, BUCKETS) for array in (part.seen, part.learn))
    return History.of(first, np.where(there.all(axis=1), seen.sum(axis=1), np.nan), UTC)


def judged(history: History) -> Judged:
    earlier, _ = rolled(history)
    score = earlier.score()
    error, simple = earlier.errors()
    shown = np.zeros(error.shape, np.bool_)
    for place, origin in enumerate(earlier.origins):
        shown[place, : worth(earlier.before(int(origin)).score())[0]] = True
    return Judged(
        origins=score.origins,
        mase=_ratio(error, simple),
        by_day=tuple(_ratio(error[:, day : day + DAY], simple[:, day : day + DAY]) for day in range(0, AHEAD, DAY)),
        by_hour=tuple(_ratio(error[:, hour], simple[:, hour]) for hour in range(AHEAD)),
        covered=_known(score.covered),
        shown=float(shown.mean()) if shown.size else None,
        shown_mase=_ratio(error[shown], simple[shown]),
    )


def _ratio(error: Floats, simple: Floats) -> float | None:
    below = float(np.nansum(simple))
    return float(np.nansum(error)) / below if below else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _mean(several: Sequence[Judged]) -> Judged:
    """Each brand weighs the same."""
    return Judged(
        origins=sum(one.origins for one in several),
        mase=_over([one.mase for one in several]),
        by_day=tuple(_over(each) for each in zip(*(one.by_day for one in several), strict=True)),
        by_hour=tuple(_over(each) for each in zip(*(one.by_hour for one in several), strict=True)),
        covered=_over([one.covered for one in several]),
        shown=_over([one.shown for one in several]),
        shown_mase=_over([one.shown_mase for one in several]),
    )


def _over(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) / len(known) if known else None
