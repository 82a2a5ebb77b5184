"""Documents asked for by their ids: the engine answers each for itself, and of some it may not know whether they are there."""

from collections.abc import Sequence

import msgspec

from core.errors import Retry
from sinks._elastic_client import Engine
from sinks._elastic_troubles import NO_INDEX, Trouble

ASKED = 125
"""Documents asked for at once."""


class Got(msgspec.Struct):
    """One answer of a multi-get; `index` and `id` as asked."""

    index: str = msgspec.field(name="_index")
    id: str = msgspec.field(name="_id")
    found: bool = False
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw(b"{}"))
    error: Trouble | None = None


class _Several(msgspec.Struct):
    docs: list[Got]


_several = msgspec.json.Decoder(_Several).decode


async def got(engine: Engine, where: Sequence[tuple[str, str]], source: Sequence[str] | bool = True) -> list[Got]:
    """The answer about each (index, id), as of now; `source` is which of its fields.

    Raises Retry where a part of the engine could not be asked, as right after its start: what is there may not be taken for missing.
    """
    found: list[Got] = []
    for start in range(0, len(where), ASKED):
        docs = [{"_index": index, "_id": one, "_source": source} for index, one in where[start : start + ASKED]]
        found += _several(await engine.ask("POST", "/_mget", {"docs": docs})).docs
    for one in found:
        if one.error is not None and one.error.type != NO_INDEX:
            reason = (one.error.reason or "")[:300]
            raise Retry(f"{engine.url} cannot read a document now: {one.error.type}: {reason}")
    return found
