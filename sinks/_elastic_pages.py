"""All documents of a query, however many: page after page of one point in time, each after the last one before."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from core.errors import Retry
from sinks._elastic_client import Engine
from sinks._elastic_troubles import Refused

SIZE = 500
_MISSING = 404
_LOST = "search_context_missing_exception"


class Hit(msgspec.Struct):
    """One document found; `seen` tells it from any later version of itself."""

    index: str = msgspec.field(name="_index")
    id: str = msgspec.field(name="_id")
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))
    seq_no: int = msgspec.field(name="_seq_no", default=-1)
    primary_term: int = msgspec.field(name="_primary_term", default=-1)
    sort: list[Any] = []  # Any: values of whatever it is sorted by


class _Hits(msgspec.Struct):
    hits: list[Hit]


class Found(msgspec.Struct):
    """A page as the engine gives it."""

    hits: _Hits
    pit_id: str | None = None


_found = msgspec.json.Decoder(Found).decode


async def pages(
    engine: Engine, target: str, query: dict[str, Any], *, by: str = "id", source: Any = True, size: int = SIZE
) -> AsyncIterator[list[Hit]]:
    """Pages of all that matches now; none where no such index is there. `by` is a field that is different in each.

    Any: the engine's query language. Raises Retry where the engine lost the point in time, which a restart does,
    or a part of it does not answer.
    """
    try:
        async with engine.moment(target) as moment:
            if not moment:
                return
            body = {"size": size, "query": query, "sort": [{by: "asc"}], "_source": source, "track_total_hits": False}
            body |= {"seq_no_primary_term": True, "pit": {"id": moment, "keep_alive": "2m"}}
            while True:
                found = _found(await engine.ask("POST", "/_search", body, allow_partial_search_results="false"))
                if found.hits.hits:
                    yield found.hits.hits
                if len(found.hits.hits) < size:
                    return
                body["search_after"] = found.hits.hits[-1].sort
    except Refused as error:
        if error.kind == _LOST or _LOST in error.reason:
            raise Retry(f"{engine.url} lost its place in a long answer") from error
        if error.status != _MISSING:
            raise
