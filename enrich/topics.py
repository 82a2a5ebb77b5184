"""What a message is about: the organisation's own topics, each given by a name, a description and keywords."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from math import exp
from typing import Annotated

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.ports import Encode, Passage, Tools
from core.types import Finding
from enrich._corpus import Corpus, load_corpus
from enrich._encoder.vector import Floats
from enrich._head import vectors_of
from enrich._normalise import normalise

OTHER = "other"
STEEPNESS = 2.0
MOST = 3


def _one_text(value: object) -> object:
    return " ".join(map(str, value.values())) if isinstance(value, Mapping) else value


def _one_list(value: object) -> object:
    return [word for words in value.values() for word in words] if isinstance(value, Mapping) else value


class Topic(BaseModel):
    """description  one or two sentences; keywords four to eight, in each language the organisation listens to.

    Either may be given by language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: Annotated[str, BeforeValidator(_one_text)] = ""
    keywords: Annotated[tuple[str, ...], BeforeValidator(_one_list)] = ()


class Settings(BaseModel):
    """topics  by name; `least` how far from an ordinary message one must lie towards a topic, in standard deviations;
    `beside` how far behind the best topic another may lie to be given too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: Mapping[str, Topic] = Field(default_factory=dict)
    least: float = Field(default=0.75, ge=0)
    beside: float = Field(default=0.3, ge=0)


class Topics:
    """Finds `topics`: one or more names, or "other" alone. Abstains on an empty text and where no topics are set."""

    name = "topics"
    needs_vector = True

    def __init__(self, settings: Settings, corpus: Corpus) -> None:
        self._settings, self._corpus = settings, corpus
        self._names = list(settings.topics)
        self.classes = (*self._names, OTHER) if self._names else ()
        self._prototypes: Floats | None = None

    def prepare(self, encode: Encode) -> None:
        """One direction a topic: its name with the description, and the mean of its keywords, in equal parts."""
        if self._names:
            rows = [_prototype(name, topic, encode) for name, topic in self._settings.topics.items()]
            self._prototypes = self._corpus.directions(np.stack(rows))

    def reads(self, passage: Passage) -> str:
        """The text alone, whose vector it is."""
        return passage.text

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """Best topic first; `scores` grow with the likeness and are .5 where a topic begins to count."""
        found: list[Finding | None] = [None] * len(batch)
        places, vectors = vectors_of(batch)
        if self._prototypes is not None:
            for place, row in zip(places, self.strengths(vectors).tolist(), strict=True):
                found[place] = self._finding(row)
        return found

    def strengths(self, vectors: Floats) -> Floats:
        """(n, topics): how far each vector lies towards each topic, in standard deviations of ordinary messages."""
        if self._prototypes is None:
            return np.zeros((len(vectors), 0), dtype=np.float32)
        return self._corpus.deviations(vectors, self._prototypes)

    def labels(self, strengths: Sequence[float]) -> tuple[str, ...]:
        """Names of the topics that count, best first, at most MOST; "other" alone where none does."""
        floor = max(self._settings.least, max(strengths) - self._settings.beside)
        order = sorted(range(len(strengths)), key=lambda place: -strengths[place])[:MOST]
        return tuple(self._names[place] for place in order if strengths[place] >= floor) or (OTHER,)

    def _finding(self, strengths: list[float]) -> Finding:
        labels = self.labels(strengths)
        scores = {name: self._score(value) for name, value in zip(self._names, strengths, strict=True)}
        confidence = round(1 - max(scores.values()), 4) if labels == (OTHER,) else scores[labels[0]]
        return Finding(
            name=self.name,
            model=self._corpus.model,
            labels=labels,
            confidence=confidence,
            scores=scores,
        )

    def _score(self, strength: float) -> float:
        return round(1 / (1 + exp(-STEEPNESS * (strength - self._settings.least))), 4)


def _prototype(name: str, topic: Topic, encode: Encode) -> Floats:
    described = f"{name}. {topic.description}".strip()
    vectors = np.stack([np.frombuffer(row, dtype=np.float32) for row in encode(_texts(described, topic.keywords))])
    both = vectors[0] if len(vectors) == 1 else vectors[0] + vectors[1:].mean(axis=0)
    return np.asarray(both / np.linalg.norm(both), dtype=np.float32)


def _texts(described: str, keywords: Sequence[str]) -> list[str]:
    return [normalise(text) for text in (described, *keywords) if text.strip()]


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Topics]:
    """The enricher; nothing is left to close. Raises Stop where the shipped corpus file cannot be read."""
    del tools
    yield Topics(settings, load_corpus())
