"""What is new: one reader of the log that comes after the archive, remembers what it hears and tells the desk what emerges.

All it knows is in memory and can be made again: at the start, and whenever something was said or deleted that reaches back, it is
made anew from what the archive holds and shows by then. So nothing is lost with the process, and what was deleted,
judged irrelevant or muted is in no topic for longer than AGAIN_AFTER; single messages leave at once. What not everybody could
read at its source is not heard at all: what emerges leaves the house as words and figures.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from time import monotonic

from core.document import Filter, Placed
from core.emerging import Emergence
from core.ports import Item
from core.query import open_alone
from core.time import Clock, milliseconds, now
from core.types import OPEN, Coverage, Deletion, Enriched, Failure, Judgement, Mute, Scope
from desk.store import backlog, emerging
from enrich._corpus import load_corpus
from enrich._encoder.vector import unpack
from enrich._ordinary import Ordinary
from klankbord.configuration import EMERGING
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.stores import Stores
from picture.clusters import HOURS, Clusters
from picture.remembered import Heard
from sinks._placed import placed

PROMPT = timedelta(hours=1)
"""What is older when it arrives was not heard as it was said: it tells what is ordinary, and is no news."""
LOOKED_BACK = timedelta(hours=HOURS)
MOST_AGAIN = 300_000
"""Mentions that it is made from again."""
AT_ONCE = 5_000
EVERY = 1.0
"""Seconds between looks at what emerges."""
AGAIN_AFTER = 10.0
"""Seconds between two times that all is made anew."""
SHARE = 20
"""That takes at most one in so many of the seconds."""
WIDTH = 388
"""Bytes of a vector."""


class Emerging:
    """The sink `emerging`. Idempotent: a message that is known is counted once."""

    name, takes_history, takes_drills, in_flight = EMERGING, True, False, 1
    tells_arrival = True  # no message arrives here

    def __init__(self, stores: Stores, *, clock: Clock = now) -> None:
        self._stores, self._clock, self._corpus = stores, clock, load_corpus()
        self._turn = asyncio.Lock()
        self._clusters, self._ordinary = Clusters(), Ordinary(self._corpus)
        self._made, self._stale = False, False
        self._again_at, self._learned = 0.0, 0
        self._erased = stores.erased.version()
        self._told: Emergence | None = None

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        async with self._turn:
            if not self._made:
                await self._make()
            moment = self._clock()
            run: list[Placed] = []
            for item in batch:
                if isinstance(item, Enriched) and item.mention.visibility in OPEN:
                    run.append(placed(item, item.vector, milliseconds(moment)))
                else:
                    await asyncio.to_thread(self._take, run)
                    run = []
                    self._said(item)
            await asyncio.to_thread(self._take, run)
        return []

    async def tell(self) -> None:
        """Make all anew where that is due, and tell the desk what emerges. Raises Retry where an engine is away."""
        async with self._turn:
            if not self._made or (self._due() and monotonic() >= self._again_at):
                await self._make()
            self._forget_erased()
            moment = self._clock()
            found = await asyncio.to_thread(self._found, moment)
            if self._told is None or (found.topics, found.learned) != (self._told.topics, self._told.learned):
                await emerging.put(self._stores.desk, found)
                self._told = found

    def _due(self) -> bool:
        """Whether something reached back, or what is ordinary is known much better by now."""
        learned = self._ordinary.learned
        return self._stale or self._learned < learned // 2 < MOST_AGAIN // 2

    def _forget_erased(self) -> None:
        """What was erased on request is told by no record. What is told after this is looked at again the next time."""
        version = self._stores.erased.version()
        if version != self._erased:
            self._clusters.drop(mentions=self._clusters.gone(self._stores.erased))
            self._erased, self._stale = version, True

    def _found(self, moment: datetime) -> Emergence:
        self._clusters.forward(_hour(moment))
        topics = tuple(self._clusters.risen())
        return Emergence(at=moment, learned=self._clusters.learned, topics=topics)

    def _said(self, item: Enriched | Deletion | Judgement | Mute | Coverage) -> None:
        """What is gone, or not public any more, leaves at once; the rest when all is made anew."""
        match item:
            case Enriched():
                self._stale |= self._clusters.drop(mentions=[item.mention.id])
            case Deletion(lifted=False, scope=Scope.MENTION):
                self._stale |= self._clusters.drop(mentions=[item.target])
            case Deletion(lifted=False):
                self._stale |= self._clusters.drop(authors=[item.target])
            case Judgement(name="irrelevant", labels=("yes",)):
                self._stale |= self._clusters.drop(mentions=[item.mention])
            case Mute(author=str() as author, word=None, lifted=False):
                self._stale |= self._clusters.drop(authors=[author])
            case Deletion() | Mute() | Judgement(name="irrelevant"):
                self._stale = True

    async def _make(self) -> None:
        """All from what the archive shows, in the order in which it came; what was told keeps its id."""
        self._made = False
        began, moment = monotonic(), self._clock()
        self._clusters, self._ordinary = Clusters(past=self._clusters.past), Ordinary(self._corpus)
        self._clusters.forward(_hour(moment))
        async for chunk in self._archived(moment):
            await asyncio.to_thread(self._learn, chunk)
        self._learned = self._ordinary.learned
        async for chunk in self._archived(moment):
            await asyncio.to_thread(self._take, chunk, learns=False)
        told = self._told or await emerging.now(self._stores.desk)
        for topic in told.topics if told else ():
            self._clusters.knows(topic.id, [one.mention for one in topic.members])
        for name, mentions in (await backlog.known_topics(self._stores.desk)).items():
            self._clusters.knew(name, mentions)
        self._made, self._stale = True, False
        self._again_at = monotonic() + max(AGAIN_AFTER, SHARE * (monotonic() - began))

    async def _archived(self, until: datetime) -> AsyncIterator[Sequence[Placed]]:
        """The latest that arrived, in pieces, oldest first."""
        archive, back = self._stores.archive, LOOKED_BACK
        while (count := await archive.count(_arrived(until - back, until))) > MOST_AGAIN:
            back /= 2
        pieces = max(1, count // (4 * AT_ONCE))
        for piece in range(pieces):
            since = until - back + piece * back / pieces
            end = until if piece == pieces - 1 else since + back / pieces
            found = [one async for chunk in archive.placed(_arrived(since, end)) for one in chunk]
            found.sort(key=lambda one: (one.arrived_at, one.created_at, one.mention))
            for start in range(0, len(found), AT_ONCE):
                yield found[start : start + AT_ONCE]

    def _learn(self, placed: Sequence[Placed]) -> None:
        usable = [one for one in placed if len(one.vector) == WIDTH]
        if usable:
            self._ordinary.learn(unpack([one.vector for one in usable]), [one.language for one in usable])

    def _take(self, placed: Sequence[Placed], *, learns: bool = True) -> None:
        usable = [one for one in placed if len(one.vector) == WIDTH and not self._stores.erased(one.mention)]
        usable = [one for one in usable if not self._stores.erased(one.author)]
        if not usable:
            return
        vectors, languages = unpack([one.vector for one in usable]), [one.language for one in usable]
        if learns:
            self._ordinary.learn(vectors, languages)
        self._clusters.add([_heard(one) for one in usable], self._ordinary.seen(vectors, languages))


def _arrived(since: datetime, until: datetime) -> Filter:
    return Filter(arrived=(since, until), query=open_alone())


def _heard(one: Placed) -> Heard:
    live = not one.history and one.arrived_at - one.created_at <= PROMPT
    return Heard(one.mention, one.author, _hour(one.arrived_at if live else one.created_at), live, hash(one.vector))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)


async def keep_emerging(new: Emerging, stop: asyncio.Event, report: Report) -> None:
    """Tell what emerges until `stop` is set (klankbord.keeping.persisting)."""
    broken = "what is new is not told for now"
    await persist(new.tell, stop, report, name=EMERGING, broken=broken, every=EVERY)
