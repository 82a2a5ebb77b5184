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
    """What these sources (all where none is named) gave of [since, until); who is away the days before tell too."""
    told = await archive.coverage(since - SEAM, until)
    return reduce_coverage(told, before=await archive.last_covered(since - LEFT, until), sources=sources)


def reduce_coverage(
    rows: Iterable[Coverage], *, before: Iterable[Coverage] = (), sources: Sequence[str] = ()
) -> Collected:
    """Coverage of these sources (all where none is named). Rows without a stretch of time say nothing about time.

    before  tells beside the rows who is away, and nothing else
    """
    dated = [*_dated(rows, sources)]
    gaps: dict[tuple[str, str], list[Stretch]] = {}
    for row, stretch in dated:
        if row.gap is not None:
            gaps.setdefault((row.source, row.gap), []).append(stretch)
    merged = [
        Gap(source=source, since=since, until=until, reason=reason)
        for (source, reason), found in gaps.items()
        for since, until in merge(found)
    ]
    return Collected(
        stretches=tuple(merge(stretch for row, stretch in dated if row.gap is None)),
        gaps=tuple(sorted(merged, key=lambda gap: gap.since)),
        away=tuple(_away(_last([*_dated(before, sources), *dated]).values())),
    )


def _dated(rows: Iterable[Coverage], sources: Collection[str]) -> Iterator[tuple[Coverage, Stretch]]:
    for row in rows:
        if row.since is not None and row.until is not None and (not sources or row.source in sources):
            yield row, (row.since, row.until)


def _last(dated: Iterable[tuple[Coverage, Stretch]]) -> dict[str, Stretch]:
    """Of each source the covered stretch that ends last; the first of those that end together."""
    last: dict[str, Stretch] = {}
    for row, stretch in dated:
        if row.gap is None:
            last[row.source] = max(last.get(row.source, stretch), stretch, key=_end)
    return last


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
