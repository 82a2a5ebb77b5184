"""Pages that tell rather than ask: how the pipeline is doing, and the glossary."""

from datetime import timedelta

from aiohttp import web

from core.time import from_milliseconds
from desk.foundation.unstaffed import missing
from desk.store import letters
from desk.web.site import KEPT, SITE, render
from picture.sources import source_states

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


async def status(request: web.Request) -> web.Response:
    site = request.app[SITE]
    now = site.clock()
    told = await site.status()
    rows = await site.archive.coverage(now - timedelta(days=_DAYS), now + timedelta(minutes=1))
    groups = [
        (state, None if state.oldest_at is None else now - from_milliseconds(state.oldest_at)) for state in told.topics
    ]
    kept = request.app.get(KEPT)
    return render(
        request,
        "status.html",
        told=told,
        groups=groups,
        sources=source_states(rows, now=now),
        now=now,
        days=_DAYS,
        mistakes=kept.rules.mistakes if kept else (),
        missing=await missing(kept.database, kept.rules.playbook, now, site.organisation.zone) if kept else (),
        failed=len(await letters.undelivered(kept.database)) if kept else 0,
    )


async def glossary(request: web.Request) -> web.Response:
    return render(request, "glossary.html", terms=TERMS)
