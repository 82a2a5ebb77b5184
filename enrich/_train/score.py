"""Scores of a head: F1 of each class among those a set knows, and their mean (macro-F1)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enrich._encoder.vector import Floats
from enrich._train.fit import Examples


def scores(head: tuple[Floats, Floats], examples: Examples, labels: Sequence[str]) -> dict[str, float]:
    """Of a head on the vector, as `judged`."""
    logits = np.where(examples.known, examples.vectors @ head[0] + head[1], -np.inf)
    return judged(np.asarray(logits, dtype=np.float32), examples.classes, labels)


def judged(logits: Floats, classes: npt.NDArray[np.int64], labels: Sequence[str]) -> dict[str, float]:
    """By label, with "macro-F1" first; a label that the set does not know has logits of -inf and is never chosen."""
    given = logits.argmax(axis=1)
    by_class = {
        name: _f1(given == place, classes == place) for place, name in enumerate(labels) if (classes == place).any()
    }
    macro = float(np.mean(list(by_class.values())))
    return {name: round(value, 3) for name, value in {"macro-F1": macro, **by_class}.items()}


def _f1(given: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> float:
    both = int((given & true).sum())
    return 2 * both / max(int(given.sum()) + int(true.sum()), 1)
