"""Where the names of a vocabulary stand in a text: one automaton over all their forms, however many there are."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import ahocorasick

from core.words import INVISIBLE, exact_tokens, tokens

_PIECE = re.compile(f"[\\w\u0300-\u036f{INVISIBLE}]+")
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


class _Piece(NamedTuple):
    token: str
    start: int
    end: int


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
        if self._empty or not ("#" in text or self._hits(tokens(text))):
            return []  # most texts, and tokens without their places are had at a third of the time
        pieces = list(_pieces(text))
        hits = self._hits(piece.token for piece in pieces)
        return _apart(_places(text, pieces, hits)) if hits else []

    def _hits(self, words: Iterable[str]) -> list[Any]:
        """Where each pattern that is found ends among the words, and what add_word was given with it."""
        return list(self._automaton.iter(f" {' '.join(words)} "))


def _patterns(form: Form) -> Iterator[str]:
    before, after = ("" if form.opens else " "), ("" if form.closes else " ")
    yield f"{before}{' '.join(form.words)}{after}"
    if len(form.words) > 1 and not form.exact:
        yield f"{before}{''.join(form.words)}{after}"


def _pieces(text: str) -> Iterator[_Piece]:
    """The text's tokens with their places; behind them, each after a gap, the words that make up its hashtags."""
    tags: list[re.Match[str]] = []
    for found in _PIECE.finditer(text):
        said, start, end = found.group(), found.start(), found.end()
        if said.isascii():
            yield _Piece(said.lower(), start, end)
        else:
            for token in tokens(said):
                yield _Piece(token, start, end)
        if text[start - 1 : start] == "#" and not (said.islower() and "_" not in said):
            tags.append(found)
    for tag in tags:
        yield _Piece(_GAP, tag.start(), tag.end())
        for part in _TAG_PART.finditer(text, tag.start(), tag.end()):
            for token in tokens(part.group()):
                yield _Piece(token, part.start(), part.end())


def _places(text: str, pieces: list[_Piece], hits: list[Any]) -> Iterator[Place]:
    begins, at = [], 1
    for piece in pieces:
        begins.append(at)
        at += len(piece.token) + 1
    for last, (pattern, entries) in hits:
        first = last - len(pattern) + 1 + pattern.startswith(" ")
        start = pieces[bisect_right(begins, first) - 1].start
        end = pieces[bisect_right(begins, last - pattern.endswith(" ")) - 1].end
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
