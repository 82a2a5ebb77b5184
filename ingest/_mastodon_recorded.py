"""Recorded input of Mastodon to messages: streams as text or JSON, entities, HTTP exchanges."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from core.types import Deletion, Failure, Mention
from ingest import _json as read
from ingest import _mastodon as entities
from ingest._mastodon import DELETED
from ingest._sse import Event, EventReader

Parsed = Mention | Deletion | Failure
_INSIDE = ("status", "last_status", "statuses", "ancestors", "descendants", "notifications")
_HISTORY = re.compile(r"/api/v\d+/statuses/([^/?]+)/history$")
_ONE = re.compile(r"/api/v\d+/statuses/([^/?]+)/?$")
_UNBOOST = re.compile(r"/api/v\d+/statuses/([^/?]+)/unreblog$")


def parse(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
    """Server-sent text, streaming JSON (one, a list, or lines), a status, statuses, other entities, HTTP exchanges.

    Each version of a status comes once. Total: what cannot be read is a Failure.
    """
    del name
    whole = payload.removeprefix(b"\xef\xbb\xbf").strip()
    reader = _Recorded(seen_at)
    if whole and whole[:1] not in {b"{", b"["}:
        yield from reader.text(whole)
        return
    for piece, document in _documents(whole):
        if isinstance(document, Failure):
            yield document
        else:
            yield from reader.entry(document, piece)


def event(said: Event, *, instance: str, seen_at: datetime) -> Iterator[Parsed]:
    """What one streaming event says; events about other things say nothing."""
    if said.name == DELETED:
        native = said.data.decode("utf-8", "replace").strip().strip('"')
        if not native:
            yield Failure("incomplete", "a delete event without an id", said.data)
        else:
            yield entities.deletion(native, instance=instance, at=seen_at)
    elif said.name in {"update", "status.update", "notification", "conversation"}:
        try:
            document = msgspec.json.decode(said.data)
        except read.DECODE_ERRORS as error:
            yield read.undecodable(error, said.data)
            return
        yield from _told(document, said, instance=instance, seen_at=seen_at)


def _told(document: object, said: Event, *, instance: str, seen_at: datetime) -> Iterator[Parsed]:
    found = list(_statuses(document))
    if not found and said.name in {"update", "status.update"}:
        yield Failure("incomplete", f"an {said.name} event that holds no status", said.data)
    for one in found:
        yield entities.status(one, instance=instance, seen_at=seen_at, payload=said.data)


class _Recorded:
    """One recording on its way through: which instance it is of, and which versions came already."""

    def __init__(self, seen_at: datetime) -> None:
        self._seen_at = seen_at
        self._instance: str | None = None
        self._last: dict[str, read.Document] = {}
        self._boosts: dict[str, str] = {}
        self._versions: set[object] = set()

    def text(self, payload: bytes) -> Iterator[Parsed]:
        reader = EventReader()
        events = list(reader.feed(payload + b"\n"))
        last = reader.end()
        events += [last] if last else []
        if not events:
            yield Failure("undecodable", "neither JSON nor server-sent events", payload)
        for said in events:
            yield from self._event(said)

    def entry(self, document: Any, payload: bytes) -> Iterator[Parsed]:  # Any: JSON as decoded
        match document:
            case list():
                self._learn(document)
                for one in document:
                    yield from self.entry(one, msgspec.json.encode(one))
            case {"uri": str(), "method": str(), "body": _}:
                yield from self._exchange(document)
            case {"event": str(name), **rest}:
                told = rest.get("payload")
                data = told.encode() if isinstance(told, str) else msgspec.json.encode(told)
                yield from self._event(Event(name, data))
            case dict():
                found = list(_statuses(document))
                self._learn(found)
                if not found and not _other(document):
                    yield Failure("unknown shape", "no status, event or recorded exchange", payload)
                for one in found:
                    yield from self._status(one)
            case _:
                yield Failure("wrong type", "an object is expected", payload)

    def _event(self, said: Event) -> Iterator[Parsed]:
        if said.name != DELETED and self._instance is None:
            self._learn(_loose(said.data))
        for parsed in event(said, instance=self._instance or "unknown", seen_at=self._seen_at):
            if not isinstance(parsed, Mention) or self._is_new(parsed):
                yield parsed

    def _exchange(self, exchange: read.Document) -> Iterator[Parsed]:
        address = urlsplit(str(exchange["uri"]))
        self._instance = self._instance or address.netloc or None
        body, code = exchange["body"], read.number(exchange, "status") or 200
        if not 200 <= code < 300:
            return
        if isinstance(body, str):
            yield from self.text(body.strip().encode("utf-8", "surrogatepass")) if "stream" in address.path else ()
            return
        if history := _HISTORY.search(address.path):
            yield from self._history(history[1], body)
        elif (gone := _ONE.search(address.path)) and exchange["method"] == "DELETE":
            yield self._deleted(gone[1])
        elif (gone := _UNBOOST.search(address.path)) and gone[1] in self._boosts:
            yield self._deleted(self._boosts.pop(gone[1]))
        else:
            for one in _statuses(body):
                yield from self._status(one)

    def _history(self, native: str, versions: object) -> Iterator[Parsed]:
        """A list of StatusEdit: what each left out is as in the status itself, where the recording holds it."""
        edits = [one for one in versions if isinstance(one, dict)] if isinstance(versions, list) else []
        for number, edit in enumerate(edits):
            known = self._last.get(native, {})
            whole = {**known, **edit, "id": native, "created_at": edits[0].get("created_at")}
            whole["edited_at"] = edit.get("created_at") if number else None
            yield from self._status(whole, remember=False)

    def _status(self, document: read.Document, *, remember: bool = True) -> Iterator[Parsed]:
        instance = self._instance or "unknown"
        parsed = entities.status(
            document, instance=instance, seen_at=self._seen_at, payload=msgspec.json.encode(document)
        )
        native = entities.native_id(document)
        if native and remember:
            self._last[native] = document
            if boosted := entities.native_id(read.inner(document, "reblog")):
                self._boosts[boosted] = native
        if isinstance(parsed, Failure) or self._is_new(parsed):
            yield parsed

    def _deleted(self, native: str) -> Deletion:
        return entities.deletion(native, instance=self._instance or "unknown", at=self._seen_at)

    def _is_new(self, mention: Mention) -> bool:
        version = (mention.id, mention.edited_at, mention.text, mention.content_warning)
        new = version not in self._versions
        self._versions.add(version)
        return new

    def _learn(self, document: object) -> None:
        """Which instance this was read from: where a local author lives, or what a recorded exchange asked."""
        if self._instance is not None:
            return
        whole = document if isinstance(document, list) else [document]
        bodies = [one["body"] if isinstance(one, dict) and "body" in one else one for one in whole]
        homes = (entities.home(one) for body in bodies for one in _statuses(body))
        self._instance = next((found for found in homes if found), None)


def _statuses(document: object) -> Iterator[read.Document]:
    """The statuses in an entity or a list of entities; a boosted or quoted one is part of its status."""
    if isinstance(document, list):
        for one in document:
            yield from _statuses(one)
    elif isinstance(document, dict):
        if entities.is_status(document):
            yield document
            return
        for name in _INSIDE:
            yield from _statuses(document.get(name))


def _other(document: read.Document) -> bool:
    """Whether this is another of Mastodon's entities, one that holds no status."""
    return bool({"id", "accounts", "hashtags", "domain", "uri", "error", "ancestors", "content"} & set(document))


def _loose(data: bytes) -> object:
    try:
        return msgspec.json.decode(data)
    except read.DECODE_ERRORS:
        return None


def _documents(payload: bytes) -> Iterator[tuple[bytes, object]]:
    """The documents of a file that holds one, or one a line."""
    try:
        yield payload, msgspec.json.decode(payload)
    except read.DECODE_ERRORS as error:
        lines = [line for line in payload.splitlines() if line.strip()]
        if len(lines) < 2 or not any(line.startswith((b"{", b"[")) and line.endswith((b"}", b"]")) for line in lines):
            yield payload, read.undecodable(error, payload)
            return
        for line in lines:
            try:
                yield line, msgspec.json.decode(line)
            except read.DECODE_ERRORS as mistake:
                yield line, read.undecodable(mistake, line)
