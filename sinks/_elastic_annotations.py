"""What people noted beside the charts, where dashboards find it: documents behind the alias that they ask already.

Grafana's Elasticsearch data source asks for annotations whose first or last moment lies in what is shown, and takes a
document's text for HTML: grafana/grafana, public/app/plugins/datasource/elasticsearch/datasource.ts, annotationQuery, and
packages/grafana-ui, AnnotationTooltipBody.
"""

import html
from collections.abc import Mapping, Sequence

import msgspec

from core.document import Annotation
from core.errors import Retry
from core.time import milliseconds
from sinks._elastic_ask import Asking
from sinks._elastic_client import Engine
from sinks._elastic_schema import ANNOTATION, Names, mapping, settings
from sinks._elastic_troubles import Refused

_EXISTS = "resource_already_exists_exception"


class _Document(msgspec.Struct, omit_defaults=True, kw_only=True):
    since: int
    until: int | None = None
    text: str


class _Answer(msgspec.Struct):
    errors: bool


_document = msgspec.json.Decoder(_Document).decode
_answer = msgspec.json.Decoder(_Answer).decode


class Annotations:
    """Keeps the index to what it is told. Raises Retry where the engine is away."""

    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine, self._names = engine, names
        self._stored = Asking(engine, names.annotations)

    async def keep(self, notes: Sequence[Annotation]) -> None:
        """Let exactly these stand there; found on return."""
        wanted = {note.id: _documented(note) for note in notes}
        stored = await self._all()
        lines = [_put(one, wanted[one]) for one in wanted if stored.get(one) != wanted[one]]
        lines += [_take(one) for one in stored if one not in wanted]
        if not lines:
            return
        await self._make()
        path = f"/{self._names.annotations}/_bulk"
        answer = _answer(await self._engine.ask("POST", path, b"".join(lines), refresh="true", filter_path="errors"))
        if answer.errors:
            raise Retry(f"{self._engine.url} did not take all notes beside the charts")

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


def _documented(note: Annotation) -> _Document:
    until = None if note.until is None else milliseconds(note.until)
    return _Document(since=milliseconds(note.since), until=until, text=html.escape(note.text))


def _put(identifier: str, document: _Document) -> bytes:
    return b"%b\n%b\n" % (msgspec.json.encode({"index": {"_id": identifier}}), msgspec.json.encode(document))


def _take(identifier: str) -> bytes:
    return b"%b\n" % msgspec.json.encode({"delete": {"_id": identifier}})
