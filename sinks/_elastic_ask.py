"""Questions to the engine: one search over the archive's mentions, or all pages of one, whole or not at all."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from sinks._elastic_client import Engine
from sinks._elastic_conditions import Query
from sinks._elastic_troubles import NO_INDEX, TOO_MUCH, Refused

SIZE = 1000
"""Documents a page: bodies of a few kilobytes each."""

LEAN = 5000
"""Documents a page of which only places and ids are read."""

KEEP = "5m"
"""How long a point in time outlives the last page read of it."""

LOST = "search_context_missing_exception"

Sort = list[dict[str, Any]]  # Any: the engine's language of orders


class Hit(msgspec.Struct):
    """One document found, and where it stands in the order asked for."""

    id: str = msgspec.field(name="_id")
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))
    sort: list[Any] = []  # Any: values of whatever it is sorted by


class _Total(msgspec.Struct, frozen=True):
    value: int


class _Hits(msgspec.Struct):
    hits: list[Hit]
    total: _Total = _Total(0)


class Answer(msgspec.Struct):
    """The engine's answer; Any: aggregations have the shape that was asked for."""

    hits: _Hits
    aggregations: dict[str, Any] = {}


class TooMuch(Exception):  # noqa: N818 - named after what the question is
    """The engine does not take on so much at once: ask it loosely and read."""


_answer = msgspec.json.Decoder(Answer).decode


class Asking:
    """Asks the indices behind one name, which need not be there yet: then nothing is found."""

    def __init__(self, engine: Engine, target: str) -> None:
        self.engine, self.target = engine, target

    async def once(self, body: Query) -> Answer:
        """The answer to one search over what can be found now, from all shards."""
        return await self._search(f"/{self.target}/_search", body, ignore_unavailable="true")

    async def within(self, moment: str, body: Query, keep: str = KEEP) -> Answer:
        """The answer as of a point in time."""
        return await self._search("/_search", {**body, "pit": {"id": moment, "keep_alive": keep}})

    async def walk(
        self, query: Query, *, sort: Sort, source: Sequence[str] = (), size: int = SIZE
    ) -> AsyncIterator[list[Hit]]:
        """Pages of all that matches as of now, by `sort`, whose values together are different for each document.

        Where the engine loses the point in time, the pages go on after the last one as of a new one.
        """
        body: Query = {
            "size": size,
            "query": query,
            "sort": sort,
            "_source": list(source) or False,
            "track_total_hits": False,
        }
        while True:
            try:
                async for hits in self._pages(body):
                    yield hits
            except Refused as error:
                if error.kind == LOST:
                    continue
                if error.kind != NO_INDEX:
                    raise
            return

    async def _pages(self, body: Query) -> AsyncIterator[list[Hit]]:
        async with self.engine.moment(self.target, KEEP) as moment:
            while True:
                hits = (await self.within(moment, body)).hits.hits
                if hits:
                    body["search_after"] = hits[-1].sort[: len(body["sort"])]
                    yield hits
                if len(hits) < body["size"]:
                    return

    async def _search(self, path: str, body: Query, **options: Any) -> Answer:
        try:
            return _answer(await self.engine.ask("POST", path, body, allow_partial_search_results="false", **options))
        except Refused as error:
            if error.kind == TOO_MUCH:
                raise TooMuch from error
            raise
