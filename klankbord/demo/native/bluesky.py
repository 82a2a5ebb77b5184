"""Jetstream events of the demo: posts, their edits and deletions, and accounts that go or come back."""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.time import milliseconds
from klankbord.demo.messages import AccountChange, Event, Person, Said, Source, Timeline
from klankbord.demo.people import OWN

Json = Mapping[str, Any]  # Any: a JSON object
POST = "app.bsky.feed.post"
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_HANDLE, _TAG = re.compile(r"@([\w-]+\.example)"), re.compile(r"#(\w+)")


def did(person: Person) -> str:
    digest = hashlib.sha256(f"noorderlijn/{person.number}/{person.handle}".encode()).digest()
    return "did:plc:" + b32encode(digest).decode().lower()[:24]


def handle(person: Person) -> str:
    """The account's domain name; a handle may not hold "_"."""
    plain = person.handle.replace("_", "-").strip("-")
    return f"{plain}.example" if person.own else f"{plain}.social.example"


def key(said: Said) -> str:
    """The record key, a TID: 53 bits of microseconds and 10 of a clock's number, in base 32."""
    number = (milliseconds(said.at) * 1000 << 10) | (said.number % 1024)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def uri(said: Said) -> str:
    return f"at://{did(said.author)}/{POST}/{key(said)}"


def events(timeline: Timeline) -> list[Json]:
    """All of them in the order of their time, no two at the same microsecond."""
    said = {message.number: message for message in timeline.messages if message.source is Source.BLUESKY}
    found = [event for message in said.values() for event in of_message(message, said)]
    found += [of_account(change) for change in timeline.accounts]
    found += broken(timeline)
    return sorted(found, key=lambda event: int(event["time_us"]))


def of_message(message: Said, said: Mapping[int, Said]) -> Iterator[Json]:
    """Its creation, and its edit or deletion where it has one."""
    record = _record(message, message.wording.text, said)
    yield _commit(message, message.at, "create", record)
    if message.edited_at and message.edited_text:
        yield _commit(message, message.edited_at, "update", _record(message, message.edited_text, said))
    if message.deleted_at:
        yield _commit(message, message.deleted_at, "delete", None)


def of_account(change: AccountChange) -> Json:
    person = did(change.author)
    account: dict[str, Any] = {
        "active": change.event is Event.REACTIVATED,
        "did": person,
        "seq": milliseconds(change.at),
    }
    account["time"] = stamp(change.at)
    if not account["active"]:
        account["status"] = str(change.event)
    return {"did": person, "time_us": milliseconds(change.at) * 1000 + 77, "kind": "account", "account": account}


def broken(timeline: Timeline) -> list[Json]:
    """Two posts no reader can take: a number for a text, and a date that is none."""
    posts = [message for message in timeline.messages if message.source is Source.BLUESKY]
    return [
        _spoilt(posts[len(posts) // 3], text=20),
        _spoilt(posts[len(posts) // 2], text="Noorderlijn rijdt weer", createdAt="gisteren rond een uur of acht"),
    ]


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _spoilt(message: Said, **wrong: object) -> Json:
    event = dict(_commit(message, message.at, "create", _record(message, message.wording.text, {}) | wrong))
    event["commit"] = {**event["commit"], "rkey": f"{key(message)[:-2]}zz"}
    return {**event, "time_us": int(event["time_us"]) + 501}


def _commit(message: Said, at: datetime, operation: str, record: Json | None) -> Json:
    commit = {"rev": key(message), "operation": operation, "collection": POST, "rkey": key(message)}
    told = commit if record is None else commit | {"record": record, "cid": cid(message, operation)}
    micros = milliseconds(at) * 1000 + 200_000 + message.number % 500
    return {"did": did(message.author), "time_us": micros, "kind": "commit", "commit": told}


def cid(message: Said, operation: str) -> str:
    return "bafyrei" + b32encode(hashlib.sha256(f"{key(message)}/{operation}".encode()).digest()).decode().lower()[:52]


def _record(message: Said, text: str, said: Mapping[int, Said]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "$type": POST,
        "createdAt": stamp(message.at),
        "langs": [message.wording.language],
        "text": text,
    }
    if facets := list(_facets(text)):
        record["facets"] = facets
    answered = said.get(message.reply_to) if message.reply_to is not None else None
    if answered:
        root = answered
        while root.reply_to is not None and root.reply_to in said:
            root = said[root.reply_to]
        record["reply"] = {"root": _reference(root), "parent": _reference(answered)}
    return record


def _reference(message: Said) -> Json:
    return {"cid": cid(message, "create"), "uri": uri(message)}


def _facets(text: str) -> Iterator[Json]:
    for found in _HANDLE.finditer(text):
        yield _facet(text, found, {"$type": "app.bsky.richtext.facet#mention", "did": did(OWN)})
    for found in _TAG.finditer(text):
        yield _facet(text, found, {"$type": "app.bsky.richtext.facet#tag", "tag": found[1]})


def _facet(text: str, found: re.Match[str], feature: Json) -> Json:
    start = len(text[: found.start()].encode())
    return {"features": [feature], "index": {"byteStart": start, "byteEnd": start + len(found[0].encode())}}
