"""What the archive on Elasticsearch holds of single accounts: all they wrote in scope, counted anew by the engine.

Some accounts at once, so that no answer has more buckets than the engines give (65,536), and those batches side by side.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from core.document import Bucket, Group, Profile
from core.time import from_milliseconds
from core.types import Author
from sinks._elastic_ask import Asking
from sinks._elastic_conditions import Query, among
from sinks._elastic_counts import FIELDS, LISTED, labels_of
from sinks._elastic_heard import last_read, last_seen

MOST_BUCKETS = 50_000
MOST_AUTHORS = 250
SENTIMENTS, TOPICS, SOURCES = 8, 100, 20
"""Labels of one account in one answer; where there are more, they are counted apart."""


async def profiles(mentions: Asking, query: Query, authors: Sequence[str], edges: Sequence[int]) -> list[Profile]:
    """See core.ports.ArchiveReader.profiles; `edges` in ms."""
    each = sorted(set(authors))
    a_person = 1 + TOPICS + SOURCES + (SENTIMENTS + 1) * max(0, len(edges) - 1)
    size = max(1, min(MOST_AUTHORS, MOST_BUCKETS // a_person))
    batches = [each[start : start + size] for start in range(0, len(each), size)]
    found = await asyncio.gather(*(_some(mentions, query, batch, edges) for batch in batches))
    return [profile for some in found for profile in some]


async def _some(mentions: Asking, query: Query, authors: Sequence[str], edges: Sequence[int]) -> list[Profile]:
    counted, told, followers = await asyncio.gather(
        _counted(mentions, query, authors, edges), last_seen(mentions, authors), last_read(mentions, authors)
    )
    return [
        await _profile(mentions, query, bucket, told[bucket["key"]], followers.get(bucket["key"]), edges=edges)
        for bucket in sorted(counted, key=lambda bucket: str(bucket["key"]))
        if bucket["key"] in told
    ]


async def _counted(
    mentions: Asking, query: Query, authors: Sequence[str], edges: Sequence[int]
) -> Sequence[Mapping[str, Any]]:  # Any: the engine's answer
    inside: dict[str, Any] = {
        "first": {"min": {"field": "created"}},
        "last": {"max": {"field": "created"}},
        "engagement": {"stats": {"field": "engagement"}},
        "topics": {"terms": {"field": FIELDS[Group.TOPIC], "size": TOPICS}},
        "channels": {"terms": {"field": FIELDS[Group.SOURCE], "size": SOURCES}},
    }
    if len(edges) > 1:
        stretches = [
            {"key": str(place), "from": since, "to": until} for place, (since, until) in enumerate(pairwise(edges))
        ]
        feelings = {"labels": {"terms": {"field": FIELDS[Group.SENTIMENT], "size": SENTIMENTS}}}
        inside["trend"] = {"date_range": {"field": "created", "ranges": stretches}, "aggs": feelings}
    each = {"terms": {"field": "author", "size": len(authors), "shard_size": LISTED}, "aggs": inside}
    within = {"bool": {"filter": [query, among("author", authors).query]}}
    answer = await mentions.once({"size": 0, "query": within, "aggs": {"each": each}})
    return list(answer.aggregations.get("each", {}).get("buckets", ()))


async def _profile(
    mentions: Asking,
    query: Query,
    found: Mapping[str, Any],
    told: Author,
    followers: int | None,
    *,
    edges: Sequence[int],
) -> Profile:
    theirs = {"bool": {"filter": [query, {"term": {"author": found["key"]}}]}}
    read = found["engagement"]
    return Profile(
        id=found["key"],
        handle=told.handle,
        name=told.name,
        followers=followers,
        mentions=found["doc_count"],
        first_at=from_milliseconds(int(found["first"]["value"])),
        last_at=from_milliseconds(int(found["last"]["value"])),
        engagement=int(read["sum"]) if read["count"] else None,
        topics=await labels_of(mentions, theirs, Group.TOPIC, found["topics"]),
        channels=await labels_of(mentions, theirs, Group.SOURCE, found["channels"]),
        trend=tuple([await _stretch(mentions, theirs, edges, one) for one in _ordered(found)]),
    )


def _ordered(found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return sorted(found.get("trend", {}).get("buckets", ()), key=lambda one: int(one["key"]))


async def _stretch(mentions: Asking, theirs: Query, edges: Sequence[int], one: Mapping[str, Any]) -> Bucket:
    place = int(one["key"])
    inside = {"bool": {"filter": [theirs, {"range": {"created": {"gte": edges[place], "lt": edges[place + 1]}}}]}}
    counts = {"": one["doc_count"]} | await labels_of(mentions, inside, Group.SENTIMENT, one["labels"])
    return Bucket(start=from_milliseconds(edges[place]), counts=counts)
