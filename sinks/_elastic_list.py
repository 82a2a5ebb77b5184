"""Lists of mentions in an order, page after page."""

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from core.document import Filter, Order
from core.errors import Reject
from sinks._elastic_ask import Asking, Hit
from sinks._elastic_conditions import MOST_LEAVES, Query
from sinks._elastic_query import liked

LARGEST = 2000
"""Mentions in one answer of the engine, which refuses more than 10,000."""

_READ = ["body", "said", "arrived"]
_BY_TIME = {Order.OLDEST: "asc"}


class Found(NamedTuple):
    """One page: documents as stored, how many there are in all, and how to go on."""

    sources: Sequence[msgspec.Raw]
    total: int
    after: str | None


class Lists:
    """Gives pages. A list goes on as of the moment it began, as long as the engine remembers that moment."""

    def __init__(self, mentions: Asking) -> None:
        self._mentions = mentions

    async def page(self, query: Query, where: Filter, order: Order, size: int, after: str | None) -> Found:
        body = _asked(query, where, order)
        place = None if after is None else _continued(after, len(body["sort"]))
        hits: list[Hit] = []
        total = 0
        while True:
            step = body | {"size": min(size - len(hits), LARGEST)} | ({"search_after": place} if place else {})
            answer = await self._mentions.once(step)
            hits += answer.hits.hits
            total = total or answer.hits.total.value
            if len(answer.hits.hits) < step["size"] or len(hits) >= size:
                break
            place = hits[-1].sort
        more = _said(hits[-1].sort) if hits and len(hits) == size else None
        return Found([hit.source for hit in hits], total, more)


def _asked(query: Query, where: Filter, order: Order) -> dict[str, Any]:
    """The search of an order; ties are told by id. Any: the engine's query language."""
    direction = _BY_TIME.get(order, "desc")
    sort: list[Any] = [{"created": direction}, {"id": direction}]
    if order is Order.REACH:
        sort.insert(0, {"followers": {"order": "desc", "missing": -1}})
    if order is Order.RELEVANCE:
        sort.insert(0, {"_score": "desc"})
        likings = liked(where.query) if where.query is not None else []
        query = {"bool": {"filter": [query], "should": likings[: MOST_LEAVES // 2]}}
    return {"query": query, "sort": sort, "_source": _READ, "track_total_hits": True}


def _said(place: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _continued(after: str, parts: int) -> list[Any]:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)), type=list[Any])
    except (ValueError, msgspec.DecodeError) as error:
        raise Reject(f'"{after}" continues no list of this archive', reason="cursor") from error
    if len(place) != parts:
        raise Reject(f'"{after}" continues a list in another order', reason="cursor")
    return place
