"""What is known of one account, or of one customer over all its accounts: counted anew each time from what is archived.

Nothing is added up on the way, so that an edit, a deletion, a correction or a merge that is undone shows at once. Emotion
is not told by person, reach only where the organisation shows it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter, Profile
from core.ports import ArchiveReader
from picture.buckets import local_midnight
from picture.sentiment import Sentiment, sentiment_of

WEEKS = 12


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account of it, as it called itself last; `reach` is its followers as last read, where that is shown."""

    author: str
    handle: str | None
    name: str | None
    mentions: int
    reach: int | None = None


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """All its accounts together.

    accounts  those that are heard, most heard first
    trend     start of each week, oldest first, with the sentiment of what was said in it
    topics, channels   with their counts, most first, ties by name
    reach     followers of all accounts together as last read, whoever follows several; None where unknown or not shown
    """

    accounts: tuple[Account, ...]
    mentions: int
    first_at: datetime
    last_at: datetime
    trend: tuple[tuple[datetime, Sentiment], ...]
    topics: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    reach: int | None = None


async def author(
    archive: ArchiveReader, where: Filter, account: str, *, starts: Sequence[datetime], show_reach: bool = False
) -> Portrait | None:
    """The portrait of one account; None where nothing of it counts."""
    return (await customers(archive, where, {account: [account]}, starts=starts, show_reach=show_reach)).get(account)


async def customers(
    archive: ArchiveReader,
    where: Filter,
    accounts: Mapping[str, Collection[str]],
    *,
    starts: Sequence[datetime],
    show_reach: bool = False,
) -> Mapping[str, Portrait]:
    """The portraits of many customers by one question, by their ids; those of whom nothing counts are left out.

    accounts  the author ids of each customer; an account is one customer's
    starts    of the weeks of the trend and, as the last, the end of it
    """
    asked = sorted({account for theirs in accounts.values() for account in theirs})
    found = {one.id: one for one in await archive.profiles(where, authors=asked, starts=starts)}
    heard = {customer: [found[one] for one in set(theirs) if one in found] for customer, theirs in accounts.items()}
    return {customer: _together(profiles, show_reach) for customer, profiles in heard.items() if profiles}


def weeks(now: datetime, zone: ZoneInfo, week_start: int, *, number: int = WEEKS) -> list[datetime]:
    """Starts in UTC of the last `number` weeks of the organisation, this one included, and the end of it. Monday is 0."""
    today = now.astimezone(zone).date()
    this = today - timedelta(days=(today.weekday() - week_start) % 7)
    return [local_midnight(this - timedelta(weeks=back), zone) for back in range(number - 1, -2, -1)]


def _together(profiles: Sequence[Profile], show_reach: bool) -> Portrait:
    followers = [one.followers for one in profiles if one.followers is not None]
    return Portrait(
        accounts=tuple(
            Account(
                author=one.id,
                handle=one.handle,
                name=one.name,
                mentions=one.mentions,
                reach=one.followers if show_reach else None,
            )
            for one in sorted(profiles, key=lambda one: (-one.mentions, one.id))
        ),
        mentions=sum(one.mentions for one in profiles),
        first_at=min(one.first_at for one in profiles),
        last_at=max(one.last_at for one in profiles),
        trend=_trend(profiles),
        topics=_most_first(one.topics for one in profiles),
        channels=_most_first(one.channels for one in profiles),
        reach=sum(followers) if show_reach and followers else None,
    )


def _trend(profiles: Sequence[Profile]) -> tuple[tuple[datetime, Sentiment], ...]:
    stretches = zip(*(one.trend for one in profiles), strict=True)
    return tuple((some[0].start, sentiment_of(_sum(one.counts for one in some))) for some in stretches)


def _most_first(counts: Iterable[Mapping[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(_sum(counts).items(), key=lambda pair: (-pair[1], pair[0])))


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total
