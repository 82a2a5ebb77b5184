"""Weeks of invented messages as vectors, spread as the encoder's are: ordinary subjects with their habits, and bursts.

No text and no encoder: a message is its subject's direction and chance, both drawn along the principal directions of ordinary
messages that the topics are shipped with (enrich/_data), so that they are as alike as real ones are.
"""

from collections.abc import Iterator
from datetime import timedelta
from math import exp, sin, tau
from typing import NamedTuple

import numpy as np

from enrich._corpus import Corpus, load_corpus
from enrich._encoder.vector import Floats

SUBJECTS = 150
CHATTER = 0.3
"""Share of messages that are about nothing that others speak of."""
ALIKE = 0.34
"""Mean cosine of two messages about the same thing, seen from the middle."""
ABROAD = 0.2
"""Share of a subject's direction that is another one in another language."""
ANSWERED = 0.12
"""Share of messages that others answer within the hour."""
COPIED = 0.05
HOUR = timedelta(hours=1).total_seconds()


class Said(NamedTuple):
    """One message: seconds since the start, author, its vector as the encoder gives it, language, and the burst it is of."""

    at: float
    author: str
    vector: Floats
    language: str
    burst: int = -1


class Speakers:
    """Draws messages; the same seed says the same."""

    def __init__(self, seed: int, corpus: Corpus | None = None) -> None:
        self.random = np.random.default_rng(seed)
        self._corpus = corpus or load_corpus()
        self._tongues = {language: self._direction(0.35) for language in ("nl", "en")}
        self._subjects = [self.subject() for _ in range(SUBJECTS)]
        self._peaks = self.random.uniform(0, 24, SUBJECTS)
        weights = 1 / np.arange(1, SUBJECTS + 1) ** 0.8
        self._weights = weights / weights.sum()

    def subject(self) -> dict[str, Floats]:
        """A new subject's direction in each language."""
        both = self._direction((ALIKE * (1 - ABROAD)) ** 0.5)
        return {language: both + self._direction((ALIKE * ABROAD) ** 0.5) for language in self._tongues}

    def week(self, first_day: int, days: int, a_day: float) -> Iterator[Said]:
        """Ordinary messages of these days, in order, about `a_day` each."""
        said: list[Said] = []
        for hour in range(first_day * 24, (first_day + days) * 24):
            level = max(0.1, 1 + 0.9 * sin((hour % 24 - 8) / 24 * tau)) * (1.15 if hour // 24 % 7 < 5 else 0.7)
            for _ in range(self.random.poisson(a_day / 24 * level)):
                said += self._spoken(hour)
        return iter(sorted(said, key=lambda one: one.at))

    def burst(self, number: int, at: float, count: int, minutes: float) -> list[Said]:
        """`count` accounts that speak of one new thing within so many minutes, in two languages."""
        subject, moments = self.subject(), np.sort(self.random.uniform(0, minutes * 60, count))
        tongues = self.random.choice(["nl", "en"], count, p=[0.6, 0.4])
        return [
            Said(at + moment, f"burst{number}-{place}", self.vector(subject[tongue], tongue), tongue, number)
            for place, (moment, tongue) in enumerate(zip(moments.tolist(), tongues.tolist(), strict=True))
        ]

    def vector(self, subject: Floats | None, language: str) -> Floats:
        """A message about the subject, or about nothing that others speak of."""
        chance = self._direction(1.0 if subject is None else (1 - ALIKE) ** 0.5)
        both = self._corpus.centre + self._tongues[language] + chance + (0 if subject is None else subject)
        return np.asarray(both / np.linalg.norm(both), dtype=np.float32)

    def _spoken(self, hour: int) -> list[Said]:
        at = (hour + self.random.random()) * HOUR
        language = "nl" if self.random.random() < 0.65 else "en"
        if self.random.random() < CHATTER:
            return [Said(at, self._author(), self.vector(None, language), language)]
        habit = np.exp(0.7 * np.cos((self._peaks - hour % 24) / 24 * tau)) / exp(0.35)
        weights = self._weights * habit
        subject = self._subjects[self.random.choice(SUBJECTS, p=weights / weights.sum())]
        found = [Said(at, self._author(), self.vector(subject[language], language), language)]
        if self.random.random() < COPIED:
            later = self.random.uniform(0, 6 * HOUR, self.random.integers(1, 6))
            found += [found[0]._replace(at=at + one, author=self._author()) for one in later.tolist()]
        if self.random.random() < ANSWERED:
            for _ in range(self.random.integers(1, 4)):
                answer = self.vector(subject[language], language)
                found.append(Said(at + self.random.uniform(0, HOUR), self._author(), answer, language))
        return found

    def _author(self) -> str:
        return f"a{int(self.random.pareto(1.2) * 60) % 4000}"

    def _direction(self, size: float) -> Floats:
        along = self.random.standard_normal(len(self._corpus.axes)) @ self._corpus.axes
        beside = self.random.standard_normal(along.shape[0]) * self._corpus.rest
        return np.asarray(size * (along + beside), dtype=np.float32)
