"""What a report holds: the figures that the page shows of the same view, and words without anybody's name."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from core.document import Order, Stored
from desk.ports import Leaving
from desk.reports.shown import Shown, ask_outward
from desk.reports.words_only import without_handles
from desk.web import sentence
from desk.web.formats import Formats
from desk.web.pages.asked import Askable, Asked
from desk.web.words import Words
from picture.mention import labels_of
from picture.overview import Overview, overview
from picture.search import search

LISTED = 100


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a search: its words only where its source's policy lets them leave."""

    source: str
    at: datetime
    language: str
    sentiment: str
    topics: tuple[str, ...]
    text: str | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One view at one moment, in one language. `said` is empty for an overview; a search has the first LISTED."""

    title: str
    organisation: str
    shown: Shown
    asked: Asked
    picture: Overview
    sentence: str
    gaps: tuple[str, ...]
    said: tuple[Said, ...]
    at: datetime
    words: Words
    form: Formats


async def make(site: Askable, leaving: Leaving, shown: Shown, *, title: str, words: Words) -> Report:
    """The report of that view now. Raises QueryError where its query cannot be read, Retry where the archive is away."""
    now, zone = site.clock(), site.organisation.zone
    asked = await ask_outward(site, shown.view, leaving)
    form = Formats(words, zone, now)
    picture = await overview(site.archive, asked.where, zone=zone, now=now)
    told = sentence.tell(picture, asked, words=words, form=form, name=site.organisation.name)
    found: tuple[Stored, ...] = ()
    if shown.page == "search":
        order = Order(shown.view.order)
        found = (await search(site.archive, asked.where, order=order, size=LISTED)).mentions
    return Report(
        title=title,
        organisation=site.organisation.name,
        shown=shown,
        asked=asked,
        picture=picture,
        sentence=" ".join(told.sentence.striptags().split()),
        gaps=told.gaps,
        said=tuple(_said(one, leaving) for one in found),
        at=now,
        words=words,
        form=form,
    )


def _said(stored: Stored, leaving: Leaving) -> Said:
    mention = stored.enriched.mention
    return Said(
        source=mention.source,
        at=mention.created_at,
        language=next(iter(labels_of(stored, "language")), mention.language or ""),
        sentiment=next(iter(labels_of(stored, "sentiment")), "unjudged"),
        topics=tuple(labels_of(stored, "topics")),
        text=without_handles(mention.text) if leaving.texts(stored) else None,
    )
