"""What moved: topics by change against the same stretch some weeks before, and what is new among them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import Filter, Group, Order, Stored
from core.ports import ArchiveReader
from core.query import And, AnyNode, Everything, Field, FieldName

NEW_AT_LEAST = 5
NEW_GROWTH = 2.0
MOST_TOPICS = 1000


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: mentions now and in the comparable period before; `before` None where that was not collected."""

    topic: str
    now: int
    before: int | None

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.now - self.before

    @property
    def growth(self) -> float | None:
        """Times as many as before; None where there were none or nobody knows."""
        return self.now / self.before if self.before else None


class Emerging(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that at least doubled, with its first message in the range and the one with most reach."""

    moved: Moved
    first: Stored | None
    sample: Stored | None


def period_before(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The same stretch moved back by whole weeks, as few as keep the two apart: a Tuesday is held against a Tuesday."""
    weeks = max(1, -(-(until - since) // timedelta(weeks=1)))
    back = timedelta(weeks=weeks)
    return since - back, until - back


def compare(now: Sequence[tuple[str, int]], before: Mapping[str, int] | None) -> list[Moved]:
    """Topics by the size of their change; by volume where there is nothing to compare with."""
    counts = dict(now)
    names = sorted(set(counts) | set(before or ()))
    found = [
        Moved(topic=name, now=counts.get(name, 0), before=None if before is None else before.get(name, 0))
        for name in names
    ]
    return sorted(found, key=lambda moved: (-abs(moved.now if moved.change is None else moved.change), -moved.now))


def about_topic(where: Filter, topic: str) -> Filter:
    """The filter narrowed to one topic."""
    return narrowed(where, Field(name=FieldName.TOPIC, value=topic.casefold()))


def narrowed(where: Filter, node: AnyNode) -> Filter:
    """The filter with one more condition."""
    if where.query is None or isinstance(where.query, Everything):
        return msgspec.structs.replace(where, query=node)
    return msgspec.structs.replace(where, query=And(parts=(where.query, node)))


async def topic_changes(archive: ArchiveReader, where: Filter, *, before: Filter | None) -> list[Moved]:
    """Topics of the filter's range against those of `before`, the same filter over the earlier range, if collected.

    All of them: one that is left out on one side would pass for a topic without mentions there.
    """
    now = await archive.terms(where, by=Group.TOPIC, size=MOST_TOPICS)
    earlier = None if before is None else dict(await archive.terms(before, by=Group.TOPIC, size=MOST_TOPICS))
    return compare(now, earlier)


async def emerging(archive: ArchiveReader, where: Filter, moved: Sequence[Moved], *, most: int = 3) -> list[Emerging]:
    """The topics that at least doubled, strongest growth first, each with its evidence."""
    grown = [one for one in moved if is_new(one)]
    grown.sort(key=lambda one: (-(one.growth or float(one.now)), -one.now))
    return [await _evidence(archive, where, one) for one in grown[:most]]


def is_new(moved: Moved) -> bool:
    """Whether it at least doubled, from five mentions on."""
    if moved.before is None or moved.now < NEW_AT_LEAST:
        return False
    return moved.growth is None or moved.growth >= NEW_GROWTH


async def _evidence(archive: ArchiveReader, where: Filter, moved: Moved) -> Emerging:
    about = about_topic(where, moved.topic)
    first = await archive.search(about, order=Order.OLDEST, size=1)
    sample = await archive.search(about, order=Order.REACH, size=1)
    return Emerging(moved=moved, first=next(iter(first.mentions), None), sample=next(iter(sample.mentions), None))
