"""The overview: everything the first page says about one filter, asked once."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from core.document import AuthorCount, Filter, Group
from core.ports import ArchiveReader
from picture.collected import SEAM, collected_in
from picture.divided import Aspect, aspects, divided, spam_in
from picture.moved import Emerging, Moved, emerging, period_before, topic_changes
from picture.sentiment import Sentiment, sentiment_in
from picture.shares import Share, shares_by
from picture.volume import Volume, volume

_MOST_ROWS = 8
_DIVIDED = (Group.SOURCE, Group.LANGUAGE, Group.MONITOR)


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The picture of one filter.

    total     every mention of the filter, the same figure as its search lists and its export holds
    before    sentiment of the comparable period before; None where that was not collected as a whole
    voices    share of voice: mentions a monitor; one mention can count for several, so shares are of their sum
    intents   the undecided and those nobody looked at among them: together they are the total
    spam      mentions marked as spam, where they count
    """

    total: int
    volume: Volume
    sentiment: Sentiment
    before: Sentiment | None
    moved: tuple[Moved, ...]
    emerging: tuple[Emerging, ...]
    authors: tuple[AuthorCount, ...]
    sources: tuple[Share, ...]
    languages: tuple[Share, ...]
    voices: tuple[Share, ...]
    intents: tuple[Share, ...]
    aspects: tuple[Aspect, ...]
    spam: int

    @property
    def times_normal(self) -> float | None:
        """Total against that of a normal period; None while learning what is normal."""
        return self.total / self.volume.usual if self.volume.usual else None

    @property
    def negative_change(self) -> float | None:
        """Points (0-1) by which the negative share moved against the period before."""
        now, before = self.sentiment.share("negative"), self.before.share("negative") if self.before else None
        return None if now is None or before is None else now - before


async def overview(archive: ArchiveReader, where: Filter, *, zone: ZoneInfo, now: datetime) -> Overview:
    """All of it for a filter with a bounded range, which may reach beyond `now`: it is cut there."""
    if where.since is None or where.until is None:
        raise ValueError("an overview needs a range with a start and an end")
    before = await comparable(archive, where, until=min(where.until, now))
    shown, moved, totals, earlier, authors = await asyncio.gather(
        volume(archive, where, zone=zone, now=now),
        topic_changes(archive, where, before=before),
        sentiment_in(archive, where),
        _sentiment_before(archive, before),
        archive.authors(where, size=_MOST_ROWS),
    )
    sources, languages, voices = await asyncio.gather(
        *(shares_by(archive, where, by=by, size=_MOST_ROWS, total=totals.total) for by in _DIVIDED)
    )
    intents, about, spam = await asyncio.gather(
        divided(archive, where, by=Group.INTENT),
        aspects(archive, where, size=_MOST_ROWS, total=totals.total),
        spam_in(archive, where),
    )
    return Overview(
        total=totals.total,
        volume=shown,
        sentiment=totals,
        before=earlier,
        moved=tuple(moved[:_MOST_ROWS]),
        emerging=tuple(await emerging(archive, where, moved)),
        authors=tuple(authors),
        sources=sources,
        languages=languages,
        voices=voices,
        intents=intents,
        aspects=about,
        spam=spam,
    )


async def comparable(archive: ArchiveReader, where: Filter, *, until: datetime) -> Filter | None:
    """The filter over the period before its own, which ends at `until`; None unless that was collected from end to end."""
    if where.since is None:
        raise ValueError("a period before needs a range with a start")
    since, end = period_before(where.since, max(until, where.since))
    collected = await collected_in(archive, since, end, sources=where.sources)
    if not collected.covers(since, end) or collected.touches_gap(since, end, longer=SEAM):
        return None
    return msgspec.structs.replace(where, since=since, until=end)


async def _sentiment_before(archive: ArchiveReader, before: Filter | None) -> Sentiment | None:
    return None if before is None else await sentiment_in(archive, before)
