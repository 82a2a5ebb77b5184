"""What a model wrote, sentence by sentence: one that names no message it was given does not stand."""

import re
from collections.abc import Collection, Iterator

import msgspec

from desk.assistants.untrusted import visible
from desk.summaries.prompt import MOST_SENTENCES

LONGEST = 600
_READ = 20_000
"""Characters of an answer that are looked at."""
_CITED = re.compile(r" ?\[ ?#?\d{1,4}(?: ?[,;] ?#?\d{1,4})* ?\]")
_ENDS = re.compile(r"(?:(?<=[.!?\]])|(?<=[.!?][\"'”’)]))(?<!\d\.) +(?=[\"'“‘(]?[A-Z0-9À-Þ])|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """Plain text, still a model's and never markup, and the numbers of the messages it names, in order."""

    text: str
    numbers: tuple[int, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences that stand; how many named nothing that was given, and how many more there were than were asked."""

    sentences: tuple[Sentence, ...]
    dropped: int
    beyond: int


def checked(text: str, given: Collection[int]) -> Checked:
    """Of a model's answer, the sentences that name messages, and only such as were given."""
    found = list(_sentences(text))
    standing = [one for one in found if one.numbers and set(one.numbers) <= set(given)]
    return Checked(
        sentences=tuple(standing[:MOST_SENTENCES]),
        dropped=len(found) - len(standing),
        beyond=max(0, len(standing) - MOST_SENTENCES),
    )


def _sentences(text: str) -> Iterator[Sentence]:
    for part in _ENDS.split(text[:_READ]):
        bare = _BULLET.sub("", " ".join(part.split()))
        numbers = [int(number) for cited in _CITED.findall(bare) for number in re.findall(r"\d+", cited)]
        said = str(visible(_CITED.sub("", bare).strip()))
        if any(map(str.isalnum, said)):
            yield Sentence(text=said[:LONGEST], numbers=tuple(dict.fromkeys(numbers)))
