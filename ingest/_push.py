"""What is pushed over HTTP to messages: plain JSON, klankbord's own, and CloudEvents in each of their modes. Pure."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from core.errors import Reject
from core.ports import Parsed
from core.types import Deletion, Failure, Scope
from ingest._dates import moment
from ingest._records import json_value, message_of
from ingest._rows import Context, scoped
from ingest._valid import invalid_deletion, sound

JSON = frozenset({"application/json", "text/json"})
LINES = frozenset({"application/x-ndjson", "application/jsonl", "application/x-jsonlines"})
MOST_DEPTH = 3


def messages(body: bytes, context: Context, *, headers: Mapping[str, str]) -> Iterator[Parsed]:
    """The messages of one request, by its headers (lower case). Raises Reject where the whole is refused.

    reason "unsupported": a content type that is not taken; any other: the body is not what the headers say
    """
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "ce-specversion" in headers:
        yield from _values(_binary(body, content_type, headers), context)
    elif content_type in JSON or content_type.endswith("+json"):
        yield from _values(_read(body, "the body"), context)
    elif content_type in LINES:
        yield from _lines(body, context)
    else:
        kinds = "application/json, application/cloudevents+json or application/cloudevents-batch+json"
        said = f'the content type "{content_type[:60]}" is not taken' if content_type else "the content type is missing"
        raise Reject(f"{said}; send {kinds}", reason="unsupported")


def recorded(body: bytes, context: Context) -> Iterator[Parsed]:
    """The messages of a body whose headers are not known."""
    try:
        yield from _values(_read(body, "the body"), context)
    except Reject as whole:
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith((b"{", b"[")):
            yield Failure(whole.reason, sound(str(whole)), body)
            return
        yield from _lines(body, context)


def _lines(body: bytes, context: Context) -> Iterator[Parsed]:
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            if line.strip():
                yield from _values(_read(line, f"line {number}"), context)
        except Reject as error:
            yield Failure(error.reason, sound(str(error)), alone(line))


def _read(data: bytes, name: str) -> Any:
    """The JSON value in these bytes. Raises Reject with a sentence about what they are called."""
    try:
        return json_value(data)
    except Reject as error:
        raise Reject(f"{name} {error}", reason=error.reason) from None


def _values(value: Any, context: Context) -> Iterator[Parsed]:
    """One value or a list of them. Any: whatever JSON holds."""
    for item in value if isinstance(value, list) else [value]:
        payload = alone(msgspec.json.encode(item))
        try:
            yield _guarded(_message(item, context), payload)
        except Reject as error:
            yield Failure(error.reason, sound(str(error)), payload)


def _message(value: Any, context: Context) -> Parsed:
    if isinstance(value, dict) and "specversion" in value and "type" in value:
        return _event(value, context)
    if isinstance(value, dict) and (value.get("deleted") is True or value.get("action") == "deleted"):
        return _gone(value, context)
    return message_of(value, {}, context)


def _event(event: Mapping[str, Any], context: Context, depth: int = 0) -> Parsed:
    """CloudEvents 1.0: `data` is the message; the event's own id, source and time stand in for what it does not say."""
    origin, identifier = event.get("source"), event.get("id")
    if not isinstance(origin, str) or not isinstance(identifier, str) or not origin or not identifier:
        raise Reject("the event lacks id or source", reason="not a CloudEvent")
    within = replace(context, namespace=origin.rstrip("/") or context.namespace)
    data = {} if _is_deletion(event) and not event.get("data") and "data_base64" not in event else _data(event)
    if isinstance(data, str):
        data = {"text": data}
    if not isinstance(data, dict):
        raise Reject("the event's data is not an object with fields", reason="wrong type")
    said = {"created_at": event["time"]} if isinstance(event.get("time"), str) and not _says_time(data) else {}
    named = {} if "id" in data else {"id": event.get("subject") if _is_deletion(event) else identifier}
    data = {**named, **said, **data}
    if _is_deletion(event) and "target" not in data:
        return _gone({"deleted_at": event.get("time"), **data}, within)
    return _message(data, within) if depth < MOST_DEPTH and "specversion" not in data else message_of(data, {}, within)


def _says_time(data: Mapping[str, Any]) -> bool:
    return any(name in data for name in ("created_at", "date", "datum", "published_at", "timestamp", "created", "at"))


def _is_deletion(event: Mapping[str, Any]) -> bool:
    return str(event.get("type", "")).lower().endswith(("deleted", ".delete", ".deletion", ".removed"))


def _data(event: Mapping[str, Any]) -> Any:
    if "data_base64" not in event:
        return event.get("data")
    try:
        raw = base64.b64decode(str(event["data_base64"]), validate=True)
    except (binascii.Error, ValueError):
        raise Reject("the event's data_base64 is not base64", reason="not a CloudEvent") from None
    return _by_type(raw, str(event.get("datacontenttype") or "application/json"), "the event's data")


def _by_type(raw: bytes, content_type: str, name: str) -> Any:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in JSON or kind.endswith("+json"):
        return _read(raw, name)
    if kind.startswith("text/"):
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise Reject(f"{name} is not UTF-8 text (byte {error.start})", reason="not UTF-8") from None
    raise Reject(f'the content type "{kind[:60]}" of {name} is not taken; send JSON', reason="unsupported")


def _binary(body: bytes, content_type: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Binary mode: attributes are headers, percent-encoded; the body is the data."""
    attributes: dict[str, Any] = {
        name.removeprefix("ce-"): sound(unquote(value)) for name, value in headers.items() if name.startswith("ce-")
    }
    return {
        "type": "",
        **attributes,
        "data": _by_type(body, content_type or "application/json", "the body") if body else None,
    }


def _gone(value: Mapping[str, Any], context: Context) -> Deletion | Failure:
    identifier = value.get("id")
    if not isinstance(identifier, (str, int)) or isinstance(identifier, bool) or identifier == "":
        raise Reject("a deletion needs the id of what is gone", reason="no id")
    named = str(identifier)
    target = named if named.startswith(f"{context.source}:") else f"{context.source}:{scoped(named, context)}"
    at = context.seen_at
    if isinstance(value.get("deleted_at"), str):
        try:
            at = moment(value["deleted_at"], context.zone)
        except ValueError as error:
            raise Reject(f"deleted_at: {error}", reason="unreadable date") from None
    deletion = Deletion(target=target, scope=Scope.MENTION, at=at, reason="deleted")
    return invalid_deletion(deletion, context.seen_at) or deletion


def alone(payload: bytes) -> bytes:
    """What was pushed, as a list of one.

    Replaying takes a dead letter that is klankbord's own record as it is; one that was pushed has to come this way again.
    """
    return b"[" + payload + b"]"


def _guarded(parsed: Parsed, payload: bytes) -> Parsed:
    """A failure carries what was sent."""
    return replace(parsed, payload=payload) if isinstance(parsed, Failure) else parsed
