"""Mentions and tombstones as documents, and as the lines of a bulk request: pure, built once and sent as they are."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from core import order
from core.codec import encode
from core.time import milliseconds
from core.types import Enriched, Judgement
from sinks import _judged
from sinks._copies import copy_group
from sinks._elastic_facts import delay, facts, labelled
from sinks._elastic_schema import DRILL, GONE, HIDDEN, IRRELEVANT, LONGEST_ID, Document
from sinks._elastic_tokens import cut
from sinks._stored import bounded, drill, engagement, labels
from sinks._tombstone import FOR_EVER

_REVISION = 1 << order.GENERATION_BITS
_REVISIONS = order.MOST_JUDGEMENTS << order.GENERATION_BITS
_GENERATION = _REVISION - 1
_DELETION = 1 << (order.GENERATION_BITS + order.JUDGEMENT_BITS)

_json = msgspec.json.Encoder()


class Action(msgspec.Struct, gc=False):
    """One line or two of a bulk request, and what they are about. Index names and ids need no escaping in JSON."""

    index: str
    id: str
    lines: bytes
    version: int = 0


class Bare(msgspec.Struct):
    """A tombstone's document; `noted` where a note says the same of its author, or of the mention."""

    id: str
    order: int
    noted: bool = False
    state: tuple[str, ...] = (GONE,)


def put(index: str, identifier: str, version: int, document: msgspec.Struct, *, equal: bool = False) -> Action:
    """Store the document where no greater version is (no equal one either, unless `equal`)."""
    kind = "external_gte" if equal else "external"
    head = f'{{"index":{{"_index":"{index}","_id":"{identifier}","version":{version},"version_type":"{kind}"}}}}\n'
    return Action(index, identifier, b"%b%b\n" % (head.encode(), _json.encode(document)), version)


def write_over(index: str, identifier: str, document: msgspec.Struct) -> Action:
    """Store the document in the place of whatever is there."""
    head = f'{{"index":{{"_index":"{index}","_id":"{identifier}"}}}}\n'
    return Action(index, identifier, b"%b%b\n" % (head.encode(), _json.encode(document)))


def take_away(index: str, identifier: str, seen: tuple[int, int] | None = None) -> Action:
    """Delete the document; where `seen` gives sequence number and primary term, only if it is still that one."""
    still = f',"if_seq_no":{seen[0]},"if_primary_term":{seen[1]}' if seen else ""
    return Action(index, identifier, f'{{"delete":{{"_index":"{index}","_id":"{identifier}"{still}}}}}\n'.encode())


def tombstone(index: str, identifier: str, removed: int, *, noted: bool = False) -> Action:
    """The mention's document overwritten, with all that is known of it: beats every version up to `removed` (ms)."""
    version = order.pack(removed, deletion=True, judgements=order.MOST_JUDGEMENTS)
    return put(index, identifier, version, Bare(id=identifier, order=version, noted=noted))


def for_ever(index: str, identifier: str) -> Action:
    """A tombstone that no version can pass."""
    return tombstone(index, identifier, FOR_EVER)


def document(
    enriched: Enriched,
    *,
    version: int,
    arrived: int,
    said: Sequence[Judgement] = (),
    hidden: bool = False,
) -> Document:
    """The mention's document. Raises ValueError or OverflowError where a part of it can be stored nowhere."""
    mention = enriched.mention
    judged = _judged.judged(enriched, said) if said else enriched
    found, words, followers = labels(judged), cut(mention), bounded(mention.author.followers)
    created, seen = milliseconds(mention.created_at), milliseconds(mention.seen_at)
    read_at = mention.author.followers_at
    true = facts(judged, found, words.long)
    true.append(delay(enriched, arrived - created))
    return Document(
        id=mention.id,
        order=version,
        created=created,
        seen=seen,
        arrived=arrived,
        source=found.source,
        kind=found.kind,
        site=found.site,
        language=found.language,
        monitors=found.monitors,
        **labelled(found.found).fields,
        author=mention.author.id,
        heard=found.heard,
        copy=copy_group(mention, words.said),
        facts=true,
        words=words.folded,
        exact=words.exact,
        followers=followers,
        followers_at=None if followers is None else milliseconds(read_at) if read_at else seen,
        engagement=engagement(mention.engagement),
        state=states(enriched, said, hidden=hidden),
        said=tuple(msgspec.Raw(encode(one)) for one in said),
        body=msgspec.Raw(encode(replace(enriched, vector=b"") if enriched.vector else enriched)),
        vector=enriched.vector,
    )


def states(enriched: Enriched, said: Sequence[Judgement], *, hidden: bool) -> list[str]:
    """Why it is out of sight."""
    found = [HIDDEN] if hidden else []
    if said and _judged.irrelevant(said):
        found.append(IRRELEVANT)
    if drill(enriched):
        found.append(DRILL)
    return found


def fitting(mention: str, author: str) -> None:
    """Raises ValueError for ids that cannot be looked up."""
    for identifier in (mention, author):
        if "\0" in identifier:
            raise ValueError("an id holds a NUL character")
        if len(identifier) > LONGEST_ID:
            raise ValueError(f"an id is longer than {LONGEST_ID} characters")


def revised(version: int) -> tuple[int, bool]:
    """The version of the same content once more changed by what people said or did, and whether it is an equal one.

    The key's bits for judgements count every such change, so that of two that happen at once one is told to look
    again; after 255 the last one wins.
    """
    full = version & _REVISIONS == _REVISIONS
    return (version, True) if full else (version + _REVISION, False)


def over(version: int, stored: int) -> int | None:
    """The version that a new one needs to win over what is stored, or None where it loses or is the same.

    Only reprocessing needs this: its generation ranks below the changes that `revised` counted.
    """
    if version > stored:
        return version
    same_content = (version ^ stored) >> (order.GENERATION_BITS + order.JUDGEMENT_BITS) == 0
    if same_content and version & _GENERATION > stored & _GENERATION:
        return (stored & ~_GENERATION) | (version & _GENERATION)
    return None


def restored(version: int, stored: int) -> tuple[int, bool] | None:
    """The version under which what another archive held replaces what is stored, as `revised`; None where it is older."""
    if (version ^ stored) >> (order.GENERATION_BITS + order.JUDGEMENT_BITS):
        return (version, False) if version > stored else None
    if version & _GENERATION < stored & _GENERATION:
        return None
    return revised((stored & ~_GENERATION) | (version & _GENERATION))


def gone(version: int) -> bool:
    """Whether a document of that version is a tombstone."""
    return bool(version & _DELETION)
