"""What stands beside the charts, where dashboards find it: documents behind the alias that they ask already.

Grafana's Elasticsearch data source asks for annotations whose first or last moment lies in what is shown, and takes a
document's text for HTML: grafana/grafana, public/app/plugins/datasource/elasticsearch/datasource.ts, annotationQuery, and
packages/grafana-ui, AnnotationTooltipBody.
"""

import html
from collections.abc import Mapping, Sequence

import msgspec

from core.document import Annotation, Answered
from core.errors import Retry
from core.time import milliseconds
from sinks._elastic_ask import Asking
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_rows import take_away, write_over
from sinks._elastic_schema import ANNOTATION, Names, mapping, settings
from sinks._elastic_troubles import Refused

_EXISTS = "resource_already_exists_exception"


class _Document(msgspec.Struct, omit_defaults=True, kw_only=True):
    since: int
    until: int | None = None
    text: str = ""
    graded: int | None = None
    promoters: int | None = None
    detractors: int | None = None


_document = msgspec.json.Decoder(_Document).decode


class Annotations:
    """Keeps the index to what it is told. Raises Retry where the engine is away."""

    def __init__(self, engine: Engine, bulk: Bulk, names: Names) -> None:
        self._engine, self._bulk, self._names = engine, bulk, names
        self._stored = Asking(engine, names.annotations)

    async def keep(self, notes: Sequence[Annotation], answered: Sequence[Answered]) -> None:
        """Let exactly these stand there; found on return."""
        wanted = {note.id: _documented(note) for note in notes}
        wanted |= {f"answered-{day.at:%Y-%m-%d}": _counted(day) for day in answered}
        stored = await self._all()
        index = self._names.annotations
        actions = [write_over(index, one, wanted[one]) for one in wanted if stored.get(one) != wanted[one]]
        actions += [take_away(index, one) for one in stored if one not in wanted]
        if not actions:
            return
        await self._make()
        if any(outcome.refused for outcome in await self._bulk.apply(actions)):
            raise Retry(f"{self._engine.url} did not take all notes beside the charts")
        await self._engine.refresh(index)

    async def _all(self) -> Mapping[str, _Document]:
        await self._engine.refresh(self._names.annotations)
        pages = self._stored.walk({"match_all": {}}, sort=[{"since": "asc"}, {"_doc": "asc"}], source=["*"])
        return {hit.id: _document(hit.source) async for hits in pages for hit in hits}

    async def _make(self) -> None:
        body = {
            "settings": settings(1, "0-1"),
            "mappings": mapping(ANNOTATION),
            "aliases": {self._names.shown: {}},
        }
        try:
            await self._engine.ask("PUT", f"/{self._names.annotations}", body)
        except Refused as error:
            if error.kind != _EXISTS:
                raise
            await self._engine.ask("PUT", f"/{self._names.annotations}/_mapping", {"properties": dict(ANNOTATION)})


def _documented(note: Annotation) -> _Document:
    until = None if note.until is None else milliseconds(note.until)
    return _Document(since=milliseconds(note.since), until=until, text=html.escape(note.text))


def _counted(day: Answered) -> _Document:
    return _Document(since=milliseconds(day.at), graded=day.answers, promoters=day.promoters, detractors=day.detractors)
