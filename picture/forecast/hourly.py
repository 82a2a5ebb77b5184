"""Reads the history of a forecast from the archive: mentions by the hour of event time, as the charts count them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from core.document import Filter, Group
from core.ports import ArchiveReader
from picture.collected import SEAM, Collected, reduce_coverage
from picture.forecast.comparable import BEFORE
from picture.forecast.history import DAY, HOUR, Floats, History, hour_of, hour_start

_MOST = 10_000


async def history(archive: ArchiveReader, where: Filter, *, zone: ZoneInfo, now: datetime) -> History:
    """The eight weeks of whole hours before `now`, whatever times the filter has.

    An hour is known as a point of the chart is: nothing of it lies in a gap, and without a message it was collected from end to end; but by
    those sources alone that bring the monitor anything. What lies before the first message is not known either: nobody says since when a
    monitor is.
    """
    end = hour_of(now)
    hours = range(end - BEFORE, end)
    starts = [hour_start(hour) for hour in (*hours, end)]
    asked = msgspec.structs.replace(where, since=starts[0], until=starts[-1])
    found = await archive.histogram(asked, starts=starts)
    counts = np.array([one.counts.get("", 0) for one in found], np.float64)
    everything = msgspec.structs.replace(asked, irrelevant=True, muted=True)
    delivering = [name for name, _ in await archive.terms(everything, by=Group.SOURCE, size=_MOST)]
    collected = reduce_coverage(await archive.coverage(starts[0], starts[-1]), sources=delivering)
    return History.of(hours.start, known(counts, collected, hours.start), zone)


def known(counts: Floats, collected: Collected, start: int) -> Floats:
    """The counts of hours from `start` on, NaN where they are not known.

    A gap is written when its source is back. So the last hours are not known either, up to a day of them, where nothing came and
    usually something does at that time of day.
    """
    covered, gaps = np.zeros(len(counts), np.bool_), np.zeros(len(counts), np.bool_)
    for since, until in collected.stretches:
        covered[_places(-(-(since - SEAM - hour_start(start)) // HOUR), (until + SEAM - hour_start(start)) // HOUR)] = (
            True
        )
    for gap in collected.gaps:
        gaps[_places((gap.since - hour_start(start)) // HOUR, -(-(gap.until - hour_start(start)) // HOUR))] = True
    there = ~gaps & ((counts > 0) | covered)
    filled = np.flatnonzero(counts)
    there[: filled[0] if len(filled) else len(counts)] = False
    found = np.where(there, counts, np.nan)
    silent = np.arange(max(filled[-1] + 1, len(counts) - DAY) if len(filled) else 0, len(counts))
    found[[place for place in silent if _usually(found[: silent[0]], place)]] = np.nan
    return found


def _usually(before: Floats, place: int) -> bool:
    """Whether more than half of the known hours at that time of day brought something."""
    alike = before[place % DAY :: DAY]
    alike = alike[~np.isnan(alike)]
    return 2 * int((alike > 0).sum()) > len(alike)


def _places(first: int, end: int) -> slice:
    return slice(max(first, 0), max(end, 0))
