"""Goals: a figure of the archive in each period against what it should be, and what is not known of it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from core.query import AnyNode
from picture.collected import Collected, Stretch
from picture.moved import narrowed


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured: how many match `query`, or with `share` how many in a hundred of those that match `among` (all
    where that is None), and the target: `at_least`, `at_most`, one of the two or both.
    """

    query: AnyNode
    share: bool = False
    among: AnyNode | None = None
    at_least: float | None = None
    at_most: float | None = None


class Verdict(StrEnum):
    REACHED = "reached"
    MISSED = "missed"
    OPEN = "open"  # the period is not over
    UNKNOWN = "unknown"


class Lacks(StrEnum):
    """Why a figure is not the whole truth about its period."""

    RUNNING = "running"  # it is not over
    GAP = "gap"  # a source could not give some stretch of it
    UNCOLLECTED = "uncollected"  # nothing says that it was collected from end to end
    EXPIRED = "expired"  # it is older than what the sources' policies keep
    NOTHING = "nothing"  # there is nothing that it could be a share of


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One period [since, until). `value` is None where nobody knows; with `lacks` it may not be the whole.

    count, among  mentions that match, and those that they are a share of; None where a zero would prove nothing
    """

    since: datetime
    until: datetime
    value: float | None
    verdict: Verdict
    count: int | None
    among: int | None = None
    lacks: Lacks | None = None


async def readings(
    archive: ArchiveReader,
    measure: Measure,
    *,
    edges: Sequence[datetime],
    collected: Collected,
    now: datetime,
    kept_since: datetime,
    where: Filter | None = None,
) -> tuple[Reading, ...]:
    """A reading for each period between consecutive `edges`. What is older than `kept_since` may be gone by policy.

    `collected` is of the whole stretch; `where` narrows what is counted at all.
    """
    base = msgspec.structs.replace(where or Filter(), since=edges[0], until=edges[-1])
    if measure.among is not None:
        base = narrowed(base, measure.among)
    counts = await _counts(archive, narrowed(base, measure.query), edges)
    whole = await _counts(archive, base, edges) if measure.share else [None] * len(counts)
    return tuple(
        _reading(measure, (since, until), count, among, _lacks(collected, since, until, now, kept_since))
        for since, until, count, among in zip(edges, edges[1:], counts, whole, strict=False)
    )


async def _counts(archive: ArchiveReader, where: Filter, edges: Sequence[datetime]) -> list[int]:
    return [bucket.counts.get("", 0) for bucket in await archive.histogram(where, starts=edges)]


def _lacks(collected: Collected, since: datetime, until: datetime, now: datetime, kept_since: datetime) -> Lacks | None:
    passed = min(until, now)
    if since < kept_since:
        return Lacks.EXPIRED
    if collected.touches_gap(since, passed):
        return Lacks.GAP
    if not collected.covers(since, passed):
        return Lacks.UNCOLLECTED
    return Lacks.RUNNING if until > now else None


def _reading(measure: Measure, stretch: Stretch, count: int, among: int | None, lacks: Lacks | None) -> Reading:
    proved = lacks in (None, Lacks.RUNNING)
    if among is None:
        value = float(count) if count or proved else None
    else:
        value = 100 * count / among if among else None
        lacks = lacks or (None if among else Lacks.NOTHING)
    return Reading(
        since=stretch[0],
        until=stretch[1],
        value=value,
        verdict=_verdict(measure, value, lacks),
        count=count if count or among or proved else None,
        among=among if among or proved else None,
        lacks=lacks,
    )


def _verdict(measure: Measure, value: float | None, lacks: Lacks | None) -> Verdict:
    """Of a number of mentions that is not the whole, more can only come: too many stay too many, and enough stays enough."""
    undecided = Verdict.OPEN if lacks is Lacks.RUNNING else Verdict.UNKNOWN
    if value is None:
        return undecided
    too_many = measure.at_most is not None and value > measure.at_most
    enough = measure.at_least is None or value >= measure.at_least
    if lacks is None:
        return Verdict.REACHED if enough and not too_many else Verdict.MISSED
    if measure.share:
        return undecided
    if too_many:
        return Verdict.MISSED
    return Verdict.REACHED if enough and measure.at_most is None else undecided
