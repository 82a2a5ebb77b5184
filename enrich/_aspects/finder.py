"""Where the names of a vocabulary stand in a text: one automaton over all their forms, however many there are."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ahocorasick

from core.words import INVISIBLE, exact_tokens, tokens

_PIECE = re.compile(f"[\\w\u0300-\u036f{INVISIBLE}]+")
_TAG = re.compile(f"(?<=#){_PIECE.pattern}")
_TAG_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\WA-Z\d_]+|\d+")
_GAP = "\0"


class Form(NamedTuple):
    """One way to write a name: folded tokens; `exact` where case and diacritics count; `opens`, `closes` as core.vocabulary.Term."""

    words: tuple[str, ...]
    exact: tuple[str, ...] = ()
    opens: bool = False
    closes: bool = False


class Place(NamedTuple):
    """Characters [start, end) of the text, whole words, and the names they stand for."""

    start: int
    end: int
    names: tuple[str, ...]


_Piece = tuple[str, int, int]
"""A token, and the characters [start, end) of the text that it is made of."""


class Finder:
    """Finds names by their forms, word by word as core.words cuts them. Where two overlap, the first and longest counts.

    The words that a hashtag joins by capitals (#TreinVertraging) count as words too, and a name of several words is also found
    written as one (#newyork). Reading a text takes time by its length alone, however many forms there are.
    """

    def __init__(self, forms: Mapping[str, Iterable[Form]]) -> None:
        found: dict[str, dict[tuple[str, tuple[str, ...]], None]] = {}
        for name, ways in forms.items():
            for way in ways:
                for pattern in _patterns(way):
                    found.setdefault(pattern, {})[name, way.exact] = None
        self._automaton: Any = ahocorasick.Automaton()  # Any: the library comes without types
        for pattern, entries in found.items():
            self._automaton.add_word(pattern, (pattern, tuple(entries)))
        self._automaton.make_automaton()
        self._empty = not found

    def find(self, text: str) -> list[Place]:
        """The places in order, none overlapping another."""
        if self._empty:
            return []
        joined = _joined(text) if "#" in text else []
        if not self._hits([*tokens(text), *(token for token, *_ in joined)]):
            return []  # most texts, and tokens without their places are had at a third of the time
        pieces = [*_pieces(text), *joined]
        return _apart(_places(text, pieces, self._hits(token for token, *_ in pieces)))

    def _hits(self, words: Iterable[str]) -> list[Any]:
        """Where each pattern that is found ends among the words, and what add_word was given with it."""
        return list(self._automaton.iter(f" {' '.join(words)} "))


def _patterns(form: Form) -> Iterator[str]:
    before, after = ("" if form.opens else " "), ("" if form.closes else " ")
    yield f"{before}{' '.join(form.words)}{after}"
    if len(form.words) > 1 and not form.exact:
        yield f"{before}{''.join(form.words)}{after}"


def _pieces(text: str) -> Iterator[_Piece]:
    """The text's tokens with their places."""
    for found in _PIECE.finditer(text):
        said, (start, end) = found.group(), found.span()
        if said.isascii():
            yield said.lower(), start, end
        else:
            for token in tokens(said):
                yield token, start, end


def _joined(text: str) -> list[_Piece]:
    """The words that make up its hashtags with their places, those of each after a gap."""
    pieces: list[_Piece] = []
    for tag in _TAG.finditer(text):
        if tag.group().islower() and "_" not in tag.group():
            continue
        pieces.append((_GAP, *tag.span()))
        for part in _TAG_PART.finditer(text, *tag.span()):
            pieces += [(token, *part.span()) for token in tokens(part.group())]
    return pieces


def _places(text: str, pieces: list[_Piece], hits: list[Any]) -> Iterator[Place]:
    begins, at = [], 1
    for token, *_ in pieces:
        begins.append(at)
        at += len(token) + 1
    for last, (pattern, entries) in hits:
        first = last - len(pattern) + 1 + pattern.startswith(" ")
        start = pieces[bisect_right(begins, first) - 1][1]
        end = pieces[bisect_right(begins, last - pattern.endswith(" ")) - 1][2]
        names = tuple(name for name, exact in entries if not exact or _is(text[start:end], exact))
        if names:
            yield Place(start, end, names)


def _is(said: str, exact: tuple[str, ...]) -> bool:
    return tuple(exact_tokens(said)) == exact


def _apart(places: Iterable[Place]) -> list[Place]:
    kept: list[Place] = []
    for place in sorted(places, key=lambda each: (each.start, -each.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
        elif place[:2] == kept[-1][:2]:
            kept[-1] = kept[-1]._replace(names=tuple(dict.fromkeys(kept[-1].names + place.names)))
    return kept
