"""One message's text and title as tokens, and where a word or phrase stands among them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache

from core.query import AnyNode, Near, Or, Phrase, Word
from core.words import exact_tokens, tokens

GAP = [""] * 101  # between title and text: farther than NEAR and phrases reach

Run = tuple[int, int]
"""First and last token, both included."""


@lru_cache(maxsize=10_000)
def wildcard(pattern: str) -> re.Pattern[str]:
    """The pattern of one whole token: "*" any run of characters, "?" one. Never backtracks over an earlier "*"."""
    first, *others = (re.escape(part).replace(r"\?", ".") for part in pattern.split("*"))
    if not others:
        return re.compile(first)
    between = "".join(f"(?>.*?{part})" for part in others[:-1] if part)
    return re.compile(f"{first}{between}.*{others[-1]}", re.DOTALL)


def is_wild(word: Word) -> bool:
    return "*" in word.pattern or "?" in word.pattern


class Tokens:
    """Tokens in order with an index of where each stands."""

    def __init__(self, sequence: Sequence[str]) -> None:
        self.sequence = sequence

    @cached_property
    def places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, token in enumerate(self.sequence):
            places.setdefault(token, []).append(place)
        return places

    def of_word(self, word: Word) -> Sequence[int]:
        """The places of a word, in order."""
        if not is_wild(word):
            return self.places.get(word.pattern, ())
        fits = wildcard(word.pattern).fullmatch
        return sorted(place for token, places in self.places.items() if fits(token) for place in places)


def folded_sequence(text: str, title: str | None) -> list[str]:
    """The folded tokens of title, gap and text."""
    found = tokens(text)
    return [*tokens(title), *GAP, *found] if title else found


class Text:
    """Folded and exact tokens of a title and a text. Both sequences are cut alike, so their places agree."""

    def __init__(self, text: str, title: str | None = None, *, folded: list[str] | None = None) -> None:
        self._text = text
        self._title = title
        self._folded = folded

    @cached_property
    def folded(self) -> Tokens:
        return Tokens(folded_sequence(self._text, self._title) if self._folded is None else self._folded)

    @cached_property
    def exact(self) -> Tokens:
        found = exact_tokens(self._text)
        return Tokens([*exact_tokens(self._title), *GAP, *found] if self._title else found)

    def runs(self, node: AnyNode) -> list[Run]:
        """Where a word, a phrase or an Or of them stands, in order of start."""
        match node:
            case Word():
                return [(place, place) for place in self._places(node)]
            case Phrase(words=words):
                later = [set(self._places(word)) for word in words[1:]]
                return [
                    (first, first + len(later))
                    for first in self._places(words[0])
                    if all(first + i in places for i, places in enumerate(later, 1))
                ]
            case Or(parts=parts):
                return sorted({run for part in parts for run in self.runs(part)})
            case _:
                raise TypeError(f"{type(node).__name__} has no place among the tokens")

    def near(self, node: Near) -> list[tuple[Run, Run]]:
        """A pair of runs for each left side that has a right side near enough."""
        right = self.runs(node.right)
        starts = [run[0] for run in right]
        by_end = sorted(right, key=lambda run: run[1])
        ends = [run[1] for run in by_end]
        pairs = []
        for run in self.runs(node.left):
            after = bisect_right(starts, run[1])
            before = bisect_left(ends, run[0]) - 1
            if after < len(starts) and starts[after] - run[1] <= node.distance:
                pairs.append((run, right[after]))
            elif before >= 0 and run[0] - ends[before] <= node.distance:
                pairs.append((run, by_end[before]))
        return pairs

    def _places(self, word: Word) -> Sequence[int]:
        return (self.exact if word.exact else self.folded).of_word(word)
