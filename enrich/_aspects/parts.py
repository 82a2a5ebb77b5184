"""Which part of a text speaks of what, where several things are named in it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from core.words import tokens
from enrich._aspects.borders import Border, Strength, borders

Stretch = tuple[int, int]
"""Characters [start, end)."""

NEAR = 240
"""Characters that are read of a part: the sentence that names the thing, and those after it that fit."""


class Part(NamedTuple):
    """Characters [start, end) that say what is meant of a place; `opposite` where the place is set against what they say."""

    start: int
    end: int
    opposite: bool = False


_AGAINST = re.compile(
    r"(?<!\w)(?:behalve|uitgezonderd|in tegenstelling tot|(?<=er )dan|except|apart from|unlike|than)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
"""What stands before a thing that is excepted, or outdone: all fine except the wifi; better than the old app."""
_LOOK_BACK = 60

_OPPOSING = "behalve uitgezonderd tegenstelling dan except apart unlike than niet wel minder altijd not less always"
_LIKEWISE = "ook idem eveneens also too likewise"
_SMALL = """
    maar terwijl hoewel ofschoon en of alleen but while whereas although though even and or only
    de het een die dat deze dit mijn ons onze je jullie hun zijn haar in op bij van met over voor aan tot te helemaal totaal
    echt zo al the a an this that these those my our your their his her its in at on with of about for to from quite really
    so much as well
"""
_OPPOSE, _LIKE, _SAY_NOTHING = (frozenset(words.split()) for words in (_OPPOSING, _LIKEWISE, _SMALL))


class _Said(NamedTuple):
    """Of one stretch: its characters, whether words beside those that connect and name are in it, and which sort."""

    start: int
    end: int
    own: bool
    opposes: bool
    likewise: bool


def parts(text: str, places: Sequence[Stretch]) -> list[Part]:
    """The part that speaks of each place, in the order of the places, which stand in order and apart.

    Between two neighbours the text is cut at its strongest border, the last of equals; where it has none they share a part.
    A part that says nothing of its own ("De schoenen? Ook.", "except the wifi") is what the part beside it says, or its opposite.
    """
    found = borders(text) if len(places) > 1 or len(text) > NEAR else []
    cuts = _cuts(text, places, found)
    if len(cuts) == 1:
        return [_near(Part(0, len(text)), place, found) for place in places]
    said = [_said(text, stretch, places) for stretch in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [_near(_read(said, bisect_right(cuts, place[0]) - 1), place, found) for place in places]


def _cuts(text: str, places: Sequence[Stretch], found: Sequence[Border]) -> list[int]:
    cuts = {0}
    for (_, end), (start, _) in pairwise(places):
        between = found[bisect_left(found, (end,)) : bisect_right(found, (start, Strength.CONTRAST))]
        if between:
            cuts.add(max(between, key=lambda border: (border.strength, border.at)).at)
    for start, _ in places:
        against = _AGAINST.search(text, max(0, start - _LOOK_BACK), start)
        if against:
            cuts.add(against.start())
    return sorted(cuts)


def _said(text: str, stretch: Stretch, places: Sequence[Stretch]) -> _Said:
    start, end = stretch
    words: set[str] = set()
    for place in places[bisect_left(places, (start,)) : bisect_left(places, (end,))]:
        words.update(tokens(text[start : place[0]]))
        start = place[1]
    words.update(tokens(text[start:end]))
    own = bool(words - _SAY_NOTHING - _OPPOSE - _LIKE)
    return _Said(*stretch, own, bool(words & _OPPOSE), bool(words & _LIKE))


def _read(said: Sequence[_Said], index: int) -> Part:
    here = said[index]
    if here.own:
        return Part(here.start, here.end)
    before = next((other for other in reversed(said[:index]) if other.own), None)
    after = next((other for other in said[index + 1 :] if other.own), None)
    beside = (before or after) if here.opposes or here.likewise else (after or before)
    return Part(beside.start, beside.end, here.opposes) if beside else Part(said[0].start, said[-1].end)


def _near(part: Part, place: Stretch, found: Sequence[Border]) -> Part:
    """Of a long part that holds the place, the sentences that begin with the one that names it."""
    if part.end - part.start <= NEAR or not part.start <= place[0] < part.end:
        return part
    sentences = [border.at for border in found if border.strength is Strength.SENTENCE]
    before = sentences[: bisect_right(sentences, place[0])]
    start = max(part.start, before[-1] if before else 0)
    after = sentences[bisect_left(sentences, place[1]) :]
    fitting = [at for at in after if at <= start + NEAR]
    return Part(start, min(part.end, fitting[-1] if fitting else after[0] if after else part.end))
