"""Pages that tell rather than ask: how the pipeline is doing, and the glossary."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from core.time import from_milliseconds
from core.types import Coverage
from desk.web.site import SITE, render
from picture.collected import SEAM, Gap, reduce_coverage

_DAYS = 28
TERMS = (
    ("mention", "Mention", "Mention / Document", "Result"),
    ("monitor", "Query", "Search", "Topic"),
    ("topic", "Category / Tag", "Theme", "Theme / Smart Theme"),
    ("source", "Content source", "Source type", "Media type"),
    ("author", "Author", "Author", "Author / Influencer"),
    ("reach", "Reach / Impressions", "Reach", "Potential reach"),
    ("net", "Net sentiment", "Net sentiment", "Net sentiment"),
    ("share_of_voice", "Share of voice", "Share of voice", "Share of voice"),
    ("uncertain", "–", "Not rated", "–"),
    ("emerging", "Trending topics", "Trending themes", "Virality"),
    ("alarm", "Alert / Signals", "Smart alert / Spike", "Alert / Peak detection"),
    ("judgement", "Manual override", "Sentiment change", "Sentiment override"),
    ("tag", "Tag", "Tag", "Tag"),
    ("mute", "Blocked author / site", "Excluded source", "Blacklist"),
    ("coverage", "–", "–", "–"),
    ("case", "Assigned mention", "Conversation", "Workflow item"),
)
"""Our word, then Brandwatch's, Meltwater's and Talkwalker's for the nearest thing; "–" where they have none."""


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """One source over the last 28 days: since and until when it was collected, and whether that is now."""

    source: str
    first: datetime | None
    last: datetime | None
    fresh: bool
    gaps: tuple[Gap, ...]


async def status(request: web.Request) -> web.Response:
    site = request.app[SITE]
    now = site.clock()
    told = await site.status()
    rows = await site.archive.coverage(now - timedelta(days=_DAYS), now + timedelta(minutes=1))
    groups = [
        (state, None if state.oldest_at is None else now - from_milliseconds(state.oldest_at)) for state in told.topics
    ]
    return render(request, "status.html", told=told, groups=groups, sources=states(rows, now=now), now=now, days=_DAYS)


def states(rows: Sequence[Coverage], *, now: datetime) -> list[SourceState]:
    """Coverage as one row a source, by name."""
    found = []
    for source in sorted({row.source for row in rows}):
        collected = reduce_coverage(rows, sources=(source,))
        last = collected.stretches[-1][1] if collected.stretches else None
        found.append(
            SourceState(
                source=source,
                first=collected.stretches[0][0] if collected.stretches else None,
                last=last,
                fresh=last is not None and now - last <= SEAM,
                gaps=collected.gaps,
            )
        )
    return found


async def glossary(request: web.Request) -> web.Response:
    return render(request, "glossary.html", terms=TERMS)
