"""What the detectors would have said over a past period, run by run."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from core.time import BUCKET, start_of
from picture.detector import Level, Verdict
from picture.sight import GRAVE, Sight
from picture.watching import Asked

_INSTANT = timedelta(milliseconds=1)
_STEP = timedelta(hours=6) // BUCKET


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Watches and alarms of one monitor that belong together.

    since, until   the buckets in which it began and last was said
    alarmed        the bucket of its first alarm; None where it was a watch alone
    worst          the least likely verdict of its gravest level
    """

    monitor: str
    since: int
    until: int
    alarmed: int | None
    worst: Verdict


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the period: up to which bucket, and what was said of each monitor, bucket by bucket."""

    until: int
    said: dict[str, tuple[Verdict, ...]]


async def replay(
    archive: ArchiveReader, asked: Asked, *, zone: ZoneInfo, since: int, until: int
) -> AsyncIterator[Replayed]:
    """Of the buckets [since, until), a few hours at a time, from what arrived before them as the archive holds it now."""
    sight = await Sight.made(archive, asked, zone=zone, until=since)
    for end in [*range(since + _STEP, until, _STEP), until]:
        found = await sight.look(archive, ended=end)
        yield Replayed(until=end, said={name: tuple(one.ended) for name, one in found.items()})


async def first_arrival(archive: ArchiveReader, monitors: tuple[str, ...], since: int, until: int) -> int | None:
    """The first of the buckets [since, until) in which anything of these monitors arrived, found by halves; None where nothing did."""

    async def many(first: int, end: int) -> int:
        times = start_of(first) - _INSTANT, start_of(end) - _INSTANT  # a filter takes in the second, and not the first
        return await archive.count(Filter(monitors=monitors, arrived=times))

    if not await many(since, until):
        return None
    first, end = since, until
    while end - first > 1:
        middle = (first + end) // 2
        first, end = (first, middle) if await many(first, middle) else (middle, end)
    return first


def runs(monitor: str, verdicts: Iterable[Verdict]) -> list[Run]:
    """The runs in these verdicts, in order."""
    found: defaultdict[int, list[Verdict]] = defaultdict(list)
    for one in verdicts:
        if one.since is not None and one.level in (Level.WATCH, Level.ALARM):
            found[one.since].append(one)
    return [_run(monitor, since, said) for since, said in sorted(found.items())]


def _run(monitor: str, since: int, said: list[Verdict]) -> Run:
    return Run(
        monitor=monitor,
        since=since,
        until=max(one.bucket for one in said),
        alarmed=min((one.bucket for one in said if one.level is Level.ALARM), default=None),
        worst=max(said, key=lambda one: (GRAVE.index(one.level), one.odds)),
    )
