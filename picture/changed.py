"""What changed: the figures of one subject now, in the comparable period before, and its share in the talk of both."""

from datetime import datetime

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from picture.extent import Extent, extent_of
from picture.overview import comparable
from picture.sentiment import Sentiment, sentiment_in


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """The subject in one stretch [since, until).

    share   of the whole talk there, 0 to 1; None where there is none
    extent  what of it was collected: where that is not the whole, the figures are real but not the whole either
    """

    since: datetime
    until: datetime
    sentiment: Sentiment
    share: float | None
    extent: Extent

    @property
    def mentions(self) -> int | None:
        """None where there are none and nobody knows whether there were."""
        return self.extent.shown(self.sentiment.total)


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Both stretches; `before` is None where that one was not collected from end to end."""

    now: Stand
    before: Stand | None

    @property
    def difference(self) -> int | None:
        """Mentions more (or fewer) than before."""
        before, now = self.before.mentions if self.before else None, self.now.mentions
        return None if before is None or now is None else now - before

    @property
    def growth(self) -> float | None:
        """Times as many as before; None where there were none or nobody knows."""
        before, now = self.before.mentions if self.before else None, self.now.mentions
        return now / before if before and now is not None else None


async def changed(archive: ArchiveReader, where: Filter, *, whole: Filter, now: datetime) -> Changed:
    """The filter's range, cut at `now`, against the same stretch some weeks before. `whole` is the talk it has a share in."""
    if where.since is None or where.until is None:
        raise ValueError("a change needs a range with a start and an end")
    until = max(min(where.until, now), where.since)
    before = await comparable(archive, where, until=until)
    return Changed(
        now=await _stand(archive, msgspec.structs.replace(where, until=until), whole),
        before=None if before is None else await _stand(archive, before, whole),
    )


async def _stand(archive: ArchiveReader, where: Filter, whole: Filter) -> Stand:
    assert where.since is not None  # noqa: S101 - the caller has checked the range
    assert where.until is not None  # noqa: S101 - the caller has checked the range
    told = await sentiment_in(archive, where)
    every = await archive.count(msgspec.structs.replace(whole, since=where.since, until=where.until))
    return Stand(
        since=where.since,
        until=where.until,
        sentiment=told,
        share=told.total / every if every else None,
        extent=await extent_of(archive, where, until=where.until),
    )
