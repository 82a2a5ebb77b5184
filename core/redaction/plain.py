"""A text as the search for personal data reads it: tricks of writing undone, each character knowing where it stood."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_DOTS = frozenset("\u3002\uff0e\uff61")
"""What separates the labels of a domain beside the full stop (RFC 3490, 3.1)."""
_NOTHING = frozenset({"Cf", "Mn", "Me"})
"""Zero-width signs, direction marks, soft hyphens, combining marks, the frame of a keycap: written inside a number or an
address they are no part of it."""


class Plain(NamedTuple):
    """`text` to search in; `places[i]` is where its character i stood, one more for the end. None where that is i."""

    text: str
    places: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The same characters [start, end), not empty, in the text as it was."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def plain(text: str) -> Plain:
    """Digits of every script and their styled forms as ASCII, one kind of hyphen, dot and space, nothing invisible."""
    if text.isascii() and "\0" not in text:
        return Plain(text, None)
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        read = _read(character)
        if read:
            kept.append(read)
            places.append(place)
    return Plain("".join(kept), places)


@lru_cache(maxsize=8192)
def _read(character: str) -> str:
    """One character or none."""
    category = unicodedata.category(character)
    if category in _NOTHING or character == "\0":
        return ""
    if character in _DOTS:
        return "."
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Zs":
        return " "
    unified = unicodedata.normalize("NFKC", character)
    return unified if len(unified) == 1 else character
