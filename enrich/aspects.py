"""Which products, places and people of the organisation's vocabulary a message names, and its tone toward each."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from core.findings import UNCERTAIN
from core.ports import Passage, Tools
from core.types import Finding, Span
from core.vocabulary import Kind, read_term
from enrich._aspects.aligning import aligned
from enrich._aspects.finder import Finder, Form, Place
from enrich._aspects.inflections import forms, name_forms
from enrich._aspects.parts import Part, parts
from enrich._aspects.tone import TONES, Tones
from enrich._normalise import MOST_CHARACTERS, without_links, written


class Aspect(BaseModel):
    """words  by language, as core.vocabulary reads them; where there are none the aspect's name is the word.

    A word with a capital is a name where the kind is place or person, and has no plural.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = Kind.OTHER
    words: Mapping[str, Sequence[str]] = Field(default_factory=dict)


class Settings(BaseModel):
    """aspects  by name; `least` the probability below which the tone is "uncertain"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aspects: Mapping[str, Aspect] = Field(default_factory=dict)
    least: float = Field(default=0.45, ge=0, le=1)


class Aspects:
    """Finds `aspects`: labels "name:tone" in the order of the text, the tone negative, neutral, positive or uncertain.

    `scores` has the probability of every tone toward each, `confidence` that of the first's best. `spans` are where the names
    stand in the mention's text, labelled with the name alone; in its title they have none. Abstains where nothing is named.
    """

    name = "aspects"

    def __init__(self, settings: Settings) -> None:
        self._least = settings.least
        self._finder = Finder({name: list(_forms(name, aspect)) for name, aspect in settings.aspects.items()})
        self.needs_vector = bool(settings.aspects)
        self._model = f"aspects-{sha256(msgspec.json.encode(settings.model_dump(mode='json'))).hexdigest()[:8]}"

    def reads(self, passage: Passage) -> tuple[str, str | None]:
        """Text and title as they were written: names are looked for there, and all else follows from it."""
        return passage.mention.text, passage.mention.title

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage."""
        return [self._find(passage) for passage in batch]

    def _find(self, passage: Passage) -> Finding | None:
        whole = written(passage.mention)
        text = whole[:MOST_CHARACTERS]
        places = self._finder.find(without_links(text))
        if not places:
            return None
        rows = _tones(passage, text, _speaking(text, places))
        return Finding(
            name=self.name,
            model=self._model,
            labels=tuple(f"{name}:{self._label(row)}" for name, row in rows.items()),
            confidence=max(next(iter(rows.values())), default=None),
            scores={
                f"{name}:{label}": value for name, row in rows.items() for label, value in zip(TONES, row, strict=False)
            },
            spans=_spans(passage, places),
            truncated=len(text) < len(whole),
        )

    def _label(self, row: Sequence[float]) -> str:
        best = max(row, default=0.0)
        return TONES[row.index(best)] if row and best >= self._least else UNCERTAIN


def _forms(name: str, aspect: Aspect) -> Iterator[Form]:
    words = {language: said for language, said in aspect.words.items() if said} or {"": [name]}
    for language, said in words.items():
        for word in said:
            term = read_term(word)
            *first, last = term.words
            ends = frozenset({last})
            if term.inflected:
                names = not language or (aspect.kind in (Kind.PLACE, Kind.PERSON) and word != word.lower())
                ends = name_forms(last) if names else forms(last, language)
            for end in sorted(ends):
                yield Form((*first, end), term.exact, opens=term.opens, closes=term.closes)


def _speaking(text: str, places: Sequence[Place]) -> dict[str, list[Part]]:
    """What speaks of each name, in the order of the text, each part once."""
    found: dict[str, dict[Part, None]] = {}
    for place, part in zip(places, parts(text, [place[:2] for place in places]), strict=True):
        for name in place.names:
            found.setdefault(name, {})[part] = None
    return {name: list(own) for name, own in found.items()}


def _tones(passage: Passage, text: str, speaking: Mapping[str, Sequence[Part]]) -> dict[str, list[float]]:
    """Probability of each tone toward each name; empty where the encoder did not read so far."""
    if passage.reading is None:
        return {name: [] for name in speaking}
    length = len(passage.text)
    at = aligned(text, {mark for own in speaking.values() for part in own for mark in part[:2]}, passage.text)
    tones = Tones(passage.reading, length)
    return {
        name: tones.toward(
            [
                part._replace(start=at[part.start], end=at[part.end]) if at else Part(0, length, part.opposite)
                for part in own
            ]
        )
        for name, own in speaking.items()
    }


def _spans(passage: Passage, places: Sequence[Place]) -> tuple[Span, ...]:
    before = len(written(passage.mention)) - len(passage.mention.text)
    return tuple(
        Span(start=place.start - before, end=place.end - before, label=name)
        for place in places
        if place.start >= before
        for name in place.names
    )


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Aspects]:
    """The enricher; nothing is left to close."""
    del tools
    yield Aspects(settings)
