"""Volume over time with what is normal, and sentiment on the same axis."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from core.document import Bucket, Filter, Group
from core.findings import ONE_LABEL
from core.ports import ArchiveReader
from picture.buckets import Width, starts, width_for
from picture.collected import Collected, Gap, collected_in
from picture.expected import WEEKS_BEFORE, Band, bands, usual_total
from picture.sentiment import UNJUDGED, Sentiment, sentiment_of

RECENT = timedelta(hours=6)
LEAST_NORMAL = 3
_SHORT_HISTORY = {Width.FIVE_MINUTES: 4, Width.QUARTER: 4}  # weeks looked back where buckets are many


_SINGLE = {known.group for known in ONE_LABEL}


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket: `count` is None where it was not collected, `band` None while learning what is normal.

    partial  part of it lies in a gap, outside the range or in the future: the count is real but not the whole
    """

    start: datetime
    end: datetime
    count: int | None
    band: Band | None
    sentiment: Sentiment | None
    partial: bool = False


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """The chart of [since, until).

    usual   the total of a normal period of that length, None while learning
    recent  times normal in about the last six hours, where the range is longer than a day and reaches to now
    """

    width: Width
    points: tuple[Point, ...]
    gaps: tuple[Gap, ...]
    usual: float | None
    recent: float | None = None


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one field's most frequent values in the buckets of a chart.

    labels  most frequent first; counts  one row a bucket, in the order of the labels
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


async def split(archive: ArchiveReader, where: Filter, shown: Volume, *, by: Group, size: int) -> Split:
    """The `size` most frequent values of the filter in the buckets of its chart. A bucket that is unknown there is unknown here.

    Of a finding that has one label, UNJUDGED are those that carry none.
    """
    labels = tuple(name for name, _ in await archive.terms(where, by=by, size=size))
    labels += (UNJUDGED,) if by in _SINGLE else ()
    if not shown.points:
        return Split(labels=labels, counts=())
    starts = [*(point.start for point in shown.points), shown.points[-1].end]
    buckets = await archive.histogram(where, starts=starts, by=by)
    told = [one.counts | {UNJUDGED: 2 * one.counts.get("", 0) - sum(one.counts.values())} for one in buckets]
    return Split(labels=labels, counts=tuple(tuple(one.get(label, 0) for label in labels) for one in told))


async def volume(archive: ArchiveReader, where: Filter, *, zone: ZoneInfo, now: datetime) -> Volume:
    """Volume of the filter's range, which must be bounded at both ends. Event time, buckets aligned to the zone."""
    since, until = _range(where)
    width = width_for(until - since)
    first = since - timedelta(weeks=_SHORT_HISTORY.get(width, WEEKS_BEFORE))
    edges = starts(first, until, width=width, zone=zone)
    inside = next(index for index in range(len(edges) - 1, -1, -1) if edges[index] <= since)
    wanted = edges[inside:]
    history = await archive.histogram(
        msgspec.structs.replace(where, since=edges[0], until=since), starts=edges[: inside + 1]
    )
    shown = await archive.histogram(where, starts=wanted, by=Group.SENTIMENT)
    collected = await collected_in(archive, edges[0], until, sources=where.sources)
    return _assemble(
        edges, inside, [*history, *shown], where=where, collected=collected, zone=zone, now=now, width=width
    )


def _range(where: Filter) -> tuple[datetime, datetime]:
    if where.since is None or where.until is None:
        raise ValueError("a chart needs a range with a start and an end")
    return where.since, where.until


def _share_shown(point: Point, *, since: datetime, until: datetime) -> float:
    shown = min(point.end, until) - max(point.start, since)
    return max(0.0, shown / (point.end - point.start))


def _assemble(
    edges: Sequence[datetime],
    inside: int,
    buckets: Sequence[Bucket],
    *,
    where: Filter,
    collected: Collected,
    zone: ZoneInfo,
    now: datetime,
    width: Width,
) -> Volume:
    since, until = _range(where)
    counts: dict[datetime, int | None] = {}
    whole: dict[datetime, int | None] = {}
    for bucket, start, end in zip(buckets, edges, edges[1:], strict=False):
        passed = min(end, now)
        count = bucket.counts.get("", 0)
        counts[start] = count if start < now and collected.known(start, passed, count) else None
        whole[start] = None if end > now or collected.touches_gap(start, end) else counts[start]
    wanted = edges[inside:-1]
    normal = bands(whole, wanted, zone=zone)
    points = [
        Point(
            start=start,
            end=end,
            count=counts[start],
            band=band,
            sentiment=None if counts[start] is None else sentiment_of(bucket.counts),
            partial=start < since or end > min(now, until) or collected.touches_gap(start, end),
        )
        for start, end, band, bucket in zip(wanted, edges[inside + 1 :], normal, buckets[inside:], strict=True)
        if start < now
    ]
    elapsed = [_share_shown(point, since=since, until=min(until, now)) for point in points]
    usual = usual_total(whole, [point.start for point in points], elapsed, zone=zone)
    shown_from, shown_to = edges[inside], edges[-1]
    gaps = tuple(gap for gap in collected.gaps if gap.until > shown_from and gap.since < shown_to)
    recent = _recent(points, now=now) if until - since > timedelta(days=1) and until >= now else None
    return Volume(width=width, points=tuple(points), gaps=gaps, usual=usual, recent=recent)


def _recent(points: Sequence[Point], *, now: datetime) -> float | None:
    """Count over median of the last buckets, the running one by the share of it that has passed.

    None where fewer than three messages would be normal.
    """
    last = [
        one
        for one in points
        if one.start >= now - RECENT - (one.end - one.start) and (not one.partial or one.end > now)
    ]
    known = [
        (one.count, one.band.middle * _share_shown(one, since=one.start, until=now))
        for one in last
        if one.count is not None and one.band
    ]
    normal = sum(middle for _, middle in known)
    return sum(count for count, _ in known) / normal if normal >= LEAST_NORMAL else None
