"""Counts of the archive's mentions, exact however many labels there are and however they lie in shards.

The engine's list of most frequent terms may miss some where shards are many; it says by how much it may be wrong. Where
that is not zero, all labels are counted, page after page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.document import Group
from sinks._elastic_ask import Asking
from sinks._elastic_conditions import Query

LISTED = 10_000
"""Labels in one answer; the engines refuse more than 65,536."""

_STRETCHES, _LABELS = 300, 200  # of one histogram in one answer

FIELDS = {group: group.value for group in Group} | {Group.MONITOR: "monitors"}
"""The document's field of each group."""


async def total(mentions: Asking, query: Query) -> int:
    """How many there are."""
    answer = await mentions.once({"size": 0, "query": query, "track_total_hits": True})
    return answer.hits.total.value


async def most_frequent(mentions: Asking, query: Query, by: Group, size: int) -> list[tuple[str, int]]:
    """The most frequent labels with their counts, most first, ties by name."""
    if size < 1:
        return []
    if size <= LISTED:
        listed = {
            "field": FIELDS[by],
            "size": size,
            "shard_size": LISTED,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        answer = await mentions.once({"size": 0, "query": query, "aggs": {"labels": {"terms": listed}}})
        found = answer.aggregations.get("labels", _EMPTY)
        if not found["doc_count_error_upper_bound"]:
            return _pairs(found)
    return sorted((await every(mentions, query, by)).items(), key=_most_first)[:size]


async def every(mentions: Asking, query: Query, by: Group) -> Counter[str]:
    """Each label with its count."""
    counted: Counter[str] = Counter()
    pages: dict[str, Any] = {"size": LISTED, "sources": [{"label": {"terms": {"field": FIELDS[by]}}}]}
    while True:
        answer = await mentions.once({"size": 0, "query": query, "aggs": {"labels": {"composite": pages}}})
        found = answer.aggregations.get("labels", _EMPTY)
        for bucket in found["buckets"]:
            counted[bucket["key"]["label"]] += bucket["doc_count"]
        if "after_key" not in found:
            return counted
        pages["after"] = found["after_key"]


async def over_time(mentions: Asking, query: Query, edges: Sequence[int], by: Group | None) -> list[dict[str, int]]:
    """Counts by label in each stretch between two edges (ms), the whole of it under ""."""
    counts: list[dict[str, int]] = [{"": 0} for _ in edges[1:]]
    for start in range(0, len(counts), _STRETCHES):
        places = range(start, min(start + _STRETCHES, len(counts)))
        stretches = [{"key": str(place), "from": edges[place], "to": edges[place + 1]} for place in places]
        whole = _within(query, edges[places[0]], edges[places[-1] + 1])
        answer = await mentions.once({"size": 0, "query": whole, "aggs": {"time": _stretched(stretches, by)}})
        for bucket in answer.aggregations.get("time", _EMPTY)["buckets"]:
            place = int(bucket["key"])
            counts[place] = {"": bucket["doc_count"]}
            if by is not None and bucket["doc_count"]:
                inside = _within(query, edges[place], edges[place + 1])
                counts[place] |= await labels_of(mentions, inside, by, bucket["labels"])
    return counts


async def by_author(mentions: Asking, query: Query, authors: Sequence[str], by: Group) -> dict[str, dict[str, int]]:
    """Counts by label of each of these authors."""
    within = {"bool": {"filter": [query, {"terms": {"author": list(authors)}}]}}
    labels = {"terms": {"field": FIELDS[by], "size": _LABELS}}
    each = {"terms": {"field": "author", "size": len(authors), "shard_size": LISTED}, "aggs": {"labels": labels}}
    answer = await mentions.once({"size": 0, "query": within, "aggs": {"authors": each}})
    counts: dict[str, dict[str, int]] = {}
    for bucket in answer.aggregations.get("authors", _EMPTY)["buckets"]:
        one = {"bool": {"filter": [query, {"term": {"author": bucket["key"]}}]}}
        counts[bucket["key"]] = await labels_of(mentions, one, by, bucket["labels"])
    return counts


_EMPTY: Mapping[str, Any] = {"buckets": [], "doc_count_error_upper_bound": 0}


async def labels_of(mentions: Asking, query: Query, by: Group, found: Mapping[str, Any]) -> dict[str, int]:
    """The labels of one bucket, all of them: counted apart where the bucket does not hold them all."""
    if found["doc_count_error_upper_bound"] or found["sum_other_doc_count"]:
        return dict(await every(mentions, query, by))
    return dict(_pairs(found))


def _pairs(found: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in found["buckets"]]


def _stretched(stretches: Sequence[Mapping[str, object]], by: Group | None) -> dict[str, Any]:
    """Half-open stretches of time; `by` counts labels inside each."""
    stretched: dict[str, Any] = {"date_range": {"field": "created", "ranges": stretches}}
    if by is not None:
        stretched["aggs"] = {"labels": {"terms": {"field": FIELDS[by], "size": _LABELS}}}
    return stretched


def _within(query: Query, since: int, until: int) -> Query:
    return {"bool": {"filter": [query, {"range": {"created": {"gte": since, "lt": until}}}]}}


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
