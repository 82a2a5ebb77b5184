"""Lists of mentions in an order, page after page."""

import base64
from collections import OrderedDict
from collections.abc import Sequence
from random import SystemRandom
from typing import Any, NamedTuple

import msgspec

from core.document import Filter, Order
from core.errors import Reject
from sinks._elastic_ask import LOST, Answer, Asking, Hit
from sinks._elastic_conditions import MOST_LEAVES, Query
from sinks._elastic_query import liked
from sinks._elastic_troubles import NO_INDEX, Refused

LARGEST = 2000
"""Mentions in one answer of the engine, which refuses more than 10,000."""

MOST_MOMENTS = 16
"""Lists whose moment is held at once; the one longest not asked for is let go."""

KEEP = "2m"
"""How long the engine remembers a list's moment after its last page."""

READ = ["body", "said", "arrived"]


class Found(NamedTuple):
    """One page: documents as stored, how many there are in all, and how to go on."""

    sources: Sequence[msgspec.Raw]
    total: int
    after: str | None


class _Place(msgspec.Struct, array_like=True):
    """Where a list goes on: which one it is, and the values of its last mention."""

    name: str
    values: list[Any]  # Any: what the list is sorted by


_place = msgspec.json.Decoder(_Place).decode


class Lists:
    """Gives pages, none of them larger than asked.

    From its second page on a list stands still as of one moment, as long as the engine remembers that; after that it
    goes on behind its last mention among what is there then.
    """

    def __init__(self, mentions: Asking) -> None:
        self._mentions = mentions
        self._moments: OrderedDict[str, str] = OrderedDict()
        self._random = SystemRandom()

    async def page(self, query: Query, where: Filter, order: Order, size: int, after: str | None) -> Found:
        """The `size` mentions after that place. Raises Reject where `after` is none of a list in this order."""
        body = _asked(query, where, order)
        place = _Place(f"{self._random.getrandbits(40):x}", []) if after is None else _continued(after, body["sort"])
        hits: list[Hit] = []
        while True:
            step = body | {"size": min(size - len(hits), LARGEST)}
            answer = await self._next(step, place)
            hits += answer.hits.hits
            if hits:
                place = _Place(place.name, hits[-1].sort[: len(body["sort"])])
            if len(hits) >= size or len(answer.hits.hits) < step["size"]:
                break
        more = _said(place) if hits and len(hits) == size else None
        return Found([hit.source for hit in hits], answer.hits.total.value, more)

    async def _next(self, body: Query, place: _Place) -> Answer:
        if not place.values:
            return await self._mentions.once(body)
        body["search_after"] = place.values
        try:
            return await self._mentions.within(await self._moment(place.name), body, KEEP)
        except Refused as error:
            self._moments.pop(place.name, None)
            if error.kind not in (LOST, NO_INDEX):
                raise
        return await self._mentions.once(body)

    async def _moment(self, name: str) -> str:
        """The moment of the list of that name, begun now where none is held."""
        if name not in self._moments:
            self._moments[name] = await self._mentions.engine.begin(self._mentions.target, KEEP)
        self._moments.move_to_end(name)
        moment = self._moments[name]
        while len(self._moments) > MOST_MOMENTS:
            _, oldest = self._moments.popitem(last=False)
            await self._mentions.engine.end(oldest)
        return moment


def _asked(query: Query, where: Filter, order: Order) -> dict[str, Any]:
    """The search of an order; ties are told by id. Any: the engine's query language."""
    direction = "asc" if order is Order.OLDEST else "desc"
    sort: list[Any] = [{"created": direction}, {"id": direction}]
    if order is Order.REACH:
        sort.insert(0, {"followers": {"order": "desc", "missing": -1}})
    if order is Order.RELEVANCE:
        sort.insert(0, {"_score": "desc"})
        likings = liked(where.query) if where.query is not None else []
        query = {"bool": {"filter": [query], "should": likings[: MOST_LEAVES // 2]}}
    return {"query": query, "sort": sort, "_source": READ, "track_total_hits": True}


def _said(place: _Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _continued(after: str, sort: Sequence[object]) -> _Place:
    try:
        place = _place(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, msgspec.DecodeError) as error:
        raise Reject(f'"{after}" continues no list of this archive', reason="cursor") from error
    if len(place.values) != len(sort):
        raise Reject(f'"{after}" continues a list in another order', reason="cursor")
    return place
