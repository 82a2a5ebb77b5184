"""Words of people, told without names: those that are known, and words with a capital that may be somebody's. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from core.document import Stored
from desk.practices.cleaning import Cleaner

LEFT_OUT = "…"
SHARED = 2
"""Accounts that have to write a word with a capital before it is nobody's own."""
WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_TAKEN = re.compile(r"\[[\w-]+\]")
_GAPS = re.compile(r"…(?:[\s,]*…)+")
_ENDS, _MARKS = ".!?…", " \t\n\"'“”‘’(-"
_SAID = """
aan alle alles als altijd bedankt bij complimenten dan dank dankjewel dat de deze die dit een eindelijk en er ga geen geweldig goed graag
heel heb hebben heeft helaas het hier hij hoe hulde ik in is je jij jullie kan kom komt kun kunnen mag mijn misschien moet mooi na naar
netjes niet niets nog nu of om omdat ook op prima super te toch top van vandaag veel voor waar waarom wat we weer welke werkt wie wij
ze zeer zij zijn zo
a all always and another at because but can do does for from good great had has have he hello here how i if in is it just kudos lovely my
never nice no not nothing now of on once our please she so some still super thank thanks that the there they this to today very was
we well what when where which who why with you your"""
_ASKED = """
hallo hi hoelang hoeveel iemand kunt kunnen moeten rijden rijdt vanaf vraag vraagje wanneer weet welk wordt zit zitten
am an any anyone are could did hey may question should will would"""
SAID = frozenset(_SAID.split())
"""Words that sentences begin with, in Dutch and English: no names, however seldom they are written."""
ASKED = SAID | frozenset(_ASKED.split())
"""Those that questions begin with as well: some are names elsewhere."""


class Written(NamedTuple):
    """How many accounts wrote each word, the words that stand somewhere in small letters, and those that are ours."""

    by: Counter[str]
    small: frozenset[str]
    ours: frozenset[str]

    def shared(self, word: str) -> bool:
        """Whether several wrote it: those whom many thank too."""
        return self.by[word.casefold()] >= SHARED or word.casefold() in self.ours

    def common(self, word: str) -> bool:
        """Whether somebody wrote it in small letters, or it is ours."""
        return word.casefold() in self.small or word.casefold() in self.ours

    def everybodys(self, word: str) -> bool:
        return self.shared(word) or self.common(word)


def written(said: Iterable[Stored], ours: Iterable[str] = ()) -> Written:
    """What is known of words by those who said these; `ours` are names that stay, such as the organisation's."""
    by: dict[str, set[str]] = {}
    small: set[str] = set()
    for one in said:
        for word in WORD.findall(one.enriched.mention.text):
            by.setdefault(word.casefold(), set()).add(one.enriched.mention.author.id)
            if word.islower():
                small.add(word)
    counts = Counter({word: len(authors) for word, authors in by.items()})
    kept = frozenset(word.casefold() for name in ours for word in WORD.findall(name))
    return Written(counts, frozenset(small), kept)


def names_of(stored: Stored) -> list[str]:
    """Who wrote it, and whom it names."""
    mention = stored.enriched.mention
    return [mention.author.name or "", mention.author.handle or "", *mention.mentions]


def without_names(text: str, cleaner: Cleaner, names: Sequence[str]) -> str:
    """The text without addresses, accounts, personal data and these names, each of which left `[...]`."""
    return cleaner.clean(_ADDRESS.sub("", text), names).text


def without_capitals(text: str, kept: Callable[[str], bool], begins: Collection[str] = SAID) -> tuple[str, int]:
    """The text without words with a capital, and how many were left out or had been taken out of it.

    kept    whether such a word stays
    begins  words that stay where a sentence begins
    """
    lost = len(_TAKEN.findall(text))

    def told(found: re.Match[str]) -> str:
        nonlocal lost
        word = found.group()
        if not word[0].isupper() or kept(word) or (word.casefold() in begins and _begins(text, found.start())):
            return word
        lost += 1
        return LEFT_OUT

    return WORD.sub(told, text), lost


def gapped(text: str, longest: int) -> str:
    """The same mark for all that was left out, and for what is longer."""
    told = _GAPS.sub(LEFT_OUT, _TAKEN.sub(LEFT_OUT, text)).strip()
    return told if len(told) <= longest else f"{told[: longest - 1]}{LEFT_OUT}"


def _begins(text: str, place: int) -> bool:
    before = text[:place].rstrip(_MARKS)
    return not before or before[-1] in _ENDS
