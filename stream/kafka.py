"""The log on Apache Kafka, for real load and several machines.

Appends are confirmed once every copy that is in step has them (acks=all), and a copy a broker is what `replication`
says: with one copy, a broker's lost disk is a lost log. A killed broker or process loses nothing that was confirmed.
Where an append was not confirmed, the caller repeats it, and a part of it may stand in the log twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from core import codec, time, topics
from core.errors import Retry, Stop
from core.ports import Reader, Record, TopicState
from core.tasks import end
from core.types import Coverage
from stream import _kafka_upkeep as upkeep
from stream._kafka_append import Appender
from stream._kafka_cluster import Cluster, Place
from stream._kafka_errors import hush
from stream._kafka_forgotten import FILLER, GONE, NEVER, Compacted, Cursors, Forgotten, cursor_key, marker
from stream._kafka_index import Index
from stream._kafka_look import Look
from stream._kafka_reader import KafkaReader, start
from stream._kafka_records import Entry as RecordEntry
from stream._kafka_records import Message, entry, offset_of, place_of, plain_key
from stream._kafka_settings import Security, Settings
from stream._kafka_state import State
from stream._kafka_topics import CURSORS, FORGOTTEN, Cleanup, LogTopic, declared, file_milliseconds, find, mistakes

__all__ = ["KafkaLog", "Security", "Settings", "open_log"]

Report = Callable[[str], None]
Entry = tuple[str, bytes]

FILE_AFTER = 20 * 60_000
"""Milliseconds, two rounds of retention: within one of them Kafka is asked to begin a new file behind what was taken out."""

FIRST_WAIT, MOST_WAIT = 0.2, 5.0
LOOKS = 5


@asynccontextmanager
async def open_log(
    settings: Settings,
    *,
    clock: time.Clock = time.now,
    report: Report = lambda _: None,
    patience: float = 0,
    declare: Sequence[LogTopic] | None = None,
    sinks: Sequence[str] = ("archive",),
) -> AsyncIterator["KafkaLog"]:
    """The log in that Kafka, its topics checked. `sinks` names those that have a topic replay.X.

    Where Kafka is away it is asked for up to `patience` seconds, which is said once; then Retry is raised. Raises Stop
    where a topic is missing or has another number of partitions, where the password is refused or a certificate is not
    trusted. Every call raises Retry where Kafka is away and Stop where a person has to act; no call waits longer than
    half a minute. `declare` replaces the declared topics.
    """
    hush()
    log = KafkaLog(settings, declared(settings, sinks) if declare is None else declare, clock=clock)
    try:
        await log.open(patience, report)
        yield log
    finally:
        await log.close()


class KafkaLog:
    """core.ports.Log on Kafka; made by `open_log`."""

    def __init__(self, settings: Settings, declare: Sequence[LogTopic], *, clock: time.Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._topics = {topic.name: topic for topic in declare}
        self._cluster = Cluster(settings, [settings.topic(name) for name in self._topics])
        self._appender = Appender(settings, self._cluster.partitions)
        self._forgotten = Forgotten()
        self._cursors = Cursors()
        self._marks = self._compacted(FORGOTTEN, self._forgotten.take)
        self._places = self._compacted(CURSORS, self._cursors.take)
        self._looks = {
            topic.name: Look(
                self._cluster,
                self._forgotten,
                settings.topic(topic.name),
                topic.partitions,
                own_keys=topic.cleanup is Cleanup.SINGLE,
            )
            for topic in declare
        }
        kept = {
            settings.topic(topic.name): self._looks[topic.name]
            for topic in declare
            if topic.cleanup is not Cleanup.LATEST
        }
        self._state = State(self._cluster, settings, kept)
        self._indices: dict[str, Index] = {}
        self._following: asyncio.Task[None] | None = None

    @property
    def settings(self) -> Settings:
        """Where it is, for who reads with a client of its own."""
        return self._settings

    async def open(self, patience: float, report: Report) -> None:
        """Check the topics, waiting for Kafka where it is away, and a moment for topics that were made just now."""
        counts = await self._counts(patience, report)
        wanted = list(self._topics.values())
        for _ in range(LOOKS):
            if not (wrong := mistakes(wanted, counts, self._settings)):
                return
            await asyncio.sleep(FIRST_WAIT)
            counts = await self._cluster.partitions()
        raise Stop("\n".join(wrong))

    async def _counts(self, patience: float, report: Report) -> dict[str, int]:
        loop = asyncio.get_running_loop()
        deadline, wait, said = loop.time() + patience, FIRST_WAIT, False
        while True:
            try:
                return await self._cluster.partitions()
            except Retry as error:
                if loop.time() + wait > deadline:
                    raise
                if not said:
                    report(f"waiting: {error}")
                said = True
            await asyncio.sleep(wait)
            wait = min(2 * wait, MOST_WAIT)

    async def append(self, topic: str, entries: Sequence[Entry]) -> int:
        look = self._look(topic)
        if not entries:
            return look.last(await self._cluster.ends(look.places))
        given = [entry(key, value, look.partitions, own=look.own_keys) for key, value in entries]
        partition, position = (await self._appender.append(look.name, given))[-1]
        return offset_of(partition, position, look.partitions)

    @asynccontextmanager
    async def reader(self, topic: str, group: str) -> AsyncIterator[Reader]:
        look, name = self._look(topic), self._settings.group(group)
        await self._follow()
        stored = await self._cluster.committed(name, self._settings.topic(topic))
        starts, ends = await self._cluster.starts(look.places), await self._cluster.ends(look.places)
        positions = {place: start(stored.get(place), starts[place], ends[place]) for place in look.places}
        if new := {place: position for place, position in positions.items() if place not in stored}:
            await self._cluster.commit(name, new)  # from now on the group is one of the topic's readers
        reader = KafkaReader(self._cluster, self._forgotten, name, positions, own_keys=look.own_keys)
        try:
            yield reader
        finally:
            await reader.close()

    async def since(self, topic: str, at: datetime, most: int) -> Sequence[Record]:
        return await (await self._caught_up(topic)).since(time.milliseconds(at), most)

    async def after(self, topic: str, offset: int, most: int) -> Sequence[Record]:
        return await (await self._caught_up(topic)).after(offset, most)

    async def tail(self, topic: str, most: int) -> Sequence[Record]:
        return await (await self._caught_up(topic)).tail(most)

    async def count(self, topic: str) -> int:
        return await (await self._caught_up(topic)).count()

    async def remember(self, coverage: Coverage) -> None:
        """Coverage first, then the cursor: dies this in between, the batch is read again and its coverage told again."""
        await self.append(topics.COVERAGE, [(f"{coverage.source}/{coverage.stream}", codec.encode(coverage))])
        if coverage.cursor_to is not None:
            entry = (cursor_key(coverage.source, coverage.stream), coverage.cursor_to.encode())
            await self.append(CURSORS, [entry])

    async def cursor(self, source: str, stream: str) -> str | None:
        await self._places.catch_up()
        return self._cursors.latest(source, stream)

    async def cursors(self) -> Mapping[tuple[str, str], str]:
        await self._places.catch_up()
        return self._cursors.all()

    async def state(self) -> Sequence[TopicState]:
        return await self._state.rows()

    async def passed(self, topic: str, group: str, offsets: Sequence[int]) -> bool:
        look = self._look(topic)
        stored = await self._cluster.committed(self._settings.group(group), look.name)
        places = [place_of(offset, look.partitions) for offset in offsets]
        return all(position < stored.get(look.places[partition], 0) for partition, position in places)

    async def forget(
        self, topic: str, keys: Sequence[str], *, doomed: Callable[[Record], bool] = lambda _: True
    ) -> int:
        """See stream/_kafka_upkeep.py for how long it takes until the brokers' files lose it."""
        look = await self._caught_up(topic)
        index = self._indices.setdefault(topic, Index(self._cluster, look.places, own_keys=look.own_keys))
        found = await upkeep.doomed_in(index, look, self._forgotten, keys, doomed)
        if found:
            await self._mark([(place, message.offset) for place, message in found], GONE)
        if found and look.own_keys:
            await self._take_out(look, [message for _, message in found])
        return len(found)

    async def retain(self, topic: str, keep: float, groups: Sequence[str]) -> int:
        look, now, file = await self._caught_up(topic), self._clock(), file_milliseconds(self._settings)
        names = [self._settings.group(group) for group in groups]
        old, forgotten = now - timedelta(seconds=keep), now - self._settings.forgotten_within
        times = upkeep.Times(time.milliseconds(old), time.milliseconds(forgotten), file)
        cut = await upkeep.cuts(self._cluster, look, self._forgotten, names, times)
        if shorter := {place: one.upto for place, one in cut.items() if one.upto > one.start}:
            await self._cluster.delete(shorter)
        before = time.milliseconds(now) - file
        open_ = upkeep.wants_new_file(self._forgotten, look, cut, since=before - FILE_AFTER, before=before)
        for place in open_:
            await self._begin_file(place, cut[place].upto)
        if withdrawn := upkeep.withdrawn(self._forgotten, cut):
            await self.append(FORGOTTEN, withdrawn)
        return sum(one.upto - one.start for one in cut.values())

    async def _begin_file(self, place: Place, start: int) -> None:
        """Append a record without content; it is dropped at once where nothing else is left."""
        ((_, position),) = await self._appender.append(place.topic, [RecordEntry(b"", None, place.partition, b"")])
        if position == start:
            await self._cluster.delete({place: position + 1})
        else:
            await self._mark([(place, position)], FILLER)

    async def _take_out(self, look: Look, messages: Sequence[Message]) -> None:
        """Append a null under the key that each of these alone has: Kafka's compaction does the rest."""
        nulls = [RecordEntry(message.key or b"", None, 0, plain_key(message, own=True)) for message in messages]
        stands = await self._appender.append(look.name, nulls)
        await self._mark([(look.places[partition], position) for partition, position in stands], FILLER)

    async def _mark(self, found: Sequence[tuple[Place, int]], what: bytes) -> None:
        await self.append(FORGOTTEN, [marker(place, position, value=what) for place, position in found])
        at = time.milliseconds(self._clock()) if what == GONE else NEVER
        for place, position in found:
            self._forgotten.mark(place, [position], at)

    async def forgotten(self, topic: str) -> Callable[[int], bool]:
        """Whether the record at that offset of the topic was forgotten, here or elsewhere, from now until this closes.

        For who reads with a client of its own, as Faust's workers do: what was forgotten is to be passed over.
        """
        look = self._look(topic)
        await self._follow()
        gone = [self._forgotten.of(place) for place in look.places]

        def was(offset: int) -> bool:
            partition, position = place_of(offset, look.partitions)
            return position in gone[partition]

        return was

    async def close(self) -> None:
        if self._following is not None:
            await end([self._following])
        await self._appender.close()
        await self._cluster.close()

    def _look(self, topic: str) -> Look:
        return self._looks[find(self._topics, topic).name]

    async def _caught_up(self, topic: str) -> Look:
        """The topic, once every mark of a forgotten record that stands in Kafka now is known."""
        look = self._look(topic)
        await self._marks.catch_up()
        return look

    async def _follow(self) -> None:
        """From now on learn at once what other processes forget."""
        await self._marks.catch_up()
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._marks.follow())

    def _compacted(self, name: str, take: Callable[..., None]) -> Compacted:
        return Compacted(self._cluster, Place(self._settings.topic(name), 0), take)
