"""Scores of a head: F1 of each class among those a set knows, and their mean (macro-F1)."""

from collections.abc import Sequence

import numpy as np

from enrich._encoder.vector import Floats
from enrich._train.fit import Examples


def scores(head: tuple[Floats, Floats], examples: Examples, classes: Sequence[str]) -> dict[str, float]:
    """By class, with "macro-F1" first; the head chooses among the classes that the set knows."""
    logits = np.where(examples.known, examples.vectors @ head[0] + head[1], -np.inf)
    given = logits.argmax(axis=1)
    by_class = {
        name: _f1(given == place, examples.classes == place)
        for place, name in enumerate(classes)
        if (examples.classes == place).any()
    }
    macro = float(np.mean(list(by_class.values())))
    return {name: round(value, 3) for name, value in {"macro-F1": macro, **by_class}.items()}


def _f1(given: np.ndarray[tuple[int], np.dtype[np.bool_]], true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    both = int((given & true).sum())
    return 2 * both / max(int(given.sum()) + int(true.sum()), 1)
