"""The figures of an evaluation: F1 by class, macro-F1 with a bootstrap interval, confusion, calibration error.

What is true and what was given are tables (n, classes) of flags, a row a text: one flag for a classifier, several for a
tagger, none given where the model abstained or said something else. The classes that count are those that are true of
some text.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Wide = npt.NDArray[np.float64]

DRAWS = 2000
SEED = 20
COVERED = (2.5, 97.5)
"""Percentiles of the draws between which the interval lies."""
BINS = 10


class OfClass(msgspec.Struct, frozen=True):
    """Of the texts of one class: shares, and how many there are."""

    precision: float
    recall: float
    f1: float
    count: int


def by_class(truth: Flags, given: Flags, classes: Sequence[str]) -> dict[str, OfClass]:
    """Of every class that is true of some text, in the order of `classes`."""
    both, was_true, was_given = _counts(truth, given)
    return {
        name: OfClass(
            precision=_share(both[place], was_given[place]),
            recall=_share(both[place], was_true[place]),
            f1=_share(2 * both[place], was_true[place] + was_given[place]),
            count=int(was_true[place]),
        )
        for place, name in enumerate(classes)
        if was_true[place]
    }


def macro_f1(truth: Flags, given: Flags) -> float:
    """The mean of the classes' F1; 0 where there are no texts."""
    return float(_macro(*(counts[None] for counts in _counts(truth, given)), counted=_occurring(truth))[0])


def interval(truth: Flags, given: Flags, *, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float]:
    """Between which values 95 % of the macro-F1 lie of as many texts drawn anew, with repeats (percentile bootstrap)."""
    found = _drawn(np.concatenate([truth, given], axis=1), draws, seed)
    counted = _occurring(truth)
    low, high = np.percentile(_macro(*_split(found, truth.shape[1]), counted=counted), COVERED)
    return float(low), float(high)


def difference(truth: Flags, one: Flags, other: Flags, *, draws: int = DRAWS, seed: int = SEED) -> tuple[float, float]:
    """The same of how much the macro-F1 of `one` lies above that of `other`, both on the same texts in every draw."""
    drawn = _drawn(np.concatenate([truth, one, other], axis=1), draws, seed)
    width, counted = truth.shape[1], _occurring(truth)
    (patterns, times), wide = drawn, 2 * width
    first = _macro(*_split((patterns[:, :wide], times), width), counted=counted)
    second = _macro(*_split((np.delete(patterns, slice(width, wide), axis=1), times), width), counted=counted)
    low, high = np.percentile(first - second, COVERED)
    return float(low), float(high)


def confusion(truth: Flags, given: Flags, classes: Sequence[str]) -> dict[str, dict[str, int]]:
    """By true class, how many of its texts were given each; "" counts those that were given none of `classes`."""
    table = truth.T.astype(np.int64) @ given
    missed = truth[~given.any(axis=1)].sum(axis=0)
    return {
        name: {**{other: int(table[row, column]) for column, other in enumerate(classes)}, "": int(missed[row])}
        for row, name in enumerate(classes)
        if truth[:, row].any()
    }


def calibration_error(confidence: Wide, right: Flags, *, bins: int = BINS) -> float:
    """Expected calibration error: how far confidence and share of right answers lie apart, in bins of equal width,
    weighed by their texts (Naeini, Cooper and Hauskrecht 2015). 0 where there are no answers.
    """
    if not len(confidence):
        return 0.0
    places = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    off = [abs(float((confidence[places == one] - right[places == one]).sum())) for one in np.unique(places)]
    return sum(off) / len(confidence)


def _occurring(truth: Flags) -> Flags:
    """The classes that are true of some text."""
    return np.asarray(truth.any(axis=0), dtype=np.bool_)


def _counts(truth: Flags, given: Flags) -> tuple[Wide, Wide, Wide]:
    """Of each class: how often it was both, true, given."""
    return _times(truth & given), _times(truth), _times(given)


def _times(flags: Flags) -> Wide:
    return np.asarray(flags.sum(axis=0), dtype=np.float64)


def _macro(both: Wide, was_true: Wide, was_given: Wide, *, counted: Flags) -> Wide:
    """Macro-F1 a row from counts (draws, classes); a class that is in no text of a draw does not count in it."""
    whole = (was_true + was_given)[:, counted]
    f1 = 2 * both[:, counted] / np.maximum(whole, 1)
    return np.asarray(f1.sum(axis=1) / np.maximum((whole > 0).sum(axis=1), 1))


def _drawn(rows: Flags, draws: int, seed: int) -> tuple[Flags, Wide]:
    """The different rows, and how often each comes in each draw: what drawing texts would give, at the cost of the few
    different rows there are.
    """
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    times = np.random.default_rng(seed).multinomial(len(rows), counts / len(rows), size=draws)
    return patterns.astype(np.bool_), times.astype(np.float64)


def _split(drawn: tuple[Flags, Wide], width: int) -> tuple[Wide, Wide, Wide]:
    """The counts of every draw from rows that hold what is true, then what was given."""
    patterns, times = drawn
    truth, given = patterns[:, :width].astype(np.float64), patterns[:, width:].astype(np.float64)
    return times @ (truth * given), times @ truth, times @ given


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
