"""By which habit a monitor is forecast: the usual one, unless another was clearly less wrong so far."""

import numpy as np

from picture.forecast.comparable import HABITS, Habit
from picture.forecast.history import AHEAD, Floats, History, Integers
from picture.forecast.rolling import SETTLED, Rolled

CLEARLY = 0.97
"""So much of the usual habit's error another may make at most."""


def rolled(history: History) -> tuple[Rolled, Habit]:
    """The forecasts of earlier days, each by the habit that was chosen from what was known then; and the one that is chosen now."""
    each = [Rolled.of(history, habit) for habit in HABITS]
    first = each[0]
    wrong = np.stack([np.abs(one.seen - one.expected[:, 1]) for one in each])
    chosen = [_chosen(wrong, first.origins, int(origin)) for origin in first.origins]
    made = [each[habit].expected[place] for place, habit in enumerate(chosen)]
    found = first._replace(expected=np.array(made).reshape(first.expected.shape))
    return found, HABITS[_chosen(wrong, first.origins, len(history.counts))]


def _chosen(wrong: Floats, origins: Integers, now: int) -> int:
    """The place of the habit; `wrong` are (habits, n, 72) errors, NaN where unknown, compared where the usual one has one too."""
    if (origins < now).sum() < SETTLED:
        return 0
    passed = origins[:, None] + np.arange(AHEAD) < now
    both = passed & ~np.isnan(wrong) & ~np.isnan(wrong[0])
    errors, usual = (np.where(both, one, 0.0).sum(axis=(1, 2)) for one in (wrong, wrong[:1]))
    ratios = np.divide(errors, usual, out=np.ones(len(wrong)), where=usual > 0)
    best = int(np.argmin(ratios))
    return best if ratios[best] < CLEARLY else 0
