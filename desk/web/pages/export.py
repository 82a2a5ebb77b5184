"""Export: the same filter as the page and the search, row by row, as CSV or JSON lines."""

import csv
import io
from collections.abc import Sequence

import msgspec
from aiohttp import web

from core.document import Stored
from core.types import Enriched
from desk.web.pages.asked import ask
from desk.web.site import SITE
from picture.mention import labels_of

COLUMNS = (
    "id", "source", "created_at", "author_id", "author", "author_name", "followers", "language", "kind", "sentiment",
    "sentiment_confidence", "topics", "tags", "monitors", "title", "text", "url", "emotion", "intent", "aspects", "spam", "toxicity",
    "outcome", "severity", "unit", "answers", "checked",
)  # fmt: skip
_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


async def export(request: web.Request) -> web.StreamResponse:
    """Every mention of the filter, in id order, streamed."""
    form = request.match_info["form"]
    asked = await ask(request)
    answer = web.StreamResponse()
    answer.content_type, answer.charset = _TYPES[form], "utf-8"
    day = f"{asked.since:%Y%m%d}-{asked.until:%Y%m%d}"
    answer.headers["Content-Disposition"] = f'attachment; filename="klankbord-{day}.{form}"'
    await answer.prepare(request)
    if form == "csv":
        await answer.write("\ufeff".encode() + csv_rows([COLUMNS]))
    async for chunk in request.app[SITE].archive.scan(asked.where):
        await answer.write(csv_rows([row(one) for one in chunk]) if form == "csv" else json_lines(chunk))
    await answer.write_eof()
    return answer


def csv_rows(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV; a cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = io.StringIO()
    csv.writer(text).writerows([[_plain(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8", "replace")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def json_lines(chunk: Sequence[Stored]) -> bytes:
    """Each mention with its findings and judgements; the encoder's vector stays behind."""
    lines = [
        msgspec.json.encode({**_without_vector(one.enriched), "judgements": msgspec.to_builtins(one.judgements)})
        for one in chunk
    ]
    return b"".join(line + b"\n" for line in lines)


def _without_vector(enriched: Enriched) -> dict[str, object]:
    built: dict[str, object] = msgspec.to_builtins(msgspec.structs.replace(enriched, vector=b""))
    return built


def row(stored: Stored) -> list[str]:
    """One mention as the cells of COLUMNS. What nobody looked at is empty; what was not decided is "uncertain"."""
    mention, enriched = stored.enriched.mention, stored.enriched
    sentiment = enriched.finding("sentiment")
    confidence = "" if sentiment is None or sentiment.confidence is None else f"{sentiment.confidence:.3f}"
    return [
        mention.id,
        mention.source,
        mention.created_at.isoformat(),
        mention.author.id,
        mention.author.handle or mention.author.id,
        mention.author.name or "",
        "" if mention.author.followers is None else str(mention.author.followers),
        next(iter(labels_of(stored, "language")), mention.language or ""),
        mention.kind.value,
        ";".join(labels_of(stored, "sentiment")),
        confidence,
        ";".join(labels_of(stored, "topics")),
        ";".join(labels_of(stored, "tags")),
        ";".join(enriched.routing.monitors),
        mention.title or "",
        mention.text,
        mention.url or "",
        *(";".join(labels_of(stored, name)) for name in COLUMNS[COLUMNS.index("emotion") :]),
    ]
