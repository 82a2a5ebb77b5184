"""Reading JSON that others wrote: the wanted type or nothing, so that one odd optional field spoils no message."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.types import Failure

Document = Mapping[str, Any]  # a JSON object of another program: every value is looked at before it is used
_EMPTY: Document = {}

DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def text(document: Document, name: str) -> str | None:
    """The string under this name, None where it is missing, empty or something else."""
    value = document.get(name)
    return value if isinstance(value, str) and value else None


def number(document: Document, name: str) -> int | None:
    """The whole number under this name, also where it is written as a float or a string of digits."""
    value = document.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 63:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(document: Document, name: str) -> bool | None:
    """True or False under this name, None where it is neither."""
    value = document.get(name)
    return value if isinstance(value, bool) else None


def inner(document: Document, name: str) -> Document:
    """The object under this name; an empty one where there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else _EMPTY


def items(document: Document, name: str) -> list[Document]:
    """The objects in the list under this name; what is no object is passed over."""
    value = document.get(name)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def strings(document: Document, name: str) -> list[str]:
    """The non-empty strings in the list under this name."""
    value = document.get(name)
    return [entry for entry in value if isinstance(entry, str) and entry] if isinstance(value, list) else []


def moment(value: object) -> datetime | None:
    """An ISO 8601 time as a UTC datetime; one without a zone is taken as UTC. None where it is no such time."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values in order, each once."""
    return tuple(dict.fromkeys(values))


def undecodable(error: Exception, payload: bytes) -> Failure:
    """A payload that is no JSON, or not of the shape that was promised."""
    if isinstance(error, msgspec.ValidationError):
        return Failure("wrong type", f"a field has another type than the source documents: {error}", payload)
    if isinstance(error, RecursionError):
        return Failure("nested too deep", "the document is nested deeper than can be read", payload)
    return Failure("undecodable", f"not JSON in UTF-8: {error}", payload)
