"""Texts joined from two, each part with its own tone: what teaches a head to read a part of a text for itself."""

from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from enrich._train.sets import SENTIMENT, Texts

MOST_CHARACTERS = 90
"""Of a text that is joined with another: both are to be read whole."""
APART = 0.7
"""Share of joined texts of which one part is good and the other bad; the others are as they come."""
_BUT = {
    "ar": ("لكن", "و"),
    "de": ("aber", "und"),
    "en": ("but", "and"),
    "es": ("pero", "y"),
    "fr": ("mais", "et"),
    "hi": ("लेकिन", "और"),
    "it": ("ma", "e"),
    "nl": ("maar", "en"),
    "pt": ("mas", "e"),
}
_MARKS = ".,;:!?… "


class Part(msgspec.Struct, frozen=True):
    """The characters [start, end) of a text are of that class, a place in SENTIMENT."""

    text: str
    start: int
    end: int
    place: int


def joined(given: Texts, language: str, count: int, random: Random) -> list[Part]:
    """Both parts of so many joined texts of that language."""
    short = [
        [text for text, place in zip(given.texts, given.classes, strict=True) if place == own and _fits(text)]
        for own in range(len(SENTIMENT))
    ]
    return [part for _ in range(count) for part in _pair(short, language, random)]


def _fits(text: str) -> bool:
    return 8 <= len(text) <= MOST_CHARACTERS


def _pair(short: Sequence[Sequence[str]], language: str, random: Random) -> Iterator[Part]:
    tones = random.sample((0, 2), 2) if random.random() < APART else random.choices(range(len(short)), k=2)
    first, second = (random.choice(short[tone]) for tone in tones)
    text, start = _together(first, second, _BUT[language], random)
    yield Part(text, 0, start, tones[0])
    yield Part(text, start, len(text), tones[1])


def _together(first: str, second: str, words: Sequence[str], random: Random) -> tuple[str, int]:
    """The text of both, and where the second begins."""
    word = random.choice(("", *words))
    if not word:
        return f"{first} {second}", len(first) + 1
    before = f"{first.rstrip(_MARKS)}{random.choice((',', ''))} {word} "
    return f"{before}{second[:1].lower()}{second[1:]}", len(before)
