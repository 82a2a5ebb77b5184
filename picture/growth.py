"""Which of many counts grew beyond what is normal for them: the statistics of what emerges, pure.

A group emerges when more voices were heard in the last hours than chance explains: the Chernoff bound of the Poisson
distribution, P(N >= n) <= exp(-(n ln(n / u) - n + u)) for n above the usual u, is below `SURPRISE` divided by how many
messages were heard in those hours, for around each of them is sought (Bonferroni), and there are at least `TIMES` as many as
usual. The usual is the greatest of what three comparisons say, so that a busy hour, a busy day and
a weekly habit are no news: what is heard now beside the group, times what was heard of it before against all else; its rate before;
and the same hours of the weeks before, where there are two of them. One voice is added to what was heard before, for what
nobody could yet have heard.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

WINDOWS = (1, 6, 24)
"""Hours before the running one in which something can emerge."""
LEAST = 5
"""Voices."""
TIMES = 3.0
SURPRISE = 1e-5
"""Chance, for all messages of a window together, that as many lie together by themselves."""
WEEK = 7 * 24
LEAST_WEEKS = 2
LEARNING_HOURS = 24
LEARNING_VOICES = 200


class Counts(NamedTuple):
    """Voices an hour, the running hour last, all of one length.

    live    (groups, hours): heard as they were said; only these can emerge
    every   (groups, hours): with those heard later, which tell what is usual
    heard_live, heard  (hours): the same of all groups together
    known   how many of the hours something was heard in, counted from the last
    """

    live: Numbers
    every: Numbers
    heard_live: npt.NDArray[np.int64]
    heard: npt.NDArray[np.int64]
    known: int


class Grown(NamedTuple):
    """Row of a group that emerges: `voices` in the last `hours`, of which `usual` would be normal."""

    row: int
    voices: int
    usual: float
    hours: int

    @property
    def growth(self) -> float:
        return self.voices / self.usual


def learned(counts: Counts) -> float:
    """How much of what is needed to know what is normal was heard, 0 to 1."""
    before = counts.heard[: -min(WINDOWS) - 1].sum()
    return min(1.0, counts.known / LEARNING_HOURS, float(before) / LEARNING_VOICES)


def grown(counts: Counts) -> list[Grown]:
    """All groups that emerge, by growth; each in the window in which it surprises most. None while learning."""
    if learned(counts) < 1:
        return []
    best: dict[int, tuple[float, Grown]] = {}
    for window in WINDOWS:
        hours = window + 1
        if counts.known <= 2 * hours:
            break
        now, normal = counts.live[:, -hours:].sum(axis=1).astype(np.float64), usual(counts, hours)
        surprise = _surprise(now, normal)
        enough = np.log(max(1, counts.heard_live[-hours:].sum()) / SURPRISE)
        stands = (now >= LEAST) & (now >= TIMES * normal) & (surprise >= enough)
        for row in np.flatnonzero(stands).tolist():
            if surprise[row] > best.get(row, (0.0,))[0]:
                best[row] = (float(surprise[row]), Grown(row, int(now[row]), float(normal[row]), hours))
    return sorted((one for _, one in best.values()), key=lambda one: (-one.growth, one.row))


def usual(counts: Counts, hours: int) -> Numbers:
    """Voices of each group that would be normal in the last `hours`."""
    before = counts.every[:, :-hours].sum(axis=1) + 1.0
    heard, now = counts.heard[:-hours].sum() + 1.0, counts.heard_live[-hours:].sum()
    beside = before / np.maximum(heard - before, 1.0) * (now - counts.live[:, -hours:].sum(axis=1))
    rate = before * (hours / (counts.known - hours))
    normal = np.maximum(beside, rate)
    weeks = (counts.known - hours) // WEEK
    if weeks >= LEAST_WEEKS:
        ends = [counts.every.shape[1] - week * WEEK for week in range(1, weeks + 1)]
        same = sum(counts.every[:, end - hours : end].sum(axis=1) for end in ends)
        normal = np.maximum(normal, same / weeks)
    return np.asarray(normal, dtype=np.float64)


def _surprise(now: Numbers, normal: Numbers) -> Numbers:
    ratio = np.log(np.maximum(now, 1e-9) / normal)
    return np.asarray(np.where(now > normal, now * ratio - now + normal, 0.0), dtype=np.float64)
