"""What arrived of each monitor, as the detector takes it: which buckets may teach what is usual, and which may be judged."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from core.document import Filter, Group
from core.ports import ArchiveReader
from core.time import BUCKET, bucket_of, start_of
from picture.arriving import PROMPT, Heard, Numbers, heard
from picture.detector import Counts

LOOKED_BACK = timedelta(days=35) // BUCKET
"""Buckets that tell what is usual."""
_LEAD = PROMPT // BUCKET
"""Buckets for which what returns is not judged."""
_MISSED = 50.0
"""So many messages would usually have arrived in a silence that is an outage of ours and not a quiet night."""
_BURST = 5
"""Fewer messages that come behind are no source that catches up."""
_MOST = 10_000

Flags = npt.NDArray[np.bool_]


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch [since, until) in which so many times the usual is expected of these monitors, of all where none is named."""

    since: datetime
    until: datetime
    times: float
    monitors: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is watched.

    monitors   each with when it was saved, before which it heard only part; None where that is not known
    campaigns  what the calendar expects
    drills     whether what is part of an exercise counts beside the rest
    """

    monitors: Mapping[str, datetime | None]
    campaigns: Sequence[Campaign] = ()
    drills: bool = False


class Usual(NamedTuple):
    """What the weeks before tell of how the messages come.

    rate     arrivals a bucket of all monitors together
    filled   the latest buckets in which anything arrived, one more than are not judged after an outage
    began    the first bucket from which each monitor was heard as a whole
    behind   monitors of which most comes behind anyway: their sources are asked now and then
    sources  the monitors that each source delivers to
    """

    rate: float
    filled: tuple[int, ...]
    began: Mapping[str, int]
    behind: frozenset[str]
    sources: Mapping[str, frozenset[str]]


async def before(archive: ArchiveReader, asked: Asked, *, until: int) -> tuple[Heard, Usual]:
    """All that the weeks up to that bucket hold, and what it tells; history teaches what is usual before the first live message."""
    since = until - LOOKED_BACK
    told = await heard(archive, tuple(asked.monitors), since=since, until=until, drills=asked.drills, past=True)
    where = Filter(since=start_of(since), irrelevant=True, muted=True)
    sources = {
        source: frozenset(
            name for name, _ in await archive.terms(_of_source(where, source), by=Group.MONITOR, size=_MOST)
        )
        for source, _ in await archive.terms(where, by=Group.SOURCE, size=_MOST)
    }
    return told, usual_of(told, asked, sources)


async def lately(archive: ArchiveReader, asked: Asked, *, since: int, until: int) -> Heard:
    """What arrived in the buckets [since, until), with those before that decide whether these are judged."""
    return await heard(
        archive, tuple(asked.monitors), since=since - _LEAD, until=until, drills=asked.drills, past=False
    )


def _of_source(where: Filter, source: str) -> Filter:
    return msgspec.structs.replace(where, sources=(source,))


def usual_of(told: Heard, asked: Asked, sources: Mapping[str, frozenset[str]]) -> Usual:
    """Pure."""
    filled = np.flatnonzero(told.total)
    length = len(told.total) - filled[0] if len(filled) else 1
    began, behind = {}, set()
    for place, (name, saved) in enumerate(asked.monitors.items()):
        seen, _, _, late = told.of(place)
        if (first := _began(seen, saved, told.since)) is not None:
            began[name] = first
        if 2 * late.sum() > seen.sum():
            behind.add(name)
    latest = tuple((told.since + filled[-_LEAD - 1 :]).tolist())
    return Usual(float(told.total.sum()) / length, latest, began, frozenset(behind), sources)


def went_on(usual: Usual, told: Heard, *, until: int) -> Usual:
    """With what is told since: when anything came before that bucket, and who was heard for the first time."""
    filled = told.since + np.flatnonzero(told.total[: until - told.since])
    latest = tuple(sorted({*usual.filled, *filled.tolist()})[-_LEAD - 1 :])
    first = {
        told.monitors[place]: told.since + int(told.rows[told.rows[:, 0] == place, 1].min())
        for place in np.unique(told.rows[:, 0]).tolist()
        if told.monitors[place] not in usual.began
    }
    return usual._replace(filled=latest, began={**usual.began, **first})


def _began(seen: Numbers, saved: datetime | None, since: int) -> int | None:
    if saved is not None:
        return max(since, bucket_of(saved) + 1)
    filled = np.flatnonzero(seen)
    return since + int(filled[0]) if len(filled) else None


def counts(told: Heard, usual: Usual, asked: Asked, *, since: int) -> Iterator[tuple[str, Counts]]:
    """Of one monitor after the other, from that bucket on."""
    skipped = since - told.since
    last = max((one for one in usual.filled if one < told.since), default=None)
    silent = outages(told.total, usual.rate, quiet=None if last is None else told.since - last - 1)
    for place, name in enumerate(told.monitors):
        seen, negative, reach, behind = told.of(place)
        missing = silent | _missing(told, usual, name)
        catching_up = (2 * behind > seen) & (behind >= _BURST) & (name not in usual.behind)
        teaches = ~missing & ~catching_up & (np.arange(told.since, told.until) >= usual.began.get(name, told.until))
        yield (
            name,
            Counts(
                start=since,
                seen=seen[skipped:],
                negative=negative[skipped:],
                reach=reach[skipped:].astype(np.float64),
                learn=teaches[skipped:],
                judge=~_trailed(missing | catching_up)[skipped:],
                factor=factors(asked.campaigns, name, since, told.until),
            ),
        )


def outages(total: Numbers, rate: float, *, quiet: int | None) -> Flags:
    """Buckets of a silence in which so much would usually have come that nothing can have been collected.

    quiet  how many empty buckets went before these since the last that held anything; None where none ever did: what is
           before the first live message is no silence
    """
    empty = total == 0
    if quiet is None:
        empty &= np.maximum.accumulate(~empty)
        quiet = 0
    number = np.arange(len(total))
    filled = np.maximum.accumulate(np.where(empty, -1 - quiet, number))
    ahead = np.minimum.accumulate(np.where(empty, len(total), number)[::-1])[::-1]
    return np.asarray(empty & ((ahead - filled - 1) * rate >= _MISSED))


def factors(campaigns: Sequence[Campaign], monitor: str, since: int, until: int) -> npt.NDArray[np.float64]:
    """What the calendar expects in each bucket: the most of what it says."""
    found = np.ones(until - since)
    for one in campaigns:
        if not one.monitors or monitor in one.monitors:
            first, end = (min(max(bucket_of(time), since), until) - since for time in (one.since, one.until))
            found[first:end] = np.maximum(found[first:end], one.times)
    return found


def _missing(told: Heard, usual: Usual, monitor: str) -> Flags:
    """Buckets that touch a gap of a source that delivers to the monitor, or of one of which nobody knows whom it delivers to."""
    found = np.zeros(told.until - told.since, np.bool_)
    for gap in told.gaps:
        if monitor in usual.sources.get(gap.source, (monitor,)):
            first, last = bucket_of(gap.since) - told.since, bucket_of(gap.until) - told.since
            found[max(first, 0) : max(last + 1, 0)] = True
    return found


def _trailed(flags: Flags) -> Flags:
    """These and the buckets after them in which what was missed may still come."""
    found = flags.copy()
    for step in range(1, min(_LEAD, len(flags) - 1) + 1):
        found[step:] |= flags[:-step]
    return found
