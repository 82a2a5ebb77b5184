"""A vector as bytes: a little-endian float32 scale, then 384 signed bytes; value = scale * byte.

What Enriched.vector carries: 388 bytes instead of 1,536, cosine to the original above .9999.
"""

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_SCALE = struct.Struct("<f")


def pack(vector: Floats) -> bytes:
    """One vector of any length but zero."""
    return pack_all(vector[None, :])[0]


def pack_all(vectors: Floats) -> list[bytes]:
    """One value a row."""
    scales = (np.abs(vectors).max(axis=1, initial=0.0) / 127).astype("<f4")
    divisors = np.where(scales > 0, scales, 1).astype(np.float32)
    values = np.rint(vectors / divisors[:, None]).astype(np.int8)
    return [_SCALE.pack(scale) + row.tobytes() for scale, row in zip(scales, values, strict=True)]


def unpack(packed: Sequence[bytes]) -> Floats:
    """float32 (n, width), unit length, from values of one width. Raises ValueError where widths differ."""
    if not packed:
        return np.zeros((0, 0), dtype=np.float32)
    if len({len(value) for value in packed}) != 1 or len(packed[0]) <= _SCALE.size:
        raise ValueError("packed vectors differ in width or are cut short")
    table = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(len(packed), -1)
    values = table[:, _SCALE.size :].view(np.int8).astype(np.float32)
    length = np.sqrt(np.square(values).sum(axis=1, keepdims=True, dtype=np.float32))
    return np.asarray(values / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Of each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
