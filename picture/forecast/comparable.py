"""What hours like these brought: weighted quantiles of the eight weeks before, drawn towards what the last hours bring.

An hour that is forecast is compared with those at about the same time on days of the same sort (Monday to Friday, or the
weekend). The nearer in time of day, the newer, and where it is the same day of the week, the more one weighs: how much, a habit says. The middle is their
median, for the error is absolute and spikes are heavy-tailed; low and high are their 10 % and 90 % quantiles. All three are multiplied by
what the last six hours brought over their own middle, a share of it that fades within a day.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from picture.forecast.history import AHEAD, DAY, WEEK, Floats, History, Integers

BEFORE = 8 * WEEK
"""Hours that are compared."""
LEAST = 3 * WEEK
"""Known hours among them before anything is forecast."""
QUANTILES = (0.1, 0.5, 0.9)


class Habit(NamedTuple):
    """Which hours are like one another.

    clock      weight by how many hours apart on the clock
    other_day  weight of another day of the same sort
    half       hours after which one weighs half
    """

    clock: tuple[float, ...]
    other_day: float
    half: float


USUAL = Habit(clock=(1.0, 0.4), other_day=0.4, half=14 * DAY)
"""Both neighbours weigh less than the hour itself, so that a daily peak stays one."""
WEEKLY = Habit(clock=(1.0,), other_day=0.0, half=14 * DAY)
"""For peaks that come once a week: the same hour of the week alone."""
RECENT = Habit(clock=(1.0, 0.7, 0.3), other_day=1.0, half=3 * DAY)
"""For what grows, shrinks or has leapt: the last days of the same sort, whichever of these they are."""
HABITS = (USUAL, WEEKLY, RECENT)
LAST = 6
"""Hours that say how it runs at present."""
FOLLOWS, FADES = 0.6, 18.0
"""What power of their ratio is followed in the first hour, and after how many hours a third of it is left."""
TIMES, MORE = 4.0, 3.0
"""Each of them counts for at most so many times its middle and so many more."""


def expected(history: History, origin: int, habit: Habit) -> Floats | None:
    """(3, 72): low, middle and high of the hours from place `origin` on, from what lies before; None where that is too little.

    NaN in an hour that nothing known is comparable with.
    """
    first = max(0, origin - BEFORE)
    known = first + np.flatnonzero(~np.isnan(history.counts[first:origin]))
    if len(known) < LEAST:
        return None
    recent = known[known >= origin - LAST]
    asked = np.concatenate([recent, np.arange(origin, origin + AHEAD)])
    rising = known[np.argsort(history.counts[known], kind="stable")]
    alike = _alike(habit)[_place(history.wall[asked])][:, _place(history.wall[rising])]
    found = _quantiles(history.counts[rising], alike * 0.5 ** ((origin - rising) / habit.half))
    passed = np.arange(AHEAD)
    return found[:, len(recent) :] * _pace(history.counts[recent], found[1, : len(recent)]) ** np.exp(-passed / FADES)


def _place(wall: Integers) -> Integers:
    """In the week, Monday's first hour 0."""
    return (wall + 3 * DAY) % WEEK


@cache
def _alike(habit: Habit) -> Floats:
    """(168, 168): what an hour of the week weighs for another, whatever its age."""
    days, hours = np.divmod(np.arange(WEEK), DAY)
    apart = np.abs(hours[:, None] - hours)
    by_clock = np.zeros(DAY)
    by_clock[: len(habit.clock)] = habit.clock
    weekend = days >= 5
    by_day = np.where(weekend[:, None] == weekend, habit.other_day, 0.0)
    by_day[days[:, None] == days] = 1.0
    return np.asarray(by_clock[np.minimum(apart, DAY - apart)] * by_day)


def _quantiles(rising: Floats, weights: Floats) -> Floats:
    """(3, asked): where the weights (asked, known) of rising counts reach that share; NaN where nothing is comparable."""
    share = np.cumsum(weights, axis=1)
    whole = share[:, -1:]
    reached = [np.argmax(share >= one * whole, axis=1) for one in QUANTILES]
    return np.asarray(np.where(whole[:, 0] > 0, rising[np.stack(reached)], np.nan))


def _pace(seen: Floats, middle: Floats) -> float:
    """What the last hours bring over what was expected of them, as far as it is followed; 1 where neither is known of any."""
    seen, middle = (each[~np.isnan(middle)] for each in (seen, middle))
    drawn = np.minimum(seen, TIMES * middle + MORE)
    return float(((drawn.sum() + 1) / (middle.sum() + 1)) ** FOLLOWS)
