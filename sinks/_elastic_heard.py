"""Who is heard: accounts of the mentions in scope by followers as last read, whichever mention that was read with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.document import AuthorCount, Group
from core.types import Author
from sinks._elastic_ask import Asking
from sinks._elastic_conditions import MOST_TERMS, Query, among
from sinks._elastic_counts import LISTED, by_author, every

BATCH = 500
"""Accounts asked about at once."""

_READ: Query = {"exists": {"field": "followers"}}
_LAST_READ = [{"followers_at": "desc"}, {"seen": "desc"}, {"order": "desc"}]
_LAST_SEEN = [{"seen": "desc"}, {"order": "desc"}]


async def heard(mentions: Asking, query: Query, size: int) -> list[AuthorCount]:
    """The accounts of all mentions of the query, at most `size`."""
    volumes = await every(mentions, query, Group.AUTHOR)
    ever = await _most_ever(mentions, volumes)
    ranked = await _most_followed(mentions, volumes, ever, size)
    followers = {author: -negative for negative, _, author in ranked}
    unread = sorted((-volume, author) for author, volume in volumes.items() if author not in ever)
    chosen = [*followers, *(author for _, author in unread)][:size]
    told: dict[str, Author] = {}
    feelings: dict[str, dict[str, int]] = {}
    for batch in _batches(chosen):
        told |= await last_seen(mentions, batch)
        feelings |= await by_author(mentions, query, batch, Group.SENTIMENT)
    return [
        AuthorCount(
            id=author,
            handle=told[author].handle,
            name=told[author].name,
            mentions=volumes[author],
            followers=followers.get(author),
            counts=feelings.get(author, {}),
        )
        for author in chosen
        if author in told
    ]


async def _most_followed(
    mentions: Asking, volumes: Mapping[str, int], ever: Mapping[str, float], size: int
) -> list[tuple[int, int, str]]:
    """(-followers, -volume, author) of the first `size`: only those are asked who once had as many followers."""
    found: list[tuple[int, int, str]] = []
    for batch in _batches(sorted(ever, key=lambda author: -ever[author])):
        if len(found) >= size and -found[size - 1][0] > ever[batch[0]]:
            break
        last = await last_read(mentions, batch)
        found = sorted([*found, *((-last[author], -volumes[author], author) for author in last)])
    return found[:size]


async def _most_ever(mentions: Asking, authors: Mapping[str, int]) -> dict[str, float]:
    """The most followers that was ever read of each of them of whom it was read."""
    wanted = [among("author", authors).query] if len(authors) <= MOST_TERMS else []
    query = {"bool": {"filter": [_READ, *wanted]}}
    pages: dict[str, Any] = {"size": LISTED, "sources": [{"author": {"terms": {"field": "author"}}}]}
    most = {"most": {"max": {"field": "followers"}}}
    found: dict[str, float] = {}
    while authors:
        asked = {"each": {"composite": pages, "aggs": most}}
        each = (await mentions.once({"size": 0, "query": query, "aggs": asked})).aggregations.get("each", {})
        found |= {one["key"]["author"]: one["most"]["value"] for one in each.get("buckets", ())}
        if "after_key" not in each:
            break
        pages["after"] = each["after_key"]
    return {author: most_read for author, most_read in found.items() if author in authors}


async def last_read(mentions: Asking, authors: Sequence[str]) -> dict[str, int]:
    """Followers of each as last read."""
    found = await _latest(mentions, authors, _READ, _LAST_READ, "followers")
    return {author: int(source["followers"]) for author, source in found.items()}


async def last_seen(mentions: Asking, authors: Sequence[str]) -> dict[str, Author]:
    """Each as its latest mention tells."""
    found = await _latest(mentions, authors, {"match_all": {}}, _LAST_SEEN, "body.mention.author")
    return {author: msgspec.convert(source["body"]["mention"]["author"], Author) for author, source in found.items()}


async def _latest(
    mentions: Asking, authors: Sequence[str], query: Query, order: list[Query], part: str
) -> dict[str, dict[str, Any]]:
    """That part of the first document by `order` of each author. Any: what the engine stores."""
    first = {"first": {"top_hits": {"size": 1, "sort": order, "_source": [part]}}}
    each = {"terms": {"field": "author", "size": len(authors), "shard_size": LISTED}, "aggs": first}
    within = {"bool": {"filter": [query, among("author", authors).query]}}
    answer = await mentions.once({"size": 0, "query": within, "aggs": {"each": each}})
    buckets = answer.aggregations.get("each", {}).get("buckets", ())
    return {bucket["key"]: bucket["first"]["hits"]["hits"][0]["_source"] for bucket in buckets}


def _batches(authors: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(authors), BATCH):
        yield authors[start : start + BATCH]
