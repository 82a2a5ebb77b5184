"""Gathers the evidence of an alarm from the archive: figures and ids as they are at that moment."""

from collections import Counter
from collections.abc import Sequence

from core.document import Filter
from core.ports import ArchiveReader
from core.time import bucket_of, start_of
from desk.crisis.evidence import Driving, Evidence, Share, arrived
from desk.store.crisis_evidence import Wanted
from picture.arriving import PROMPT
from picture.driving import Driver, Heard, driving
from picture.sentiment import sentiment_in
from picture.sight import Sight


async def gathered(archive: ArchiveReader, sight: Sight, wanted: Wanted) -> Evidence:
    """What drove it. In each bucket what its monitors heard is added up; in all a message that two of them heard is one."""
    first, end = bucket_of(wanted.since), bucket_of(wanted.until) + 1
    drills = wanted.drill is not None
    where = Filter(monitors=wanted.monitors, drills=drills, prompt=PROMPT)
    since, until = start_of(first), start_of(end)
    in_all = await sentiment_in(archive, arrived(wanted.monitors, since, wanted.until, drills=drills))
    heard = await archive.arrivals(where, since=since, until=until)
    counts = Counter[int]()
    for one in heard:
        counts[one.bucket] += one.seen
    drove = await driving(archive, where, since=since, until=until)
    return Evidence(
        since=since,
        until=wanted.until,
        monitors=wanted.monitors,
        total=in_all.total,
        negative=in_all.negative,
        counts=tuple(counts[bucket] for bucket in range(first, end)),
        expected=tuple(round(one, 2) for one in sight.expected(wanted.monitors, first, end)),
        reach=sum(one.reach for one in heard),
        tones=_shares(drove.feelings),
        topics=_shares(drove.topics),
        sources=_shares(drove.sources),
        messages=_driving(drove.messages),
        authors=_driving(drove.authors),
    )


def _shares(found: Sequence[Driver]) -> tuple[Share, ...]:
    return tuple(Share(name=one.name, count=one.now, before=one.before) for one in found)


def _driving(found: Sequence[Heard]) -> tuple[Driving, ...]:
    return tuple(Driving(id=one.id, source=one.source, count=one.count, reach=one.reach) for one in found)
