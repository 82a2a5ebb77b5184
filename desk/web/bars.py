"""A goal as bars: one a period, its target as a line, what nobody knows as a hatched column."""

from collections.abc import Callable, Sequence

import msgspec

from picture.goals import Lacks, Reading
from playbook.foundation import Goal

WIDE, HIGH, ABOVE = 320.0, 96.0, 4.0
"""Of the drawing, in its own units; the highest bar ends ABOVE below the top, and signs stand under the bars."""
GAP = 4.0
SIGNS = {"reached": "✓", "missed": "✕", "open": "…", "unknown": "?"}


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One period. `kind` is its verdict; `known` whether there is a figure, `whole` whether that is all of it."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    sign: str
    known: bool
    whole: bool


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """Bars from left to right; `lines` are the targets by their height from above, with the word for each."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str, float], ...]


def drawn(goal: Goal, readings: Sequence[Reading]) -> Drawing:
    """The drawing, WIDE by HIGH; zero is at HIGH."""
    targets = [("at_least", goal.at_least), ("at_most", goal.at_most)]
    limits = [(word, limit) for word, limit in targets if limit is not None]
    most = max([1.0, *(limit for _, limit in limits), *(one.value or 0.0 for one in readings)])
    step = WIDE / len(readings)

    def height(value: float) -> float:
        return (HIGH - ABOVE) * value / most

    return Drawing(
        bars=tuple(_bar(reading, place * step, step, height) for place, reading in enumerate(readings)),
        lines=tuple((HIGH - height(limit), word, limit) for word, limit in limits),
    )


def _bar(reading: Reading, x: float, step: float, height: Callable[[float], float]) -> Bar:
    known = reading.value is not None
    high = max(1.0, height(reading.value)) if reading.value is not None else HIGH - ABOVE
    return Bar(
        x=x + GAP / 2,
        y=HIGH - high,
        width=step - GAP,
        height=high,
        kind=reading.verdict.value,
        sign=SIGNS[reading.verdict.value],
        known=known,
        whole=reading.lacks in (None, Lacks.RUNNING),
    )
