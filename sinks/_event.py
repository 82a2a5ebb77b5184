"""The one event that leaves: what is true now of a mention, or that it is gone, as CloudEvents 1.0 in JSON. Pure.

CloudEvents: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md (attributes) and formats/json-format.md
(structured mode). The schemas of `data` are docs/events/*.json; their names are the `dataschema` of an event.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from core.codec import EVENT
from core.document import Stored
from core.order import content_time
from core.outward import Linked, version
from core.types import Finding, Mention, Routing

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
CHANGED, REMOVED = "klankbord.mention.changed", "klankbord.mention.removed"
CHANGED_SCHEMA, REMOVED_SCHEMA = "urn:klankbord:mention.changed:1", "urn:klankbord:mention.removed:1"

Words = Annotated[str, msgspec.Meta(min_length=1)]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A person's correction, applied to the findings; who said it stays in the house."""

    name: str
    labels: tuple[str, ...]
    at: datetime


class Mentioned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`data` of an event that says what is true now of a mention.

    findings    with the corrections of people in them
    customer    whose account wrote it, where that was known by evidence when it was sent
    link        its address on the page, for people of the organisation
    """

    mention: Mention
    findings: tuple[Finding, ...] = ()
    judgements: tuple[Judged, ...] = ()
    routing: Routing = Routing()
    customer: Linked | None = None
    link: str = ""


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """`data` of an event that says that a mention is gone: drop what you have of it."""

    mention: str


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """The attributes of CloudEvents. `id` is of mention and version: whoever has seen it knows what is said of the mention.

    time  of a changed one when its content came to be, or a person last judged it; not when it was understood anew
    """

    id: Words
    source: Words
    subject: Words
    time: datetime
    dataschema: Words
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"


class Changed(_Event, frozen=True, kw_only=True, tag=CHANGED):
    """A mention is new, edited, understood anew or judged."""

    data: Mentioned


class Removed(_Event, frozen=True, kw_only=True, tag=REMOVED):
    """A mention was deleted, hidden, erased, is past its keep time, or may not leave any more."""

    data: Gone


Event = Changed | Removed
encode = msgspec.json.Encoder().encode
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Changed | Removed)


def changed(stored: Stored, *, source: str, link: str, customer: Linked | None = None, again: int = 0) -> Changed:
    """What is true now of that mention. `again` counts how often it was gone before: then it is an event of its own."""
    mention = stored.enriched.mention
    said = [one for one in stored.judgements if one.labels is not None]
    return Changed(
        id=_id(mention.id, version(stored), again),
        source=source,
        subject=mention.id,
        time=max([content_time(mention), *(one.at for one in stored.judgements)]),
        dataschema=CHANGED_SCHEMA,
        data=Mentioned(
            mention=mention,
            findings=stored.enriched.findings,
            judgements=tuple(Judged(name=one.name, labels=one.labels or (), at=one.at) for one in said),
            routing=stored.enriched.routing,
            customer=customer,
            link=link,
        ),
    )


def removed(mention: str, was: str, at: datetime, *, source: str, again: int = 0) -> Removed:
    """That the mention, last told in version `was`, is gone since about `at`."""
    return Removed(
        id=_id(mention, f"{was}.removed", again),
        source=source,
        subject=mention,
        time=at,
        dataschema=REMOVED_SCHEMA,
        data=Gone(mention=mention),
    )


def read(value: bytes) -> Event | None:
    """The event in these bytes; None where they hold none of ours."""
    try:
        return _event.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def is_event(value: bytes) -> bool:
    """Whether these bytes begin as our events do."""
    return value.startswith(EVENT)


def webhook_id(event: Event) -> str:
    """The event's id as a header can have it, without a full stop: Standard Webhooks signs it with full stops around."""
    return f"msg_{hashlib.blake2b(f'{event.source} {event.id}'.encode(), digest_size=16).hexdigest()}"


def schemas() -> dict[str, bytes]:
    """The published schemas of `data` by file name: JSON Schema 2020-12, made of the structs above."""
    found = {}
    for name, schema, model in ((CHANGED, CHANGED_SCHEMA, Mentioned), (REMOVED, REMOVED_SCHEMA, Gone)):
        content = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": schema,
            **msgspec.json.schema(model),
        }
        found[f"{name.removeprefix('klankbord.')}.json"] = msgspec.json.format(msgspec.json.encode(content)) + b"\n"
    return found


def _id(mention: str, what: str, again: int) -> str:
    return f"{mention}#{what}" + (f".{again}" if again else "")
