"""Digits as people write them: in groups, with something between."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(r" ?[-./] ?| {1,2}|\t| ?\( ?| ?\)[ -]{0,2}|-{2}")
LEAST, MOST = 7, 19
"""Digits of the shortest and of the longest number that is looked for."""
_MOST_GROUPS = 7
_MOST_SINGLE = 12
"""Groups of a number that is written digit by digit."""


class Run(NamedTuple):
    """Groups written one after the other, [start, end) each in `text`: as many as one number may have."""

    text: str
    groups: Sequence[tuple[int, int]]
    digits: str

    @property
    def shape(self) -> tuple[int, ...]:
        """Digits of each group."""
        return tuple(end - start for start, end in self.groups)

    @property
    def separators(self) -> set[str]:
        """What stands between the groups."""
        pairs = zip(self.groups, self.groups[1:], strict=False)
        return {self.text[before[1] : after[0]] for before, after in pairs}

    @property
    def start(self) -> int:
        return self.groups[0][0]

    @property
    def end(self) -> int:
        return self.groups[-1][1]

    def ends_here(self) -> bool:
        """Whether nothing belongs to the last group that is no digit of it: a letter, a decimal fraction."""
        after = self.text[self.end : self.end + 2]
        return not (after[:1].isalnum() or after[:1] == "_" or (after[:1] in {",", ".", ":"} and after[1:].isdigit()))


def runs(text: str) -> Iterator[list[Run]]:
    """For each group of digits that a number may begin with, in order: the runs that begin there, longest first."""
    groups = [found.span() for found in _DIGITS.finditer(text)]
    for index, (start, end) in enumerate(groups):
        if end - start > MOST or not _begins(text, start):
            continue
        single = end - start == 1 and (text[start] == "0" or text[max(0, start - 1)] == "+")
        most = index + (_MOST_SINGLE if single else _MOST_GROUPS)
        found = [run for run in _from(text, groups[index:most]) if run.ends_here()]
        if found:
            yield found[::-1]


def _from(text: str, groups: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """The runs that begin with the first of these groups, shortest first."""
    digits = ""
    for number, (start, end) in enumerate(groups, 1):
        if number > 1 and not _BETWEEN.fullmatch(text, groups[number - 2][1], start):
            return
        digits += text[start:end]
        if len(digits) > MOST:
            return
        if len(digits) >= LEAST:
            yield Run(text, groups[:number], digits)


def _begins(text: str, start: int) -> bool:
    """Whether a number may begin here: not inside a word, nor behind the point of a decimal fraction."""
    before = text[max(0, start - 2) : start]
    return not (
        before[-1:].isalnum() or before[-1:] == "_" or (before[-1:] in {",", ".", ":"} and before[:1].isdigit())
    )
