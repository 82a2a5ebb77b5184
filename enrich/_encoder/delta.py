"""What tuning changed of the encoder's weights, shipped as one small file: each matrix in int8 with a scale a row."""

import io
import zipfile
from collections.abc import Mapping

import numpy as np

from core.errors import Stop
from enrich._encoder.shipped import MODELS
from enrich._encoder.vector import Floats

DELTA = MODELS / "top.npz"
_SCALES = ".scales"


def read_delta() -> Mapping[str, Floats]:
    """By name of the tensor, what to add to it, of the tensor's shape. Raises Stop where the file cannot be read."""
    try:
        with np.load(io.BytesIO(DELTA.read_bytes())) as stored:
            return {
                name: stored[name].astype(np.float32) * stored[name + _SCALES].astype(np.float32)[..., None]
                for name in stored.files
                if not name.endswith(_SCALES)
            }
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Stop(
            f"The encoder cannot be built: {DELTA.name} cannot be read ({error}); install klankbord again."
        ) from error


def packed(delta: Mapping[str, Floats]) -> dict[str, np.ndarray]:
    """The arrays of such a file, which numpy.savez_compressed writes."""
    arrays: dict[str, np.ndarray] = {}
    for name, values in delta.items():
        largest = np.abs(values).max(axis=-1)
        scales = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        arrays[name] = np.rint(values / scales[..., None]).astype(np.int8)
        arrays[name + _SCALES] = scales
    return arrays
