"""One open file to batches, each with a cursor that survives restarts, rotation and truncation."""

import gzip
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from core.errors import Retry, Stop
from core.ports import Batch, Parsed, Tools
from core.time import Clock
from core.types import Deletion, Failure, Mark, Mention
from ingest._csv_records import CsvRecords
from ingest._encoding import Encoding, detect
from ingest._file_settings import Settings
from ingest._lines import Hash, Line, Lines
from ingest._records import ArrayRecords, JsonRecords, Records
from ingest._rows import Context

SOURCE = "file"
CHUNK = 256 * 1024
MOST_MESSAGES, MOST_BYTES = 500, 4 * 1024 * 1024  # of one batch
_DETECTED = frozenset({"auto", "utf-8-sig", "utf-16", "utf-32"})  # their byte order mark says the rest
_JSON_NAMES, _CSV_NAMES = (".jsonl", ".ndjson"), (".csv", ".tsv", ".tab")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A cursor: how far the file was read, and what tells that it is still the same file.

    at, number  bytes (after the byte order mark) and lines read
    digest      hash of those bytes: where the file no longer starts with them, it is another one
    """

    at: int
    number: int
    digest: str
    format: str
    encoding: Encoding
    delimiter: str = ""
    header: tuple[str, ...] = ()


def damaged(name: str) -> Failure:
    """The failure that stands for the part of a gzip file that cannot be unpacked."""
    return Failure("damaged gzip", f"{name} is damaged gzip; it was read as far as it goes", key=name)


def history(mention: Mention) -> Mention:
    """The mention marked as no live traffic."""
    return mention if Mark.HISTORY in mention.marks else replace(mention, marks=(*mention.marks, Mark.HISTORY))


def shape(start: bytes, name: str, settings: Settings) -> tuple[str, Encoding]:
    """The format (jsonl, json, csv) and encoding of a file that starts with these bytes."""
    encoding = detect(start, complete=len(start) < CHUNK)
    if settings.encoding.lower().replace("_", "-") not in _DETECTED:
        encoding = Encoding(name=settings.encoding, skip=encoding.skip)
    if settings.format != "auto":
        return settings.format, encoding
    text = start[encoding.skip : encoding.skip + 4096].decode(encoding.name, "replace").lstrip()
    plain = name.lower().removesuffix(".gz")
    if plain.endswith(_CSV_NAMES):
        return "csv", encoding
    if text.startswith("[") and not plain.endswith(_JSON_NAMES):
        return "json", encoding
    return "jsonl" if text.startswith(("{", "[")) or plain.endswith(_JSON_NAMES) else "csv", encoding


def records(
    format_: str,
    name: str,
    encoding: Encoding,
    settings: Settings,
    *,
    say: Callable[[str], None],
    clock: Clock,
    place: Place | None = None,
) -> Records:
    """What reads lines of that format, going on at the place where one is given."""
    context = _Contexts(name, settings, clock, say)
    if format_ == "csv":
        delimiter = "" if settings.delimiter == "auto" else settings.delimiter
        header = place.header if place else ()
        delimiter = place.delimiter if place else delimiter
        if not place and encoding.name == "cp1252" and settings.encoding == "auto":
            say(f"{name} is not UTF-8; it is read as Windows-1252")
        return CsvRecords(name, encoding, settings.columns, context, say=say, delimiter=delimiter, header=header)
    kind = ArrayRecords if format_ == "json" else JsonRecords
    encoding = encoding if encoding.name != "cp1252" or settings.encoding != "auto" else Encoding(name="utf-8")
    return kind(name, encoding, settings.columns, context)


class _Contexts:
    """The context of rows read now."""

    def __init__(self, name: str, settings: Settings, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock, self._name, self._say = clock, name, say
        self._said: set[str] = set()
        self._context = Context(
            source=SOURCE,
            namespace=settings.namespace or Path(name).name.split(".")[0],
            zone=ZoneInfo(settings.zone),
            seen_at=clock(),
            kind=settings.kind,
            site=settings.site,
            language=settings.language,
            rating_scale=settings.rating_scale,
            unread=self._unread,
        )

    def _unread(self, field: str, sentence: str) -> None:
        """Once a file and field: a column that is read wrongly is wrong in each row."""
        if field not in self._said:
            self._said.add(field)
            self._say(f"{self._name}: {sentence}; {field} is left unknown there, and in any other row like it")

    def __call__(self) -> Context:
        now = self._clock()
        if now != self._context.seen_at:
            self._context = replace(self._context, seen_at=now)
        return self._context


class Reading:
    """A file on its way through lines and records.

    place    where to go on; None, or the place in another file, reads from the start
    history  whether what stands in the file when it is opened is old: always, for a file that is not followed
    """

    def __init__(
        self, file: BufferedReader, name: str, settings: Settings, tools: Tools, *, place: Place | None, history: bool
    ) -> None:
        self._file, self._name, self._settings, self._tools = file, name, settings, tools
        self._packed = isinstance(file, gzip.GzipFile)
        grows = settings.follow and not self._packed
        self._old_until = 0 if not history else os.fstat(file.fileno()).st_size if grows else sys.maxsize
        self._lines = Lines()
        self._records: Records | None = None
        self._format = ""
        self._broken = False
        if place is not None:
            self._resume(place)

    def available(self) -> Iterator[Batch]:
        """Batches of what can be read now; the cursor of each stands after its last whole record."""
        while data := self._chunk():
            there = self._records
            if there is None:
                data = self._begin(data)
                there = self._records = self._made()
            yield from self._batches(there, self._lines.feed(data))

    def rest(self) -> Iterator[Batch]:
        """The file ends: its last line, and what waited for more."""
        yield from self.available()
        there = self._records
        if there is not None and not self._broken:
            yield from self._batches(there, self._lines.finish())
            yield from self._cut(self._marked(there.finish()))
        if self._broken:
            yield self._batch([damaged(self._name)])

    def replaced(self, path: Path) -> bool:
        """Whether another file stands at the path now, or this one was cut."""
        try:
            there, here = path.stat(), os.fstat(self._file.fileno())
        except OSError:
            return False
        moved = (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)
        return moved or (not self._packed and here.st_size < self._file.tell())

    def _chunk(self) -> bytes:
        """Up to CHUNK bytes; none at the end, for now or for good."""
        pieces = bytearray()
        try:
            while not self._broken and len(pieces) < CHUNK and (piece := self._file.read1(CHUNK - len(pieces))):
                pieces += piece
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self._broken = True
        except OSError as error:
            raise Retry(f"{self._name} cannot be read: {error.strerror}") from None
        return bytes(pieces)

    def _begin(self, data: bytes) -> bytes:
        """Find out what the file is; gives the bytes after its byte order mark."""
        self._format, self._encoding = shape(data, self._name, self._settings)
        if self._format == "json" and self._settings.follow:
            raise Stop(f"{self._name}: is one JSON array, which cannot be followed; write one JSON object a line")
        self._lines = Lines(self._encoding.newline)
        return data[self._encoding.skip :]

    def _made(self, place: Place | None = None) -> Records:
        tools = self._tools
        return records(
            self._format, self._name, self._encoding, self._settings, say=tools.report, clock=tools.clock, place=place
        )

    def _resume(self, place: Place) -> None:
        """Go on at the place, if the file still starts with what was read before."""
        hashed, left = Hash(), place.at
        self._file.read(place.encoding.skip)
        while left > 0 and (data := self._file.read(min(CHUNK, left))):
            hashed.update(data)
            left -= len(data)
        if left or hashed.hexdigest() != place.digest:
            self._tools.report(f"{self._name} is not the file it was; it is read from its start")
            self._file.seek(0)
            return
        self._format, self._encoding = place.format, place.encoding
        self._lines = Lines(self._encoding.newline, at=place.at, number=place.number, hashed=hashed)
        self._records = self._made(place)

    def _batches(self, there: Records, lines: Iterator[Line]) -> Iterator[Batch]:
        """Cut so that neither messages nor bytes of a batch pass their limit."""
        found: list[Parsed] = []
        weight, read = 0, False
        for line in lines:
            found += self._marked(there.take(line))
            weight, read = weight + len(line.data), True
            if len(found) >= MOST_MESSAGES or weight >= MOST_BYTES:
                yield self._batch(found)
                found, weight, read = [], 0, False
        if read:
            yield self._batch(found)

    def _cut(self, parsed: Iterator[Parsed]) -> Iterator[Batch]:
        found: list[Parsed] = []
        for item in parsed:
            found.append(item)
            if len(found) >= MOST_MESSAGES:
                yield self._batch(found)
                found = []
        yield self._batch(found)

    def _marked(self, parsed: Iterator[Parsed]) -> Iterator[Parsed]:
        """Marked history where the line stood in the file when it was opened."""
        for item in parsed:
            yield history(item) if isinstance(item, Mention) and self._lines.at <= self._old_until else item

    def _batch(self, found: Sequence[Parsed]) -> Batch:
        return Batch(
            mentions=tuple(item for item in found if isinstance(item, Mention)),
            deletions=tuple(item for item in found if isinstance(item, Deletion)),
            failed=tuple(item for item in found if isinstance(item, Failure)),
            cursor=self._cursor(),
        )

    def _cursor(self) -> str | None:
        """None while a record is half read: going on from before it reads it whole."""
        there = self._records
        if there is None or not there.whole:
            return None
        place = Place(
            at=self._lines.at,
            number=self._lines.number,
            digest=self._lines.digest,
            format=self._format,
            encoding=there.encoding,
            delimiter=there.delimiter,
            header=there.header,
        )
        return msgspec.json.encode(place).decode()
