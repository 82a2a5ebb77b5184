"""All that the archive on Elasticsearch holds, to be taken to another one, and what another one held taken in."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from core.ports import Cut, Ended, Held, Past
from core.time import from_milliseconds
from core.types import Coverage, Enriched, Judgement, Mute
from sinks import _elastic_notes
from sinks._elastic_client import Engine
from sinks._elastic_pages import Hit, pages
from sinks._elastic_rows import Bare
from sinks._elastic_schema import GONE, Document, Names, Note
from sinks._stored import content_ms
from sinks._tombstone import Tombstone

_NOTES = (Note.ACCOUNT, Note.RETENTION, Note.MUTE, Note.JUDGEMENT)
_document = msgspec.json.Decoder(Document).decode
_enriched = msgspec.json.Decoder(Enriched).decode
_bare = msgspec.json.Decoder(Bare).decode
_note = msgspec.json.Decoder(_elastic_notes.Held).decode
_BODIES: Mapping[str, Any] = {
    Note.MUTE: msgspec.json.Decoder(Mute).decode,
    Note.JUDGEMENT: msgspec.json.Decoder(Judgement).decode,
    Note.COVERAGE: msgspec.json.Decoder(Coverage).decode,
}


async def history(engine: Engine, names: Names) -> AsyncIterator[Sequence[Past]]:
    """See core.ports.Movable."""
    tombstones = {"bool": {"filter": [{"term": {"state": GONE}}]}}
    async for hits in pages(engine, names.every, tombstones):
        if ended := [_ended_mention(one) for one in map(_bare, (hit.source for hit in hits)) if not one.noted]:
            yield ended
    for kind in _NOTES:
        async for past in _notes(engine, names, kind):
            yield past
    async for hits in pages(engine, names.every, {"bool": {"must_not": [{"term": {"state": GONE}}]}}):
        yield [_mention(hit) for hit in hits]
    async for past in _notes(engine, names, Note.COVERAGE):
        yield past


def tombstone(ended: Ended) -> tuple[str, Tombstone]:
    """What it is about, as document_id names it, and what is known of its end."""
    target = urlsafe_b64encode(ended.target)[:22].decode()
    return target, Tombstone(ended.removed, ended.hidden, ended.lifted)


async def _notes(engine: Engine, names: Names, kind: Note) -> AsyncIterator[Sequence[Past]]:
    async for hits in pages(engine, names.notes, {"term": {"kind": kind}}, by="_doc"):
        yield [_past(_note(hit.source)) for hit in hits]


def _past(note: _elastic_notes.Held) -> Past:
    if note.kind == Note.ACCOUNT:
        return Ended(target=_target(note.target or ""), removed=note.removed, hidden=note.hidden, lifted=note.lifted)
    if note.kind == Note.RETENTION:
        return Cut(source=note.subject or "", before=note.before or 0)
    past: Past = _BODIES[note.kind](note.body)
    return past


def _ended_mention(one: Bare) -> Ended:
    return Ended(target=_target(one.id), removed=content_ms(one.order))


def _target(identifier: str) -> bytes:
    return urlsafe_b64decode(f"{identifier}==")


def _mention(hit: Hit) -> Held:
    stored = _document(hit.source)
    enriched = replace(_enriched(stored.body), vector=stored.vector)
    return Held(enriched=enriched, arrived_at=from_milliseconds(stored.arrived))
