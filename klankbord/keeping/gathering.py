"""Gathers the evidence of an alarm from the archive and freezes it: figures and ids as they are at that moment.

What is erased meanwhile stays out of it. An erasure is remembered first and takes from the desk before it takes from the archive: what is read there is
held against what is remembered, in the transaction that writes.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from core.document import Filter
from core.errors import Retry, Stop
from core.ports import ArchiveReader
from core.time import Clock, bucket_of, start_of
from desk.crisis.evidence import Driving, Evidence, Share, arrived, written
from desk.store import crisis_evidence
from desk.store.crisis_evidence import Wanted
from klankbord.stores import Stores
from picture.arriving import PROMPT
from picture.driving import Driver, Heard, driving
from picture.sentiment import sentiment_in
from picture.sight import Sight

LOG = logging.getLogger(__name__)


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What drove it: figures, and who was heard, `messages` and `authors`, whose ids they are."""

    figures: Evidence
    messages: Sequence[Heard]
    authors: Sequence[Heard]

    def evidence(self, erased: Callable[[str], bool]) -> Evidence:
        """Without who was erased, and without what they wrote."""
        return msgspec.structs.replace(
            self.figures, messages=_driving(self.messages, erased), authors=_driving(self.authors, erased)
        )


async def freeze(stores: Stores, sight: Sight, *, drill: str | None, clock: Clock) -> None:
    """Freeze what was promised, for that drill or for all. Raises Retry where some of it cannot be gathered now; the others are."""
    wrong = ""
    for wanted in await crisis_evidence.waiting(stores.desk):
        if drill in (None, wanted.drill):
            try:
                await _freeze(stores, sight, wanted, clock)
            except Retry as error:
                wrong = wrong or str(error)
            except Stop:
                raise
            except Exception as error:
                LOG.exception("the evidence of crisis %s cannot be gathered", wanted.crisis)
                wrong = wrong or type(error).__name__
    if wrong:
        raise Retry(f"evidence of a crisis cannot be gathered now: {wrong}")


async def _freeze(stores: Stores, sight: Sight, wanted: Wanted, clock: Clock) -> None:
    found = await gathered(stores.archive, sight, wanted)
    await crisis_evidence.frozen(stores.desk, wanted, lambda: written(found.evidence(stores.erased)), at=clock())


async def gathered(archive: ArchiveReader, sight: Sight, wanted: Wanted) -> Gathered:
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
    figures = Evidence(
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
    )
    return Gathered(figures=figures, messages=drove.messages, authors=drove.authors)


def _shares(found: Sequence[Driver]) -> tuple[Share, ...]:
    return tuple(Share(name=one.name, count=one.now, before=one.before) for one in found)


def _driving(found: Sequence[Heard], erased: Callable[[str], bool]) -> tuple[Driving, ...]:
    return tuple(
        Driving(id=one.id, source=one.source, author=one.author, count=one.count, reach=one.reach)
        for one in found
        if not erased(one.id) and not erased(one.author)
    )
