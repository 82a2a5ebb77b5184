"""The centre and spread of ordinary messages, from texts of all sets in equal parts."""

from collections.abc import Sequence

import numpy as np

from enrich._encoder.vector import Floats

AXES = 48
PART = 1800


def describe(sets: Sequence[Floats]) -> dict[str, Floats]:
    """centre, axes, rest (see enrich._corpus) of the first texts of each set."""
    vectors = np.concatenate([part[:PART] for part in sets]).astype(np.float64)
    centre = vectors.mean(axis=0)
    _, sizes, directions = np.linalg.svd(vectors - centre, full_matrices=False)
    deviations = sizes / np.sqrt(len(vectors))
    axes = directions[:AXES] * deviations[:AXES, None]
    rest = np.sqrt(np.square(deviations[AXES:]).mean())
    found = {"centre": centre, "axes": axes, "rest": rest}
    return {name: np.asarray(value, dtype=np.float16) for name, value in found.items()}
