"""Lines of a JSONL or CSV file to mentions, deletions and failures: pure, one line at a time, resumable."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from core.errors import Misconfigured, Reject
from core.ports import Parsed
from core.types import Deletion, Enriched, Failure, Mention
from ingest._columns import at_path, configured, flat, recognised
from ingest._encoding import Encoding
from ingest._lines import Line
from ingest._rows import Context, mention_of, refuse_foreign
from ingest._table import MOST_ABOVE, MOST_LINES, cells, delimiter_of, is_header, is_open, named, same_header, written
from ingest._valid import invalid_deletion, settled, sound

MOST_ARRAY = 256 * 1024 * 1024
TOO_LONG = "is longer than 32 MB"
LATEST = datetime(2100, 1, 1, tzinfo=UTC)  # of klankbord's own records, whose seen_at is their own

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_PAIR = re.compile(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")

Say = Callable[[str], None]
ContextAt = Callable[[], Context]


class Records(Protocol):
    """Takes lines, gives what they hold. `whole` says that no record is half read, so that a cursor may stand here."""

    @property
    def whole(self) -> bool: ...

    @property
    def header(self) -> tuple[str, ...]: ...

    @property
    def delimiter(self) -> str: ...

    @property
    def encoding(self) -> Encoding: ...

    def take(self, line: Line) -> Iterator[Parsed]: ...

    def finish(self) -> Iterator[Parsed]:
        """The file ends here."""
        ...


def refused(error: Reject, *, name: str, number: int, payload: bytes) -> Failure:
    """The failure of one row, naming file and line."""
    return Failure(error.reason, sound(f"{name}, line {number}: {error}"), payload, sound(f"{name}:{number}"))


def on_its_own(failure: Failure, name: str) -> Failure:
    """The failure of the only row there is, as one that is replayed: its line here is not the one it stood in."""
    rest = re.sub(r"^, line \d+: ", ": ", failure.detail.removeprefix(sound(name)))
    return replace(failure, detail=f"{sound(name)}{rest}")


def placed(parsed: Parsed, *, name: str, number: int, payload: bytes) -> Parsed:
    """What a row holds; a failure names file and line and carries the row as it stood there."""
    if not isinstance(parsed, Failure):
        return parsed
    return refused(Reject(parsed.detail, reason=parsed.reason), name=name, number=number, payload=payload)


def message_of(value: Any, columns: Mapping[str, str | None], context: Context) -> Mention | Deletion | Failure:
    """A JSON value as a message: klankbord's own as it is, any other object by its fields. Any: whatever JSON holds.

    columns  field to JSON path, None for a field to leave out; what it does not name is found by the names people give
    Raises Reject where it cannot be one.
    """
    if not isinstance(value, dict):
        raise Reject("it is not an object with fields", reason="wrong type")
    own = _own(value)
    if isinstance(own, Deletion):
        refuse_foreign((own.target,), context)
        return invalid_deletion(own, max(context.seen_at, min(own.at, LATEST))) or own
    if own is not None:
        identifiers = (own.id, own.author.id, own.reply_to, own.thread, own.repost_of, own.quote_of)
        refuse_foreign((f"{own.source}:", *identifiers), context)
        own = own if context.trusted else replace(own, stream="", marks=())
        return settled(own, max(context.seen_at, min(own.seen_at, LATEST)))
    values = flat(value)
    found = {field: values[column] for field, column in recognised(tuple(values)).items()}
    found |= {field: at_path(value, path) for field, path in columns.items() if path is not None}
    found = {field: held for field, held in found.items() if columns.get(field, "") is not None}
    return settled(mention_of(found, context), context.seen_at)


def _own(value: dict[str, Any]) -> Mention | Deletion | None:
    """What klankbord wrote itself, tagged or not; None for any other object."""
    try:
        if value.get("type") == "enriched" and isinstance(value.get("mention"), dict):
            return msgspec.convert(value, Enriched).mention
        if value.get("type", "deletion") == "deletion" and value.keys() >= {"target", "scope", "at"}:
            return msgspec.convert(value, Deletion)
        written = value.keys() >= {"id", "source", "text", "created_at", "seen_at"}
        if value.get("type", "mention") == "mention" and written and isinstance(value.get("author"), dict):
            return msgspec.convert(value, Mention)
    except msgspec.ValidationError as error:
        raise Reject(str(error), reason="wrong type") from None
    return None


def json_value(data: bytes) -> Any:
    """The JSON value in these bytes. Raises Reject with the reason: not UTF-8, too deep, lone surrogate, not JSON."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise Reject("is nested too deeply", reason="too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(data, error) from None


def _not_json(data: bytes, error: Exception) -> Reject:
    """What is really wrong, and where: the decoder counts from the start of the string it was in."""
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        return Reject(f"is not UTF-8 text (byte {wrong.start})", reason="not UTF-8")
    if _SURROGATE.search(_PAIR.sub("", text)):
        return Reject("holds half of a surrogate pair, which is no character", reason="lone surrogate")
    return Reject(f"is not JSON: {error}", reason="not JSON")


class JsonRecords:
    """One JSON value a line."""

    whole = True
    header: tuple[str, ...] = ()
    delimiter = ""

    def __init__(self, name: str, encoding: Encoding, columns: Mapping[str, str | None], context: ContextAt) -> None:
        self._name, self.encoding, self._columns, self._context = name, encoding, columns, context

    def take(self, line: Line) -> Iterator[Parsed]:
        try:
            data = self._utf8(line).strip(b"\r \t")
            if data:
                message = message_of(json_value(data), self._columns, self._context())
                yield placed(message, name=self._name, number=line.number, payload=line.data)
        except Reject as error:
            yield refused(error, name=self._name, number=line.number, payload=line.data)

    def finish(self) -> Iterator[Parsed]:
        return iter(())

    def _utf8(self, line: Line) -> bytes:
        if line.cut:
            raise Reject(TOO_LONG, reason="line too long")
        if self.encoding.name == "utf-8":
            return line.data
        try:
            return line.data.decode(self.encoding.name).encode()
        except UnicodeError:
            raise Reject(f"is not {self.encoding.name} text", reason="not UTF-8") from None


class ArrayRecords:
    """One JSON array over the whole file: its items come when it ends."""

    header: tuple[str, ...] = ()
    delimiter = ""

    def __init__(self, name: str, encoding: Encoding, columns: Mapping[str, str | None], context: ContextAt) -> None:
        self._name, self.encoding, self._columns, self._context = name, encoding, columns, context
        self._data = bytearray()
        self.whole = False

    def take(self, line: Line) -> Iterator[Parsed]:
        """Raises Misconfigured where the array is too large to be held."""
        self._data += line.data + b"\n"
        if line.cut or len(self._data) > MOST_ARRAY:
            raise Misconfigured([f"{self._name}: is too large for one JSON array; write one JSON object a line"])
        return iter(())

    def finish(self) -> Iterator[Parsed]:
        number = 0
        try:
            data = bytes(self._data)
            items = json_value(data if self.encoding.name == "utf-8" else data.decode(self.encoding.name).encode())
        except Reject as error:
            yield refused(error, name=self._name, number=1, payload=bytes(self._data))
            items = []
        except UnicodeError:
            yield refused(
                Reject("is not text", reason="not UTF-8"), name=self._name, number=1, payload=bytes(self._data)
            )
            items = []
        for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
            try:
                message = message_of(item, self._columns, self._context())
            except Reject as error:
                message = Failure(error.reason, str(error))
            if isinstance(message, Failure):
                detail = sound(f"{self._name}, item {number} of the array: {message.detail}")
                key = sound(f"{self._name}:1")
                message = replace(message, detail=detail, key=key, payload=msgspec.json.encode(item))
            yield message
        self.whole = True


def _plain(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@")) else cell


class CsvRecords:
    """Rows under a header, one line or, with quotes, several."""

    def __init__(
        self,
        name: str,
        encoding: Encoding,
        columns: Mapping[str, str | None],
        context: ContextAt,
        *,
        say: Say,
        delimiter: str = "",
        header: tuple[str, ...] = (),
    ) -> None:
        self._name, self.encoding, self._configured, self._context = name, encoding, columns, context
        self._say = say
        self.delimiter = delimiter
        self.header: tuple[str, ...] = ()
        self._fields: dict[str, str] = {}
        self._pending: list[tuple[Line, str]] = []
        self._above: list[tuple[list[str], str, list[Line]]] = []  # cells, delimiter and lines before the header
        if header:
            self._set_header(header)

    @property
    def whole(self) -> bool:
        return not self._pending and not self._above

    def take(self, line: Line) -> Iterator[Parsed]:
        """Raises Misconfigured where a configured column is not there, or none of the header's holds the text."""
        try:
            text = self._text(line)
        except Reject as error:
            yield from self._give_up()
            yield refused(error, name=self._name, number=line.number, payload=line.data)
            return
        if not self._pending and not text.strip():
            return
        if not self.header and not self._pending and self._separator(text):
            return
        delimiter = self.delimiter or delimiter_of(text)
        self._pending.append((line, text))
        if is_open(text, delimiter, inside=len(self._pending) > 1):
            if len(self._pending) > MOST_LINES:
                yield from self._give_up()
            return
        yield from self._record(delimiter)

    def finish(self) -> Iterator[Parsed]:
        yield from self._give_up()
        yield from self._first_is_header()

    def _text(self, line: Line) -> str:
        if line.cut:
            raise Reject(TOO_LONG, reason="line too long")
        try:
            return line.data.decode(self.encoding.name)
        except UnicodeError as error:
            if self.encoding.certain:
                raise Reject(f"is not {self.encoding.name} text: {error}"[:200], reason="not UTF-8") from None
        self.encoding = Encoding(name="cp1252")
        self._say(f"{self._name} is not UTF-8 from line {line.number} on; it is read as Windows-1252")
        return self._text(line)

    def _separator(self, text: str) -> bool:
        """The first line `sep=;` that spreadsheets write."""
        line = text.strip().lower()
        if line.startswith("sep=") and len(line) == 5:
            self.delimiter = line[4]
            return True
        return False

    def _record(self, delimiter: str) -> Iterator[Parsed]:
        lines, self._pending = self._pending, []
        number = lines[0][0].number
        record = "\n".join(text for _, text in lines)
        try:
            row = cells(record, delimiter)
            if not self.header:
                yield from self._before_header(row, delimiter, [line for line, _ in lines])
            elif not same_header(row, self.header) and any(cell.strip() for cell in row):
                context = self._context()
                message = settled(mention_of(self._values(row), context), context.seen_at)
                yield placed(message, name=self._name, number=number, payload=self._replayable(record))
        except ValueError as error:
            reject = Reject(str(error), reason="not CSV")
            yield refused(reject, name=self._name, number=number, payload=self._replayable(record))
        except Reject as error:
            yield refused(error, name=self._name, number=number, payload=self._replayable(record))

    def _before_header(self, row: list[str], delimiter: str, lines: list[Line]) -> Iterator[Parsed]:
        """Titles may stand above the header; where no line looks like one, the first has to be it."""
        columns = [column for column in self._configured.values() if column is not None]
        if is_header(row, columns, first=not self._above):
            self.delimiter = delimiter
            self._set_header(tuple(named(row)))
            if self._above:
                first, last = self._above[0][2][0].number, self._above[-1][2][-1].number
                self._say(f"{self._name}: the header is line {lines[0].number}; lines {first}-{last} are passed over")
                self._above = []
            return
        self._above.append((row, delimiter, lines))
        if len(self._above) >= MOST_ABOVE:
            yield from self._first_is_header()

    def _first_is_header(self) -> Iterator[Parsed]:
        if not self._above:
            return
        (row, self.delimiter, _), *rest = self._above
        self._above = []
        self._set_header(tuple(named(row)))
        for _, _, lines in rest:
            for line in lines:
                yield from self.take(line)

    def _replayable(self, record: str) -> bytes:
        """The row under a header that says its fields by their own names, so that it can be read on its own later.

        What is no field stands in brackets, so that its name is not taken for one.
        """
        fields = {column: field for field, column in self._fields.items()}
        header = written([fields.get(column, f"({column})") for column in self.header], self.delimiter or ",")
        return sound(f"sep={self.delimiter or ','}\n{header}\n{record}\n" if self.header else record).encode()

    def _set_header(self, header: tuple[str, ...]) -> None:
        self._fields = configured(self._configured, header, where=self._name)
        if not {"text", "title", "rating"} & self._fields.keys():
            names = ", ".join(header)[:300]
            raise Misconfigured(
                [f"{self._name}: no column looks like the text of a message; say which one is, under columns: {names}"]
            )
        self.header = header

    def _values(self, row: list[str]) -> dict[str, str]:
        if len(row) > len(self.header) and any(cell.strip() for cell in row[len(self.header) :]):
            raise Reject(f"has {len(row)} cells, the header has {len(self.header)}", reason="wrong number of cells")
        by_column = {name: _plain(cell) for name, cell in zip(self.header, row, strict=False)}
        needed = [self._fields[field] for field in ("text", "created_at") if field in self._fields]
        if any(column not in by_column for column in needed):
            raise Reject(f"has {len(row)} cells, the header has {len(self.header)}", reason="wrong number of cells")
        values = {field: by_column[column] for field, column in self._fields.items() if column in by_column}
        if not values.get("created_at", "said").strip():
            raise Reject("its date is empty, though the file has dates; it would count as of today", reason="no date")
        return values

    def _give_up(self) -> Iterator[Parsed]:
        """A quoted cell never closed: refuse the line that opened it and read the others on their own."""
        while self._pending:
            lines, self._pending = self._pending, []
            first = lines[0][0]
            error = Reject("a quote is opened and never closed", reason="not CSV")
            yield refused(error, name=self._name, number=first.number, payload=first.data)
            for line, _ in lines[1:]:
                yield from self.take(line)
