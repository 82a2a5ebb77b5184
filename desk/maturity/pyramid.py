"""The pyramid as a drawing: five layers from below, each filled as far as it is met. Pure, in whatever unit it is drawn."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from playbook.maturity import Answer, Stand

Point = tuple[float, float]


class Kind(StrEnum):
    """How a level is drawn."""

    HOLDS = "holds"
    CLIMBS = "climbs"  # the lowest that does not hold: what is worked on
    WAITS = "waits"  # met, and counts once those below hold
    LOCKED = "locked"  # neither met nor open: those below do not hold


class Part(msgspec.Struct, frozen=True):
    """The part of a layer that one answer takes, from the left: four corners."""

    answer: Answer
    corners: tuple[Point, ...]


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One level: its outline, what it is filled with, and the middle of it. `below` is the one that it waits for: the lowest that
    does not hold.
    """

    number: int
    stand: Stand
    kind: Kind
    below: Stand | None
    corners: tuple[Point, ...]
    parts: tuple[Part, ...]
    middle: Point


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How large it is: wide at its base and at its `tip`, high in all, with gaps between layers."""

    wide: float
    tip: float
    high: float
    gap: float


def layers(stands: Sequence[Stand], size: Size) -> list[Layer]:
    """The lowest level first, at the bottom."""
    count, high = len(stands), size.high / len(stands)
    climbs = next((stand for stand in stands if not stand.holds), None)
    return [
        Layer(
            number=place + 1,
            stand=stand,
            kind=_kind(stand, climbs),
            below=None if stand.holds or stand is climbs else climbs,
            corners=_slice(place, count, 0, 1, size=size),
            parts=tuple(_parts(stand, place, count, size)),
            middle=(size.wide / 2, size.high - high * (place + 0.5)),
        )
        for place, stand in enumerate(stands)
    ]


def _kind(stand: Stand, climbs: Stand | None) -> Kind:
    if stand.holds:
        return Kind.HOLDS
    if stand is climbs:
        return Kind.CLIMBS
    return Kind.WAITS if stand.answer is Answer.MET else Kind.LOCKED


def _parts(stand: Stand, place: int, count: int, size: Size) -> Iterator[Part]:
    """What is met from the left, then what is not, then what nobody knows."""
    since = 0.0
    for answer in (Answer.MET, Answer.UNMET, Answer.UNKNOWN):
        share = sum(one.evidence.answer is answer for one in stand.needs) / len(stand.needs)
        if share:
            yield Part(answer, _slice(place, count, since, since + share, size=size))
        since += share


def _slice(place: int, count: int, since: float, until: float, *, size: Size) -> tuple[Point, ...]:
    """The corners of that part of a layer, clockwise from the upper left."""
    lean, high = (size.wide - size.tip) / 2 / count, size.high / count
    top, bottom = size.high - high * (place + 1) + size.gap / 2, size.high - high * place - size.gap / 2
    inset = lean * size.gap / 2 / high
    upper, lower = lean * (place + 1) - inset, lean * place + inset

    def across(edge: float, share: float) -> float:
        return edge + (size.wide - 2 * edge) * share

    return (
        (across(upper, since), top),
        (across(upper, until), top),
        (across(lower, until), bottom),
        (across(lower, since), bottom),
    )
