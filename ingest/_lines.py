"""Bytes to lines with their numbers and offsets, in bounded memory."""

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

MOST_LINE = 32 * 1024 * 1024


class Line(msgspec.Struct, frozen=True):
    """One line: its number from 1, its bytes without the line break, and whether it was cut for being too long."""

    number: int
    data: bytes
    cut: bool = False


class Lines:
    """Takes bytes as they come and gives whole lines.

    at      bytes given out as lines so far, line breaks included
    digest  hash of exactly those bytes: what tells, later, whether the file still starts with them
    """

    def __init__(self, newline: bytes = b"\n", *, at: int = 0, number: int = 0, hashed: "Hash | None" = None) -> None:
        self._newline, self._width = newline, len(newline)
        self.at, self.number = at, number
        self._hash = hashed or Hash()
        self._rest = bytearray()
        self._searched = 0
        self._dropping = False

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that these bytes complete. To be read to its end before more is fed."""
        self._rest += data
        start = 0
        while (end := self._find(start)) >= 0:
            raw = bytes(self._rest[start : end + self._width])
            start = self._searched = end + self._width
            if line := self._give(raw, raw[: -self._width]):
                yield line
        del self._rest[:start]
        self._searched = max(0, len(self._rest) // self._width * self._width - self._width)
        if len(self._rest) > MOST_LINE:
            yield from self._cut()

    def finish(self) -> Iterator[Line]:
        """The last line, where the file does not end in a line break."""
        if self._rest:
            raw = bytes(self._rest)
            self._rest.clear()
            self._searched = 0
            if line := self._give(raw, raw):
                yield line

    def _find(self, start: int) -> int:
        """Where the next line break stands, on a whole character; -1 where there is none yet."""
        place = self._rest.find(self._newline, max(start, self._searched))
        while place >= 0 and (place - start) % self._width:
            place = self._rest.find(self._newline, place + 1)
        return place

    def _give(self, raw: bytes, data: bytes) -> Line | None:
        self._hash.update(raw)
        self.at += len(raw)
        if self._dropping:
            self._dropping = False
            return None
        self.number += 1
        return Line(self.number, data)

    def _cut(self) -> Iterator[Line]:
        """Too long: give its start once, and drop the rest of it as it comes."""
        whole = len(self._rest) // self._width * self._width
        raw = bytes(self._rest[:whole])
        del self._rest[:whole]
        self._searched = 0
        self._hash.update(raw)
        self.at += len(raw)
        if not self._dropping:
            self.number += 1
            self._dropping = True
            yield Line(self.number, raw, cut=True)


class Hash:
    """A running hash of the bytes read so far."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=16)

    def update(self, data: bytes) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.copy().hexdigest()
