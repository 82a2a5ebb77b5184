"""Files of messages: JSONL, JSON and CSV, plain or gzip, read once or followed as they grow."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from io import BufferedReader, BytesIO
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.errors import Misconfigured, Stop
from core.ports import Batch, Parse, Parsed, Tools
from core.time import Clock
from core.types import Failure, Mention
from ingest._file_settings import Settings
from ingest._lines import Lines
from ingest._reading import CHUNK, Place, Reading, damaged, history, records, shape
from ingest._records import on_its_own
from ingest._valid import EARLIEST, sound

__all__ = ["Settings", "build", "parse", "parse_by"]

GZIP = b"\x1f\x8b"
REPLAYABLE = b"sep="
"""How a row that was set aside starts: it stands under a header that says its fields by their own names, in UTF-8."""
ON_ITS_OWN = {"format": "csv", "columns": {}, "delimiter": "auto", "encoding": "utf-8"}


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator["Files"]:
    yield Files(settings, tools)


class Files:
    """The connector: a stream a file."""

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._settings, self._tools = settings, tools
        self._streams: Sequence[str] = ()

    def streams(self) -> Sequence[str]:
        """The files that are there, patterns resolved; a pattern that matches none stands for itself.

        Where files are followed, those that came since as well; else the files that were there first.
        """
        if self._settings.follow or not self._streams:
            self._streams = self._found()
        return self._streams

    def _found(self) -> Sequence[str]:
        found: dict[str, None] = {}
        for path in self._settings.paths:
            is_pattern = any(sign in path for sign in "*?[")
            matches = sorted(map(str, self._settings.folder.glob(path))) if is_pattern else []
            found |= dict.fromkeys(_shown(match, self._settings.folder) for match in matches or [path])
        return tuple(found)

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        """Raises Stop where a file that is not followed is not there or cannot be read."""
        place = _place(cursor)
        path = self._settings.folder / stream
        history = cursor is None or not self._settings.follow
        covered = _Covered(self._tools.clock)
        while True:
            opened = self._open(path)
            if opened is not None:
                with opened:
                    reading = Reading(opened, stream, self._settings, self._tools, place=place, history=history)
                    async with aclosing(self._read(reading, path)) as read:
                        async for batch in read:
                            yield covered.told(batch) if batch.mentions or self._settings.follow else batch
                place, history = None, False
            if not self._settings.follow:
                return
            yield Batch()
            await self._pause()

    async def _read(self, reading: Reading, path: Path) -> AsyncGenerator[Batch, None]:
        """Until the end of a file that is not followed, or until another one stands in a followed one's place."""
        while True:
            for batch in reading.available():
                yield batch
                await asyncio.sleep(0)
            if not self._settings.follow or reading.replaced(path):
                break
            yield Batch()
            await self._pause()
        for batch in reading.rest():
            yield batch

    async def _pause(self) -> None:
        await asyncio.sleep(self._settings.every.total_seconds())

    def _open(self, path: Path) -> BufferedReader | None:
        """The file, unpacked as it is read; None while a followed one is not there yet."""
        try:
            with path.open("rb") as file:
                packed = file.read(2) == GZIP
            return gzip.GzipFile(path, "rb") if packed else path.open("rb")  # type: ignore[return-value] # reads as one
        except FileNotFoundError:
            if self._settings.follow:
                return None
            raise Stop(f"{path}: there is no such file") from None
        except OSError as error:
            raise Stop(f"{path}: cannot be read: {error.strerror}") from None


class _Covered:
    """What a file covers: the time its rows span and, while it is followed to its end, the time until now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: datetime | None = None
        self._until: datetime | None = None

    def told(self, batch: Batch) -> Batch:
        """The batch with the stretch covered so far; an empty one is what a followed file gives at its end."""
        now = self._clock()
        times = [mention.created_at for mention in batch.mentions if EARLIEST <= mention.created_at <= now]
        known = [*times, self._since] if self._since else times
        if not known:
            return batch
        self._since = min(known)
        latest = max(times) if times else now
        self._until = max(latest, self._until or latest)
        return replace(batch, since=self._since, until=self._until)


def parse(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
    """What a file of that name and content holds, columns found by their names. Never raises; marks nothing history."""
    return _guarded(payload, name, seen_at, Settings(paths=(name,)))


def parse_by(settings: Settings) -> Parse:
    """As `parse`, of rows set aside from files that these settings read: history where the files are not followed."""

    def parse_row(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
        own = settings.model_copy(update=ON_ITS_OWN) if payload.startswith(REPLAYABLE) else settings
        for found in _guarded(payload, name, seen_at, own):
            yield found if settings.follow or not isinstance(found, Mention) else history(found)

    return parse_row


def _guarded(payload: bytes, name: str, seen_at: datetime, settings: Settings) -> Iterator[Parsed]:
    try:
        yield from _placed(_parsed(payload, name, seen_at, settings), name)
    except Misconfigured as error:
        yield Failure("no columns", sound(str(error)), payload)
    except Exception as error:  # noqa: BLE001 - the guard of a function that never raises, whatever it is given
        yield Failure("malformed", sound(f"{name}: {type(error).__name__}: {error}"[:500]), payload)


def _placed(found: Iterator[Parsed], name: str) -> Iterator[Parsed]:
    """The same; the failure of an only row does not say where it stands."""
    first = next(found, None)
    if isinstance(first, Failure):
        try:
            second = next(found, None)
        except Misconfigured:
            yield first
            raise
        yield from [first, second] if second else [on_its_own(first, name)]
    elif first:
        yield first
    yield from found


def _parsed(payload: bytes, name: str, seen_at: datetime, settings: Settings) -> Iterator[Parsed]:
    content, cut = _unpacked(payload)
    format_, encoding = shape(content, name, settings)
    said: list[str] = []
    reader = records(format_, name, encoding, settings, say=said.append, clock=lambda: seen_at)
    lines = Lines(encoding.newline)
    for line in lines.feed(content[encoding.skip :]):
        yield from reader.take(line)
    if cut:
        yield damaged(name)
        return
    for line in lines.finish():
        yield from reader.take(line)
    yield from reader.finish()


def _unpacked(payload: bytes) -> tuple[bytes, bool]:
    """The content, and whether it is cut short by damage."""
    if not payload.startswith(GZIP):
        return payload, False
    content = bytearray()
    with gzip.GzipFile(fileobj=BytesIO(payload)) as file:
        try:
            while piece := file.read1(CHUNK):
                content += piece
        except (EOFError, OSError, zlib.error):
            return bytes(content), True
    return bytes(content), False


def _place(cursor: str | None) -> Place | None:
    """The place a cursor tells; None for one of another release, which reads the file anew."""
    try:
        return msgspec.json.decode(cursor, type=Place) if cursor else None
    except msgspec.DecodeError:
        return None


def _shown(path: str, folder: Path) -> str:
    """A file's name as its stream's name: relative to the folder where it is in it."""
    return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else path
