"""What the encoder makes of passages: each distinct text is encoded once, and one of late not again."""

from collections.abc import Sequence
from itertools import starmap
from sys import getsizeof
from threading import Lock
from typing import NamedTuple

from core.ports import Measured, Passage
from core.telemetry import Count, Duration
from enrich._encoder import Encoder, pack_all
from enrich._encoder.reading import Reading
from enrich._encoder.vector import Floats
from enrich._recent import Recent

ENCODER = "encoder"
"""What the one encoder pass is called among the enrichers where they are measured."""

REMEMBERED = 24 << 20
"""Bytes of texts and what was read of them that are kept: some 2,000 posts."""


class Read(NamedTuple):
    """Of one text: its vector as float32 bytes and packed, the heads' reading, and whether some of it was not read."""

    vector: bytes = b""
    packed: bytes = b""
    reading: Reading | None = None
    truncated: bool = False


NOTHING = Read()


class Encoded:
    """Fills in what the encoder makes of passages. Thread-safe."""

    def __init__(self, encoder: Encoder, measured: Measured) -> None:
        self._encoder = encoder
        self._measured = measured
        self._turn = Lock()
        self._recent: Recent[str, Read] = Recent(REMEMBERED, _size)
        self._lock = Lock()

    def fill(self, passages: Sequence[Passage]) -> list[Read]:
        """Sets `vector` and `reading` of each passage that has text; returns what was read of each."""
        texts = dict.fromkeys(passage.text for passage in passages if passage.text)
        with self._lock:
            known = self._recent.find(texts)
        new = [text for text in texts if text not in known]
        if new:
            fresh = dict(zip(new, self._encode(new), strict=True))
            with self._lock:
                self._recent.keep(fresh)
            known |= fresh
        reads = [known.get(passage.text, NOTHING) for passage in passages]
        for passage, read in zip(passages, reads, strict=True):
            passage.vector, passage.reading = read.vector, read.reading
        return reads

    def _encode(self, texts: Sequence[str]) -> list[Read]:
        began = self._measured.timer()
        vectors, readings = self._encoder.read(texts)
        with self._turn:
            self._measured.observe(Duration.ENRICHER, ENCODER, seconds=[self._measured.timer() - began])
            self._measured.add(Count.FOUND, ENCODER, by=len(texts))
        truncated = map(self._encoder.pieces.truncates, texts)
        return list(starmap(Read, zip(each(vectors), pack_all(vectors), readings, truncated, strict=True)))


def each(vectors: Floats) -> list[bytes]:
    """One value a row, as in core.ports.Passage.vector."""
    return [row.tobytes() for row in vectors]


def _size(text: str, read: Read) -> int:
    return getsizeof(text) + len(read.vector) + len(read.packed) + (read.reading.size if read.reading else 0)
