"""What dashboards see: the alias `Names.shown`, kept to what a question counts unless it asks for more.

Dashboards ask the engine themselves and cannot know what is muted, so the alias knows: its filter is that of an empty
core.document.Filter over what is public. It is put anew when a mute changes, and on each index as that is made.
"""

import asyncio
from collections.abc import Callable

from core.document import Filter
from core.errors import Stop
from core.query import And, Field, FieldName, Not
from core.types import OPEN, Visibility
from sinks._elastic_ask import Asking
from sinks._elastic_client import Engine
from sinks._elastic_conditions import Query
from sinks._elastic_indices import Indices
from sinks._elastic_query import condition, scope
from sinks._elastic_schema import Names
from sinks._elastic_silence import Silence, silence
from sinks._elastic_troubles import Refused

_NOT_PUBLIC = tuple(
    Not(part=Field(name=FieldName.VISIBILITY, value=one.value)) for one in Visibility if one not in OPEN
)
"""What is left out, being little, costs the engine less than asking each mention whether it is public."""


def shown(muted: Silence) -> Query:
    """The alias's filter. Of muted words beyond some 900, more than the engine takes in one query, the last are left out."""
    node = And(parts=(*_NOT_PUBLIC, *(Not(part=word) for word in muted.words)))
    return scope(Filter(), condition(node), authors=muted.authors).query


class Shown:
    """Keeps the alias. A user who may not change it is told so once, and dashboards go on counting what is muted."""

    def __init__(self, engine: Engine, indices: Indices, names: Names, *, report: Callable[[str], None]) -> None:
        self._engine, self._indices, self._names, self._report = engine, indices, names, report
        self._notes = Asking(engine, names.notes)
        self._put: Query | None = None
        self._refused = False
        self._putting = asyncio.Lock()

    async def ready(self) -> None:
        """Put it, once; whoever asks meanwhile goes on after who asked before."""
        async with self._putting:
            if self._put is None:
                await self.renew()

    async def renew(self) -> None:
        """Put it where it is another than the one put last."""
        if self._refused:
            return
        await self._engine.refresh(self._names.notes)
        wanted = shown(await silence(self._notes))
        if wanted != self._put:
            await self._change(wanted)
            self._put = wanted

    async def _change(self, wanted: Query) -> None:
        self._indices.aliases = {self._names.shown: {"filter": wanted}}
        change = {"index": self._names.every, "alias": self._names.shown, "filter": wanted}
        try:
            await self._engine.ask("POST", "/_aliases", {"actions": [{"add": change}]})
        except Refused as error:
            if error.status != 404:  # there is no index yet
                raise
        except Stop as error:
            self._refused, self._indices.aliases = True, {}
            self._report(
                f"archive: dashboards go on counting what is muted: {self._engine.user} may not change the alias "
                f"{self._names.shown}; give the right indices:admin/aliases on {self._names.prefix}-* ({error})"
            )
