"""Jetstream events to messages: pure, and cheap for the nine in ten events that are about something else.

Shapes: Jetstream's /subscribe JSON, its first form with one-letter words (2024), and the frames of its second protocol
(network.bsky.jetstream.subscribeEvents). Records follow the lexicons app.bsky.feed.post and app.bsky.feed.repost.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from core.time import from_microseconds
from core.types import Author, Deletion, Failure, Kind, Media, Mention, Scope
from ingest import _json as read

SOURCE = "bluesky"
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
NOT_GONE = frozenset({"desynchronized", "throttled"})  # a relay's own trouble with a host, says nothing of the account
_KINDS = {"com": "commit", "acc": "account", "id": "identity"}
_OPERATIONS = {"c": "create", "u": "update", "d": "delete"}
_MICROSECONDS_AT_LEAST = 1_000_000_000_000_000


class Commit(msgspec.Struct):
    operation: str = ""
    type: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw()  # decoded only where the collection is wanted


class Account(msgspec.Struct):
    active: bool = True
    status: str | None = None


class Identity(msgspec.Struct):
    handle: str | None = None


class Event(msgspec.Struct):
    """One event; every field has a default, so that only a contradiction to the documented types fails."""

    did: str = ""
    time_us: int = 0
    kind: str = ""
    type: str = ""
    commit: Commit | None = None
    account: Account | None = None
    identity: Identity | None = None
    tagged: str = msgspec.field(default="", name="$type")
    payload: msgspec.Raw = msgspec.Raw()
    time: str = ""
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw()


_events = msgspec.json.Decoder(Event)
_any = msgspec.json.Decoder()

Parsed = Mention | Deletion | Failure


def parse(payload: bytes, name: str, seen_at: datetime, *, reposts: bool = False) -> Iterator[Parsed]:
    """Jetstream events as JSON lines, one event, or an array of events. Total: what cannot be read is a Failure."""
    del name
    for piece in _pieces(payload.removeprefix(b"\xef\xbb\xbf")):
        outcome = message(piece, seen_at=seen_at, reposts=reposts)
        if outcome is not None:
            yield outcome


def _pieces(payload: bytes) -> Iterator[bytes]:
    whole = payload.strip()
    if whole.startswith(b"["):
        try:
            yield from (bytes(raw) for raw in msgspec.json.decode(whole, type=list[msgspec.Raw]))
        except read.DECODE_ERRORS:
            yield whole
        return
    lines = [line for line in whole.splitlines() if line.strip()]
    if len(lines) > 1 and not any(line.rstrip().endswith(b"}") and line.startswith(b"{") for line in lines):
        yield whole
    else:
        yield from lines


def message(payload: bytes, *, seen_at: datetime, reposts: bool = False) -> Parsed | None:
    """What one event says, None where it says nothing of ours. `seen_at` counts where the event has no time."""
    event = event_of(payload)
    return event if isinstance(event, Failure) else of_event(event, payload, seen_at=seen_at, reposts=reposts)


def event_of(payload: bytes) -> Event | Failure:
    """One event decoded, in whichever protocol it came; its record is not looked at yet."""
    try:
        event = _events.decode(payload)
        return _second_protocol(event) if event.tagged else event
    except read.DECODE_ERRORS as error:
        return read.undecodable(error, payload)


def of_event(event: Event, payload: bytes, *, seen_at: datetime, reposts: bool = False) -> Parsed | None:
    """As `message`, of an event already decoded."""
    kind = event.kind or _KINDS.get(event.type, event.type)
    commit = event.commit
    if kind == "commit":
        if commit is None:
            return Failure("incomplete", "a commit event without its commit", payload)
        if commit.collection != POST and not (reposts and commit.collection == REPOST):
            return None
        try:
            return _commit(event, commit, payload, seen_at=seen_at)
        except read.DECODE_ERRORS as error:
            return read.undecodable(error, payload)
    if kind == "account":
        return _account(event, payload, seen_at=seen_at)
    return None if kind else Failure("incomplete", "an event that does not say its kind", payload)


def seen(event: Event, otherwise: datetime) -> datetime:
    """The event's own time; `otherwise` where it has none. Raises OverflowError outside years 1-9999."""
    if event.time_us > 0:
        return from_microseconds(event.time_us)
    return read.moment(event.time) or otherwise


def _second_protocol(event: Event) -> Event:
    """A frame of subscribeEvents as the event it stands for; advisories become an event of no interest."""
    if event.tagged == "message":
        event = _events.decode(event.payload)
    kind = event.tagged.rpartition("#")[2] or event.tagged
    if kind == "commit" and event.commit is None:
        event.commit = Commit(event.operation, "", event.collection, event.rkey, event.record)
    event.kind = event.kind or kind
    return event


def _commit(event: Event, commit: Commit, payload: bytes, *, seen_at: datetime) -> Parsed:
    operation = commit.operation or _OPERATIONS.get(commit.type, commit.type)
    uri = f"at://{event.did}/{commit.collection}/{commit.rkey}"
    key = f"{SOURCE}:{uri}"
    if not event.did or not commit.rkey:
        return Failure("incomplete", "a commit without its did or record key", payload)
    try:
        at = seen(event, seen_at)
    except OverflowError:
        return Failure("bad time", f"time_us {event.time_us} is no time", payload, key)
    if operation == "delete":
        return Deletion(target=key, scope=Scope.MENTION, at=at, reason="deleted")
    if operation not in {"create", "update"}:
        return Failure(
            "unknown operation", f"operation {operation[:40]!r} is none that the source documents", payload, key
        )
    record = _any.decode(commit.record) if bytes(commit.record) else None
    if not isinstance(record, dict):
        return Failure("incomplete", "a create or update without its record", payload, key)
    created = read.moment(record.get("createdAt"))
    if created is None:
        return Failure("bad time", f"createdAt {str(record.get('createdAt'))[:60]!r} is no time", payload, key)
    edited = at if operation == "update" else None
    make = _repost if commit.collection == REPOST else _post
    return make(record, did=event.did, uri=uri, created=min(created, at), at=at, edited=edited) or Failure(
        "wrong type", "the record has no text, or no subject, of the documented type", payload, key
    )


def _account(event: Event, payload: bytes, *, seen_at: datetime) -> Parsed | None:
    account = event.account
    if account is None or not event.did:
        return Failure("incomplete", "an account event without its account", payload)
    if not account.active and account.status in NOT_GONE:
        return None
    try:
        at = seen(event, seen_at)
    except OverflowError:
        return Failure("bad time", f"time_us {event.time_us} is no time", payload)
    gone = not account.active and account.status == "deleted"
    return Deletion(
        target=f"{SOURCE}:{event.did}",
        scope=Scope.AUTHOR,
        at=at,
        reason="account gone" if gone else "account inactive",
        reversible=not gone,
        lifted=account.active,
    )


def _author(did: str) -> Author:
    return Author(id=f"{SOURCE}:{did}", url=f"https://bsky.app/profile/{did}")


def _repost(
    record: read.Document, *, did: str, uri: str, created: datetime, at: datetime, edited: datetime | None
) -> Mention | None:
    subject = read.text(read.inner(record, "subject"), "uri")
    if subject is None:
        return None
    return Mention(
        id=f"{SOURCE}:{uri}",
        source=SOURCE,
        author=_author(did),
        text="",
        created_at=created,
        seen_at=at,
        edited_at=edited,
        kind=Kind.REPOST,
        repost_of=f"{SOURCE}:{subject}",
    )


def _post(
    record: read.Document, *, did: str, uri: str, created: datetime, at: datetime, edited: datetime | None
) -> Mention | None:
    body = record.get("text")
    if not isinstance(body, str):
        return None
    reply, embed = read.inner(record, "reply"), read.inner(record, "embed")
    parent = read.text(read.inner(reply, "parent"), "uri")
    root = read.text(read.inner(reply, "root"), "uri") or parent
    quoted = _quoted(embed)
    handles, tags, links = _facets(record, body)
    media = _media(embed, did)
    known = {medium.url for medium in media}
    return Mention(
        id=f"{SOURCE}:{uri}",
        source=SOURCE,
        author=_author(did),
        text=body,
        created_at=created,
        seen_at=at,
        edited_at=edited,
        kind=Kind.REPLY if parent else Kind.QUOTE if quoted else Kind.POST,
        language=next(iter(read.strings(record, "langs")), None),
        url=f"https://bsky.app/profile/{did}/post/{uri.rpartition('/')[2]}",
        reply_to=f"{SOURCE}:{parent}" if parent else None,
        thread=f"{SOURCE}:{root}" if root else None,
        quote_of=f"{SOURCE}:{quoted}" if quoted else None,
        mentions=handles,
        tags=tags,
        media=(*media, *(Media(kind="link", url=link) for link in links if link not in known)),
        content_warning=_warning(record),
    )


def _facets(record: read.Document, body: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Handles, tags and links. Facets count in bytes of UTF-8; `entities` is the deprecated form before facets."""
    handles, tags, links = [], read.strings(record, "tags"), []
    found = []
    octets = body.encode("utf-8", "surrogatepass") if record.get("facets") else b""
    for facet in read.items(record, "facets"):
        index = read.inner(facet, "index")
        start, end = read.number(index, "byteStart") or 0, read.number(index, "byteEnd") or 0
        words = octets[max(0, start) : max(0, end)].decode("utf-8", "ignore").strip()
        for feature in read.items(facet, "features"):
            kind = str(feature.get("$type", "")).rpartition("#")[2]
            if kind == "mention":
                handles.append(words.lstrip("@") if words.startswith("@") else read.text(feature, "did"))
            elif kind == "tag":
                found.append(read.text(feature, "tag"))
            elif kind == "link":
                links.append(read.text(feature, "uri"))
    for entity in read.items(record, "entities"):
        said = read.text(entity, "type") or ""
        {"mention": handles, "hashtag": found, "link": links}.get(said, []).append(read.text(entity, "value"))
    words_of_tags = (tag.strip().lstrip("#＃") for tag in [*found, *tags] if tag)
    return (
        read.distinct(handle for handle in handles if handle),
        read.distinct(tag for tag in words_of_tags if tag),
        read.distinct(link for link in links if link),
    )


def _quoted(embed: read.Document) -> str | None:
    """The at:// URI of the post that this one quotes; feeds, lists and starter packs are embedded, not quoted."""
    record = read.inner(embed, "record")
    uri = read.text(record, "uri") or read.text(read.inner(record, "record"), "uri")
    return uri if uri and f"/{POST}/" in uri else None


def _media(embed: read.Document, did: str) -> list[Media]:
    inside = read.inner(embed, "media")
    if inside:
        return _media(inside, did) if not read.inner(inside, "media") else []
    found = [
        Media(kind="image", url=_image(picture, did), alt=read.text(picture, "alt"))
        for picture in [*read.items(embed, "images"), *read.items(embed, "items")]
    ]
    if video := read.inner(embed, "video"):
        cid = _cid(video)
        url = f"https://video.bsky.app/watch/{did}/{cid}/playlist.m3u8" if cid else None
        found.append(Media(kind="video", url=url, alt=read.text(embed, "alt")))
    if external := read.inner(embed, "external"):
        title = (read.text(external, "title"), read.text(external, "description"))
        words = " — ".join(read.distinct(part.strip() for part in title if part and part.strip()))
        found.append(Media(kind="link", url=read.text(external, "uri"), alt=words or None))
    return found


def _image(picture: read.Document, did: str) -> str | None:
    cid = _cid(read.inner(picture, "image"))
    return f"https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}" if cid else None


def _cid(blob: read.Document) -> str | None:
    """The content id of a blob, in today's form or in the one before 2023."""
    return read.text(read.inner(blob, "ref"), "$link") or read.text(blob, "cid")


def _warning(record: read.Document) -> str | None:
    """The author's own labels, such as porn or graphic-media."""
    values = read.items(read.inner(record, "labels"), "values")
    return ", ".join(read.distinct(value for label in values if (value := read.text(label, "val")))) or None
