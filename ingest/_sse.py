"""Server-sent events: bytes in, in whatever pieces, events out (HTML Living Standard, section 9.2.6)."""

import re
from collections.abc import Iterator

import msgspec

MOST_BYTES = 16 * 1024 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")


class Event(msgspec.Struct, frozen=True):
    """One event: its name ("message" where it gives none) and its data, lines joined by a line break."""

    name: str
    data: bytes


class EventReader:
    """Feed it what comes; it keeps what is not complete yet, at most `most` bytes of it."""

    def __init__(self, *, most: int = MOST_BYTES) -> None:
        self._rest = b""
        self._name, self._data = "", list[bytes]()
        self._size, self._most = 0, most

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that this piece completes; one larger than `most` comes cut, under its name."""
        self._rest += piece
        if b"\n" not in piece and b"\r" not in piece:
            if len(self._rest) > self._most:
                self._line(self._rest)
                self._rest = b""
            return
        held = self._rest.endswith(b"\r")  # its line feed may come with the next piece
        lines = _LINE_END.split(self._rest[:-1] if held else self._rest)
        self._rest = lines.pop() + (b"\r" if held else b"")
        for line in lines:
            if line:
                self._line(line)
            elif event := self._dispatch():
                yield event

    def end(self) -> Event | None:
        """What was complete but for its empty line when the input ended, as recordings may."""
        if self._rest.rstrip(b"\r"):
            self._line(self._rest.rstrip(b"\r"))
            self._rest = b""
        return self._dispatch()

    def _line(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"data" and self._size <= self._most:
            self._data.append(value[: self._most])
            self._size += len(value)

    def _dispatch(self) -> Event | None:
        event = Event(self._name or "message", b"\n".join(self._data)) if self._data or self._name else None
        self._name, self._data, self._size = "", [], 0
        return event
