"""Reads the encoder's weights as the package carries them: one packed file of Q4_0 blocks and float32 arrays.

Layout (little endian): "E5S1", version, sizes, the tokenizer's pieces, a directory of named tensors, the tensors. A
Q4_0 block is a float16 scale and 32 four-bit weights: low halves of its 16 bytes first, then the high ones, each less 8.
"""

import struct
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from core.errors import Stop

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
_HEADER = struct.Struct("<4sIiiiiiiifi")  # magic, version, then the ten numbers of Shape's neighbourhood
_PIECES = struct.Struct("<iiiiiQ")  # how many, four special ids, bytes of their text
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes of the network: `width` of a vector, `inner` of a feed-forward, `pieces` in the word table."""

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int
    epsilon: float


class Weights(msgspec.Struct, frozen=True):
    """The file's sizes and raw tensors; `matrix` and `row` give them as float32, with what is to be added to each."""

    shape: Shape
    tensors: Mapping[str, memoryview]
    delta: Mapping[str, Floats] = {}

    def row(self, name: str) -> Floats:
        """A float32 tensor, flat."""
        return np.frombuffer(self.tensors[name], dtype="<f4") + self.delta.get(name, np.float32(0))

    def matrix(self, name: str, columns: int, *, start: int = 0, stop: int | None = None) -> Floats:
        """Rows [start, stop) of a Q4_0 tensor of that many columns, dequantised."""
        blocks = np.frombuffer(self.tensors[name], dtype=_BLOCK_TYPE).reshape(-1, columns // BLOCK)[start:stop]
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=2).astype(np.float32)
        values -= 8
        values *= blocks["scale"].astype(np.float32)[..., None]
        whole = values.reshape(len(blocks), columns)
        return whole + self.delta[name][start:stop] if name in self.delta else whole


def read_weights(content: bytes) -> Weights:
    """The tensors of a weights file, as views on `content`. Raises Stop where it is no such file."""
    if content[:4] != MAGIC:
        raise Stop("The encoder cannot be built: its weights file does not start as expected.")
    _, _, width, layers, heads, inner, pieces, positions, _, epsilon, block = _HEADER.unpack_from(content)
    if block != BLOCK:
        raise Stop(f"The encoder cannot be built: its weights come in blocks of {block}, not {BLOCK}.")
    shape = Shape(
        width=width,
        layers=layers,
        heads=heads,
        inner=inner,
        pieces=pieces,
        positions=positions,
        epsilon=epsilon,
    )
    return Weights(shape, _tensors(memoryview(content), _after_pieces(content)))


def _after_pieces(content: bytes) -> int:
    """Offset of the tensor directory: behind the tokenizer's offsets, scores, text and normalisation map."""
    offset = _HEADER.size
    count, *_, text = _PIECES.unpack_from(content, offset)
    offset += _PIECES.size + (count + 1) * 4 + count * 4 + text
    _, size = struct.unpack_from("<iI", content, offset)
    return int(offset + 8 + size)


def _tensors(content: memoryview, offset: int) -> dict[str, memoryview]:
    (count,) = struct.unpack_from("<i", content, offset)
    offset += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, offset)
        name = bytes(content[offset + 2 : offset + 2 + length]).decode("ascii")
        _, _, start, size = struct.unpack_from("<BIQQ", content, offset + 2 + length)
        tensors[name] = content[start : start + size]
        offset += 2 + length + 21
    return tensors
