"""What was collected and what was not: coverage records reduced to stretches, and whether a zero may be shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from core.types import Coverage

SEAM = timedelta(minutes=5)
"""Neighbouring stretches may lie this far apart, and the newest may end this long ago, and still count as unbroken."""

Stretch = tuple[datetime, datetime]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch [since, until) of event time that one source could not give, and why."""

    source: str
    since: datetime
    until: datetime
    reason: str


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """The stretches that some source covered, merged and sorted, and the gaps of every source."""

    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]

    def touches_gap(self, start: datetime, end: datetime) -> bool:
        """Whether some source has a gap inside [start, end)."""
        return any(gap.since < end and gap.until > start for gap in self.gaps)

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether [start, end) was collected as a whole, seams aside."""
        return any(since - SEAM <= start and until + SEAM >= end for since, until in self.stretches)

    def known(self, start: datetime, end: datetime, count: int) -> bool:
        """Whether `count` may be shown: messages prove themselves, their absence needs coverage without a gap."""
        return count > 0 or (self.covers(start, end) and not self.touches_gap(start, end))


def reduce_coverage(rows: Iterable[Coverage], *, sources: Sequence[str] = ()) -> Collected:
    """Coverage of these sources (all where none is named). Rows without a stretch of time say nothing about time."""
    stretches: list[Stretch] = []
    gaps: dict[tuple[str, str], list[Stretch]] = {}
    for row in rows:
        if row.since is None or row.until is None or (sources and row.source not in sources):
            continue
        if row.gap is None:
            stretches.append((row.since, row.until))
        else:
            gaps.setdefault((row.source, row.gap), []).append((row.since, row.until))
    merged = [
        Gap(source=source, since=since, until=until, reason=reason)
        for (source, reason), found in gaps.items()
        for since, until in merge(found)
    ]
    return Collected(stretches=tuple(merge(stretches)), gaps=tuple(sorted(merged, key=lambda gap: gap.since)))


def merge(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that overlap or lie within a seam of one another become one."""
    merged: list[Stretch] = []
    for since, until in sorted(stretches):
        if merged and since <= merged[-1][1] + SEAM:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged
