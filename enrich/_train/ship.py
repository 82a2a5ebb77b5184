"""Writes what was trained into enrich/models: the change of the encoder's top, and a file a head."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from enrich._encoder.delta import DELTA, packed
from enrich._encoder.shipped import MODELS
from enrich._encoder.vector import Floats
from enrich._encoder.weights import Weights
from enrich._train.states import LOWER
from enrich._train.top import MATRICES, Tree


def change(weights: Weights, tree: Tree) -> dict[str, Floats]:
    """By name of the tensor, what tuning added to it."""
    found: dict[str, Floats] = {}
    for place, layer in enumerate(tree["layers"], start=LOWER):
        for name, values in layer.items():
            own = f"l{place}.{name}"
            matrix, part = name.split(".")
            is_matrix = part == "w" and matrix in MATRICES
            before = weights.matrix(own, values.shape[1]) if is_matrix else weights.row(own)
            found[own] = np.asarray(values, dtype=np.float32) - before
    return found


def write_change(delta: Mapping[str, Floats]) -> None:
    """The file that `klankbord model build` adds to the base weights."""
    np.savez_compressed(DELTA, **packed(delta))  # type: ignore[arg-type]  # savez is typed for its own keywords


def write_head(
    name: str, head: Mapping[str, Floats], labels: Sequence[str], temperatures: Mapping[str, float], otherwise: float
) -> None:
    """Queries, weights and bias in half precision, and how far to believe it in each language."""
    arrays: dict[str, Any] = {part: np.asarray(values, dtype=np.float16) for part, values in head.items()}
    np.savez(
        MODELS / f"{name}.npz",
        labels=np.array(labels),
        languages=np.array(list(temperatures)),
        temperatures=np.array(list(temperatures.values())),
        otherwise=np.array(otherwise),
        **arrays,
    )
