"""Writes what was fitted to where it is shipped from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from enrich._encoder.shipped import MODELS
from enrich._encoder.vector import Floats


def write(name: str, arrays: Mapping[str, Floats], labels: tuple[str, ...] = ()) -> None:
    """In half precision: the file stays small."""
    stored: dict[str, Any] = {key: value.astype(np.float16) for key, value in arrays.items()}  # savez is typed loosely
    if labels:
        stored["labels"] = np.array(labels)
    np.savez(MODELS / f"{name}.npz", **stored)
