"""Items of Hacker News to messages: pure. Shapes: items, lists of items, updates, maxitem, users of API v0."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from core.time import from_milliseconds
from core.types import Author, Deletion, Engagement, Failure, Kind, Media, Mention, Scope
from ingest import _json as read
from ingest._html import plain

SOURCE = "hackernews"
SITE = "https://news.ycombinator.com"
_KINDS = {
    "story": Kind.POST,
    "job": Kind.POST,
    "poll": Kind.POST,
    "comment": Kind.COMMENT,
    "pollopt": Kind.COMMENT,
}
Parsed = Mention | Deletion | Failure
Threads = Mapping[int, int]  # what an item hangs under: its parent, 0 where it is the first of its thread


def parse(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
    """An item, a list of items, items a line, or recorded HTTP exchanges; null, counts, updates and users say nothing.

    Total: what cannot be read is a Failure.
    """
    del name
    pieces = list(_pieces(payload.removeprefix(b"\xef\xbb\xbf").strip()))
    threads = {
        number: read.number(document, "parent") or read.number(document, "poll") or 0
        for _, document in pieces
        if isinstance(document, dict) and (number := read.number(document, "id"))
    }
    for piece, document in pieces:
        outcome = document if isinstance(document, Failure) else item(document, piece, seen_at=seen_at, threads=threads)
        if outcome is not None:
            yield outcome


def _pieces(payload: bytes) -> Iterator[tuple[bytes, Any]]:  # Any: JSON as decoded
    if not payload:
        return
    try:
        document = msgspec.json.decode(payload)
    except read.DECODE_ERRORS as error:
        lines = [line for line in payload.splitlines() if line.strip()]
        if len(lines) < 2 or not any(line.startswith(b"{") and line.endswith(b"}") for line in lines):
            yield payload, read.undecodable(error, payload)
            return
        for line in lines:
            yield from _pieces(line.strip())
        return
    yield from _unfolded(document, payload)


def _unfolded(document: Any, payload: bytes) -> Iterator[tuple[bytes, Any]]:  # Any: JSON as decoded
    if isinstance(document, list):
        for one in document:
            yield from _unfolded(one, msgspec.json.encode(one))
    elif isinstance(document, dict) and {"uri", "body"} <= set(document):
        yield from _unfolded(document["body"], msgspec.json.encode(document["body"]))
    else:
        yield payload, document


def item(document: object, payload: bytes, *, seen_at: datetime, threads: Threads) -> Parsed | None:
    """What one item says; None for null, a count, updates, a user, or an item without any text.

    threads  what other items hang under
    """
    if document is None or isinstance(document, int):
        return None
    if not isinstance(document, Mapping):
        return Failure("wrong type", "an item is an object", payload)
    number = read.number(document, "id")
    if number is None:
        if "karma" in document or "profiles" in document or isinstance(document.get("items"), list):
            return None
        return Failure("incomplete", "an item without a number as its id", payload)
    key = f"{SOURCE}:{number}"
    if document.get("deleted") is True:
        return Deletion(target=key, scope=Scope.MENTION, at=seen_at, reason="deleted")
    if document.get("dead") is True:
        return Deletion(target=key, scope=Scope.MENTION, at=seen_at, reason="flagged", reversible=True)
    kind, by = _KINDS.get(read.text(document, "type") or ""), read.text(document, "by")
    if kind is None or by is None:
        return Failure("incomplete", "an item without its author, or of a type that is not documented", payload, key)
    created = _moment(document)
    if created is None:
        return Failure("bad time", f"time {str(document.get('time'))[:60]} is no time", payload, key)
    made = _mention(document, number=number, by=by, kind=kind, created=created, seen_at=seen_at, threads=threads)
    return made if made.text or made.title else None


def _mention(
    document: read.Document, *, number: int, by: str, kind: Kind, created: datetime, seen_at: datetime, threads: Threads
) -> Mention:
    parent = read.number(document, "parent") or read.number(document, "poll")
    root = _root(parent, threads) if parent else None
    link = read.text(document, "url")
    return Mention(
        id=f"{SOURCE}:{number}",
        source=SOURCE,
        author=Author(id=f"{SOURCE}:{by}", handle=by, url=f"{SITE}/user?id={by}"),
        text=plain(read.text(document, "text") or ""),
        title=plain(read.text(document, "title") or "") or None,
        created_at=min(created, seen_at),
        seen_at=seen_at,
        kind=kind,
        url=f"{SITE}/item?id={number}",
        site=_host(link) if link else None,
        reply_to=f"{SOURCE}:{parent}" if parent else None,
        thread=f"{SOURCE}:{root}" if root else None,
        media=(Media(kind="link", url=link),) if link else (),
        engagement=_engagement(document, seen_at),
    )


def _root(number: int, threads: Threads) -> int | None:
    """The first item of a thread, as far as its members are known."""
    for _ in range(1000):
        above = threads.get(number)
        if above is None:
            return None
        if above == 0:
            return number
        number = above
    return None


def _engagement(document: read.Document, seen_at: datetime) -> Engagement | None:
    kids = document.get("kids")
    replies = read.number(document, "descendants")
    if replies is None and isinstance(kids, list):
        replies = len(kids)
    score = read.number(document, "score")
    if score is None and replies is None:
        return None
    return Engagement(read_at=seen_at, likes=score, replies=replies)


def _moment(document: read.Document) -> datetime | None:
    seconds = read.number(document, "time")
    try:
        return None if seconds is None else from_milliseconds(seconds * 1000)
    except OverflowError:
        return None


def _host(link: str) -> str | None:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
