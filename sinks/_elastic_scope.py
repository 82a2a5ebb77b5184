"""Which mentions a question is about: a Filter as one exact condition that every figure of the answer is taken over."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from core.document import Filter
from core.query import And, AnyNode, Everything, Not
from core.types import Enriched, Judgement
from sinks._elastic_ask import LEAN, Asking, Hit
from sinks._elastic_conditions import Condition, Query, all_of, among, opposite
from sinks._elastic_query import condition, scope
from sinks._elastic_silence import Silence, silence
from sinks._judged import judged

Matches = Callable[[AnyNode, Enriched], bool]

MOST_KEPT = 8
"""Scopes kept by one reader."""

BY_ID: list[dict[str, Any]] = [{"id": "asc"}]  # Any: the engine's language of orders
_BY_COPY: list[dict[str, Any]] = [{"copy": "asc"}, {"created": "asc"}, {"id": "asc"}]
_VERSION: Query = {"size": 0, "track_total_hits": True, "aggs": {"changes": {"sum": {"field": "_seq_no"}}}}


class _Text(msgspec.Struct):
    body: Enriched
    said: tuple[Judgement, ...] = ()


_text = msgspec.json.Decoder(_Text).decode


class Scopes:
    """Finds scopes, and keeps those that took reading texts or sorting out copies while the archive stays as it is."""

    def __init__(self, mentions: Asking, notes: Asking, matches: Matches) -> None:
        self._mentions, self._notes, self._matches = mentions, notes, matches
        self._kept: dict[tuple[Filter, Silence], Query] = {}
        self._version: object = None

    async def of(self, where: Filter, *, loosely: bool = False) -> Query:
        """The filter as an exact query. `loosely` asks the engine no more of the texts than it surely takes on."""
        muted = Silence() if where.muted else await silence(self._notes)
        asked = [node for node in (where.query, *(Not(part=word) for word in muted.words)) if node is not None]
        query: AnyNode = And(parts=tuple(asked)) if len(asked) > 1 else asked[0] if asked else Everything()
        found = scope(where, condition(query, loosely=loosely), authors=muted.authors)
        if found.exact and where.copies:
            return found.query
        version = await self._look()
        key = where, muted
        kept = self._kept.get(key)
        if kept is None:
            if not found.exact:
                found = await self._read(found, query)
            kept = (found if where.copies else await self._first_of_copies(found)).query
            if version == self._version:
                self._kept[key] = kept
        return kept

    async def _look(self) -> object:
        """What tells this state of the archive from any other; what is kept of another one is dropped."""
        answer = await self._mentions.once(_VERSION)
        version = answer.hits.total.value, answer.aggregations.get("changes", {}).get("value")
        if version != self._version or len(self._kept) >= MOST_KEPT:
            self._kept, self._version = {}, version
        return version

    async def _read(self, found: Condition, query: AnyNode) -> Condition:
        """Those of the documents found that match, by reading all of them."""
        matching: list[str] = []
        async for hits in self._mentions.walk(found.query, sort=BY_ID, source=["body", "said"]):
            matching += await asyncio.to_thread(self._matching, query, hits)
        return among("_id", matching)

    def _matching(self, query: AnyNode, hits: Sequence[Hit]) -> list[str]:
        read = ((hit.id, _text(hit.source)) for hit in hits)
        return [number for number, text in read if self._matches(query, judged(text.body, text.said))]

    async def _first_of_copies(self, found: Condition) -> Condition:
        """Of all with the same words the one that was published first, told by the shorter list."""
        first: list[str] = []
        others: list[str] = []
        last: object = None
        async for hits in self._mentions.walk(found.query, sort=_BY_COPY, size=LEAN):
            for hit in hits:
                (others if hit.sort[0] == last else first).append(hit.id)
                last = hit.sort[0]
        if len(others) > len(first):
            return among("_id", first)
        return all_of([found, opposite(among("_id", others))])
