"""Where a message lies, seen from what is ordinary for an organisation: learned from what it hears, language by language.

All that an organisation hears is about its trade, and each language has a place of its own among the encoder's vectors: seen
from the middle of its own language messages about the same thing lie together, whatever language they are in. Along the
principal directions of ordinary messages, in which all differ, differences count for less (whitening, as for topics).
"""

from collections.abc import Sequence

import numpy as np

from enrich._corpus import Corpus
from enrich._encoder.vector import Floats

PRIOR = 50
"""Messages that the shipped middle stands for while a language is new."""
FAR_BACK = 20_000
"""Messages that a middle looks back on: it follows what is spoken of."""


class Ordinary:
    """The middles of each language; `learned` counts what they were learned from."""

    def __init__(self, corpus: Corpus) -> None:
        deviations = np.linalg.norm(corpus.axes, axis=1)
        self._directions = np.asarray(corpus.axes / deviations[:, None], dtype=np.float32)
        self._shorter = np.asarray(corpus.rest / np.sqrt(deviations**2 + corpus.rest**2), dtype=np.float32)
        self._centre = corpus.centre
        self._middles: dict[str, tuple[Floats, int]] = {}
        self.learned = 0

    def learn(self, vectors: Floats, languages: Sequence[str]) -> None:
        """Take these (n, 384) into the middles of their languages."""
        self.learned += len(vectors)
        spoken = np.array(languages)
        for language in set(languages):
            rows = vectors[spoken == language]
            middle, weight = self._middles.get(language, (self._centre, PRIOR))
            total = weight + len(rows)
            moved = np.asarray((middle * weight + rows.sum(axis=0)) / total, dtype=np.float32)
            self._middles[language] = (moved, min(total, FAR_BACK))

    def seen(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """The same from the middles, of unit length."""
        if not len(vectors):
            return vectors
        middles = np.stack([self._middles.get(one, (self._centre, 0))[0] for one in languages])
        apart = vectors - middles
        along = apart @ self._directions.T
        apart -= (along * (1 - self._shorter)) @ self._directions
        lengths = np.sqrt(np.einsum("nd,nd->n", apart, apart))
        return np.asarray(apart / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32)
