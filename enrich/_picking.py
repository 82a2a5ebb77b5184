"""Which texts are worth a person's judgement: those a model is unsure of, unlike one another, of every language."""

from collections.abc import Sequence

import numpy as np

from core.types import Finding
from enrich._encoder.vector import Floats

ALIKE = 0.97
"""Cosine from which two texts say the same."""


def doubt(finding: Finding) -> float:
    """How little lies between the two most probable labels: 1 where they are equal, 0 where one is certain."""
    scores = sorted((finding.scores or {}).values(), reverse=True)
    return 1 - (scores[0] - scores[1]) if len(scores) > 1 else 1 - (finding.confidence or 0.0)


def pick(vectors: Floats, doubts: Sequence[float], languages: Sequence[str], most: int) -> list[int]:
    """Places of at most `most` texts, the first the most useful; languages take turns.

    Useful is doubt times the distance to whatever was picked before, from the centre of all; what says the same as one of
    those is left out.
    """
    if not len(vectors):
        return []
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    nearest, open_to = np.full(len(vectors), -1.0), np.ones(len(vectors), dtype=np.bool_)
    spoken, worth = np.array(languages), np.array(doubts) + 1e-6
    picked: list[int] = []
    while len(picked) < most and open_to.any():
        for language in np.unique(spoken[open_to]):
            chosen = np.where(open_to & (spoken == language), worth * (1 - nearest), -1.0)
            place = int(chosen.argmax())
            if len(picked) == most or not open_to[place] or chosen[place] < 0:
                continue
            picked.append(place)
            nearest = np.maximum(nearest, centred @ centred[place])
            open_to &= vectors @ vectors[place] < ALIKE
            open_to[place] = False
    return picked
