"""How a question is told to others: one sentence of somebody who asked it, without accounts and names. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from core.document import Stored
from desk.practices.cleaning import Cleaner

LONGEST = 240
LEFT_OUT = "…"
SHARED = 2
"""Accounts that have to write a word with a capital before it is nobody's own."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_TAGS = re.compile(r"(?:\s*#[\w-]+)+\s*$|^\s*(?:#[\w-]+\s*)+")
_SENTENCE = re.compile(r"[^.!?]*[.!?]+|[^.!?]+$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TAKEN = re.compile(r"\[[\w-]+\]")
_GAPS = re.compile(r"…(?:[\s,]*…)+")
_BEGIN = """
aan als bij dan dat de die dit een er hallo heb hebben heeft hi hoe hoelang hoeveel iemand ik in is jij jullie kan kom komt kun kunnen
kunt mag mijn moet moeten na of op rijden rijdt vanaf vraag vraagje waar waarom wanneer wat weet welk welke werkt wie wij wordt zijn
zit zitten
a am an and any anyone are at can could did do does for from has have hello hey how i if in is it may my of on please question
should so the there this to was we what when where which who why will with would you your"""
_BEGINNING = frozenset(_BEGIN.split())
"""Words that questions begin with, in Dutch and English: no names, however seldom they are written."""


class _Written(NamedTuple):
    """How many accounts wrote each word, and which words stand somewhere in small letters: those are no names."""

    by: Counter[str]
    small: frozenset[str]

    def everybodys(self, word: str) -> bool:
        return self.by[word.casefold()] >= SHARED or word.casefold() in self.small


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    language: str


def worded(
    asked: Sequence[Stored], cleaner: Cleaner, staff: Sequence[str], *, ours: Sequence[str] = ()
) -> Wording | None:
    """The sentence of them that lost least, then a question, then that says least that no other says; None where each is empty without what was taken out.

    asked  who asked it, the most usual wording first, with texts that may be told
    staff  names of colleagues: they are taken out too
    ours   names of the organisation, which stay
    """
    written = _written(asked, ours)
    best: tuple[tuple[int, bool, int], Wording] | None = None
    for one in asked:
        text, lost = _told(one, cleaner, staff, written)
        words = _WORD.findall(text)
        rank = (lost, not text.endswith("?"), sum(written.by[word.casefold()] < SHARED for word in words))
        if len(words) > 1 and (best is None or rank < best[0]):
            best = (rank, Wording(text=text, language=one.enriched.language))
    return best[1] if best else None


def without_names(stored: Stored, cleaner: Cleaner, names: Iterable[str]) -> str:
    """What an own account wrote, without these names and whom it addresses."""
    mention = stored.enriched.mention
    told = _gapped(cleaner.clean(_ADDRESS.sub("", mention.text), [*mention.mentions, *names]).text)
    return told if len(told) <= 2 * LONGEST else f"{told[: 2 * LONGEST - 1]}{LEFT_OUT}"


def names_of(stored: Stored) -> list[str]:
    """Who wrote it, and whom it names."""
    mention = stored.enriched.mention
    return [mention.author.name or "", mention.author.handle or "", *mention.mentions]


def _told(one: Stored, cleaner: Cleaner, staff: Sequence[str], written: _Written) -> tuple[str, int]:
    """Its question without what is somebody's, and how much that was."""
    cleaned = cleaner.clean(_TAGS.sub("", _ADDRESS.sub("", one.enriched.mention.text)), [*names_of(one), *staff])
    sentence = _question(cleaned.text)
    lost = len(_TAKEN.findall(sentence))
    first = _WORD.search(sentence)

    def kept(found: re.Match[str]) -> str:
        nonlocal lost
        word, begins = found.group(), first is not None and found.start() == first.start()
        if not word[0].isupper() or written.everybodys(word) or (begins and word.casefold() in _BEGINNING):
            return word
        lost += 1
        return LEFT_OUT

    text = _gapped(_WORD.sub(kept, sentence))
    return (text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}{LEFT_OUT}"), lost


def _gapped(text: str) -> str:
    """The same mark for all that was left out."""
    return _GAPS.sub(LEFT_OUT, _TAKEN.sub(LEFT_OUT, text)).strip()


def _question(text: str) -> str:
    """The first sentence with a question mark and more than a word, else the first with more than a word."""
    sentences = [one.strip() for one in _SENTENCE.findall(text) if len(_WORD.findall(one)) > 1]
    return next((one for one in sentences if one.endswith("?")), sentences[0] if sentences else "")


def _written(asked: Sequence[Stored], ours: Sequence[str]) -> _Written:
    by: dict[str, set[str]] = {}
    small: set[str] = set()
    for one in asked:
        for word in _WORD.findall(one.enriched.mention.text):
            by.setdefault(word.casefold(), set()).add(one.enriched.mention.author.id)
            if word.islower():
                small.add(word)
    counts = Counter({word: len(authors) for word, authors in by.items()})
    counts.update({word.casefold(): SHARED for name in ours for word in _WORD.findall(name)})
    return _Written(counts, frozenset(small))
