"""What was collected and what was not: coverage records reduced to stretches, and whether a zero may be shown."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from core.ports import ArchiveReader
from core.types import Coverage

SEAM = timedelta(minutes=5)
"""Neighbouring stretches may lie this far apart, and the newest may end this long ago, and still count as unbroken."""

LATELY = timedelta(hours=1)
"""A source that was heard this long before the others is still there; or twice its own pace, where that is longer."""

LEFT = timedelta(days=8)
"""A source that was not heard for this long before the others is taken for one that is no longer asked."""

Stretch = tuple[datetime, datetime]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch [since, until) of event time that one source could not give, and why."""

    source: str
    since: datetime
    until: datetime
    reason: str


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """The stretches that some source covered, merged and sorted, and the gaps of every source.

    away  since when each source is silent that is away by now: its gap is written when it is back
    """

    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]
    away: tuple[datetime, ...] = ()

    def touches_gap(self, start: datetime, end: datetime, *, longer: timedelta = timedelta(0)) -> bool:
        """Whether some source has a gap inside [start, end), and longer than that."""
        return any(gap.since < end and gap.until > start and gap.until - gap.since > longer for gap in self.gaps)

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether [start, end) was collected as a whole, seams aside, and no source is away since before its end."""
        there = all(since + SEAM >= end for since in self.away)
        return there and any(since - SEAM <= start and until + SEAM >= end for since, until in self.stretches)

    def known(self, start: datetime, end: datetime, count: int) -> bool:
        """Whether `count` may be shown: messages prove themselves, their absence needs coverage without a gap."""
        return count > 0 or (self.covers(start, end) and not self.touches_gap(start, end))


async def collected_in(
    archive: ArchiveReader, since: datetime, until: datetime, *, sources: Sequence[str] = ()
) -> Collected:
    """What these sources (all where none is named) gave of [since, until), and of the days before, which tell who is away."""
    return reduce_coverage(await archive.coverage(since - LEFT, until), sources=sources)


def reduce_coverage(rows: Iterable[Coverage], *, sources: Sequence[str] = ()) -> Collected:
    """Coverage of these sources (all where none is named). Rows without a stretch of time say nothing about time."""
    stretches: list[Stretch] = []
    last: dict[str, Stretch] = {}
    gaps: dict[tuple[str, str], list[Stretch]] = {}
    for row in rows:
        if row.since is None or row.until is None or (sources and row.source not in sources):
            continue
        if row.gap is None:
            stretches.append((row.since, row.until))
            last[row.source] = max(last.get(row.source, stretches[-1]), stretches[-1], key=_end)
        else:
            gaps.setdefault((row.source, row.gap), []).append((row.since, row.until))
    merged = [
        Gap(source=source, since=since, until=until, reason=reason)
        for (source, reason), found in gaps.items()
        for since, until in merge(found)
    ]
    return Collected(
        stretches=tuple(merge(stretches)),
        gaps=tuple(sorted(merged, key=lambda gap: gap.since)),
        away=tuple(_away(last.values())),
    )


def _away(last: Collection[Stretch]) -> Iterator[datetime]:
    """Since when each source is away, by the last stretch of each. The length of that says how often the source is asked."""
    newest = max(map(_end, last), default=None)
    for since, until in last:
        if newest is not None and max(LATELY, 2 * (until - since)) < newest - until < LEFT:
            yield until


def _end(stretch: Stretch) -> datetime:
    return stretch[1]


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that overlap or lie within a seam of one another become one."""
    merged: list[Stretch] = []
    for since, until in sorted(stretches):
        if merged and since <= merged[-1][1] + SEAM:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged
