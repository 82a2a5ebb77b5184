"""Who else speaks to this audience: how far the audiences of units and of own accounts are the same people. Figures alone, and none of a few people."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import combinations

import msgspec

FEWEST = 5
"""Fewer people than this are not counted out: a figure would say who they are (k-anonymity)."""


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """The audience of one; `people` is None where it is fewer than FEWEST, and not nobody."""

    name: str
    people: int | None


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Of two audiences: how many are in both, and that over how many are in either (Jaccard); None for fewer than FEWEST."""

    one: str
    other: str
    shared: int | None
    jaccard: float | None


def reached(audiences: Mapping[str, AbstractSet[str]]) -> list[Reached]:
    """The largest first."""
    ordered = sorted(audiences.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [Reached(name=name, people=_counted(len(people))) for name, people in ordered]


def overlaps(audiences: Mapping[str, AbstractSet[str]]) -> list[Overlap]:
    """Of every two that share somebody, those that share most of their people first."""
    found = [
        (len(audiences[one] & audiences[other]), len(audiences[one] | audiences[other]), one, other)
        for one, other in combinations(sorted(audiences), 2)
    ]
    ordered = sorted((one for one in found if one[0]), key=_most_shared)
    return [
        Overlap(one=one, other=other, shared=_counted(both), jaccard=both / either if both >= FEWEST else None)
        for both, either, one, other in ordered
    ]


def _most_shared(found: tuple[int, int, str, str]) -> tuple[bool, float, str, str]:
    """Those that are not counted out come last, in an order that says nothing of them."""
    both, either, one, other = found
    few = both < FEWEST
    return few, 0.0 if few else -both / either, one, other


def _counted(people: int) -> int | None:
    return people if people >= FEWEST or not people else None
