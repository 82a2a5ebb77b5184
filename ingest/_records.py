"""Lines of a file to mentions, deletions and failures, pure and resumable: what all formats share, and JSON."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from core.errors import Misconfigured, Reject
from core.ports import Parsed
from core.types import Deletion, Enriched, Failure, Mention
from ingest._columns import at_path, flat, recognised
from ingest._encoding import Encoding
from ingest._lines import Line
from ingest._rows import Context, mention_of, refuse_foreign
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
