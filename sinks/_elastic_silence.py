"""Which authors and words are muted now, as the index of notes says: asked anew, so that a mute holds from the next question on."""

from typing import NamedTuple

import msgspec

from core.query import AnyNode
from core.types import Mute
from sinks._elastic_ask import LEAN, Asking, Hit
from sinks._elastic_conditions import Query
from sinks._elastic_schema import Note
from sinks._muted import silenced

_ASKED: Query = {"term": {"kind": Note.MUTE}}
_BY_SUBJECT: list[Query] = [{"subject": "asc"}]
_READ = ["subject", "body"]


class _Note(msgspec.Struct):
    subject: str
    body: Mute


_note = msgspec.json.Decoder(_Note).decode


class Silence(NamedTuple):
    """Author ids and words (as query nodes) that are muted now."""

    authors: tuple[str, ...] = ()
    words: tuple[AnyNode, ...] = ()


async def silence(notes: Asking) -> Silence:
    """The latest word on each author and word, as far as it mutes."""
    authors: list[str] = []
    words: list[AnyNode] = []
    for note in [_note(hit.source) for hit in await _mutes(notes)]:
        if note.body.lifted:
            continue
        if note.subject.startswith("author:"):
            authors.append(note.subject.removeprefix("author:"))
        elif word := silenced(note.body.word or ""):
            words.append(word)
    return Silence(tuple(authors), tuple(words))


async def _mutes(notes: Asking) -> list[Hit]:
    body = {"query": _ASKED, "sort": _BY_SUBJECT, "_source": _READ, "size": LEAN, "track_total_hits": True}
    answer = await notes.once(body)
    if answer.hits.total.value <= LEAN:
        return answer.hits.hits
    pages = notes.walk(_ASKED, sort=_BY_SUBJECT, source=_READ)
    return [hit async for hits in pages for hit in hits]
