"""The embedded log: one SQLite file a log topic and one a group, in one folder that several processes share.

Appends and what `remember` stores are flushed to the disk (fsync) before they are confirmed: a power cut takes nothing
that was confirmed. Commits of groups are not flushed one by one: a power cut may take the last ones, and then their
records are read again. A killed process loses neither. Offsets are never given twice.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic

import apsw

from core import codec, time, topics
from core.ports import Log, Reader, Record, TopicState
from core.types import Coverage
from stream import groups, segments, upkeep
from stream.database import rows, value, writing
from stream.groups import Group
from stream.topic import Topic

PATIENCE = 10.0

CURSORS = """
CREATE TABLE IF NOT EXISTS cursors(
    source TEXT, stream TEXT, cursor TEXT NOT NULL, PRIMARY KEY (source, stream)
) WITHOUT ROWID;
"""


@asynccontextmanager
async def open_log(folder: Path, *, clock: time.Clock = time.now, patience: float = PATIENCE) -> AsyncIterator[Log]:
    """The log in that folder, which is made on first use.

    Every call raises Retry where another program keeps a file locked for more than `patience` seconds, and Stop where
    a file cannot be used: the disk is full, the file is damaged or may not be written.
    """
    log = SqliteLog(folder, clock=clock, patience=patience)
    try:
        yield log
    finally:
        await log.close()


class SqliteLog:
    """core.ports.Log on SQLite; made by `open_log`."""

    def __init__(self, folder: Path, *, clock: time.Clock, patience: float) -> None:
        self._folder = folder
        self._patience = patience
        self._clock = clock
        self._topics: dict[str, Topic] = {}
        self._groups: dict[str, Group] = {}

    async def append(self, topic: str, entries: Sequence[segments.Entry]) -> int:
        return await self._topic(topic).append(entries)

    @asynccontextmanager
    async def reader(self, topic: str, group: str) -> AsyncIterator[Reader]:
        committed = await self._group(group).join(topic)
        end = await self._topic(topic).ask(segments.end)
        # A commit beyond the end stems from a topic file that was since replaced by an older one.
        yield GroupReader(self._topic(topic), self._group(group), topic, min(committed, end))

    async def since(self, topic: str, at: datetime, most: int) -> Sequence[Record]:
        return await self._topic(topic).ask(partial(_since, at=time.milliseconds(at), most=most))

    async def after(self, topic: str, offset: int, most: int) -> Sequence[Record]:
        found, _ = await self._topic(topic).ask(partial(segments.read, after=offset, most=most))
        return found

    async def tail(self, topic: str, most: int) -> Sequence[Record]:
        return await self._topic(topic).ask(partial(segments.tail, most=most))

    async def count(self, topic: str) -> int:
        return await self._topic(topic).ask(segments.count)

    async def remember(self, coverage: Coverage) -> None:
        parts = segments.pack([(f"{coverage.source}/{coverage.stream}", codec.encode(coverage))])
        now = time.milliseconds(self._clock())

        def store(connection: apsw.Connection) -> None:
            with writing(connection):
                segments.add(connection, parts, now)
                if coverage.cursor_to is not None:
                    cursor = (coverage.source, coverage.stream, coverage.cursor_to)
                    connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)", cursor)

        await self._topic(topics.COVERAGE).change(store)

    async def cursor(self, source: str, stream: str) -> str | None:
        def stored(connection: apsw.Connection) -> str | None:
            found: str | None = value(
                connection, "SELECT cursor FROM cursors WHERE source = ? AND stream = ?", source, stream
            )
            return found

        return await self._topic(topics.COVERAGE).ask(stored)

    async def cursors(self) -> Mapping[tuple[str, str], str]:
        def stored(connection: apsw.Connection) -> dict[tuple[str, str], str]:
            found = rows(connection, "SELECT source, stream, cursor FROM cursors")
            return {(source, stream): cursor for source, stream, cursor in found}

        return await self._topic(topics.COVERAGE).ask(stored)

    async def state(self) -> Sequence[TopicState]:
        found = []
        for group in groups.names(self._folder / "groups"):
            for topic, committed in (await self._group(group).committed()).items():
                end, lag, oldest = await self._topic(topic).ask(partial(segments.pending, committed=committed))
                found.append(
                    TopicState(
                        topic=topic, group=group, end=end, committed=min(committed, end), lag=lag, oldest_at=oldest
                    )
                )
        return found

    async def passed(self, topic: str, group: str, offsets: Sequence[int]) -> bool:
        return max(offsets, default=0) <= (await self._group(group).committed()).get(topic, 0)

    async def forget(
        self, topic: str, keys: Sequence[str], *, doomed: Callable[[Record], bool] = lambda _: True
    ) -> int:
        return await self._topic(topic).change(partial(upkeep.forget, wanted=frozenset(keys), doomed=doomed))

    async def retain(self, topic: str, keep: float, groups: Sequence[str]) -> int:
        before = time.milliseconds(self._clock() - timedelta(seconds=keep))
        upto = await self._topic(topic).ask(segments.end)
        for group in groups:
            upto = min(upto, (await self._group(group).committed()).get(topic, 0))
        return await self._topic(topic).change(partial(upkeep.retain, before=before, upto=upto))

    async def close(self) -> None:
        for topic in self._topics.values():
            await topic.close()
        for group in self._groups.values():
            await group.close()

    def _topic(self, name: str) -> Topic:
        if name not in self._topics:
            schema = segments.SCHEMA + (CURSORS if name == topics.COVERAGE else "")
            self._topics[name] = Topic(
                groups.file(self._folder, name),
                schema,
                patience=self._patience,
                milliseconds=lambda: time.milliseconds(self._clock()),
            )
        return self._topics[name]

    def _group(self, name: str) -> Group:
        if name not in self._groups:
            self._groups[name] = Group(groups.file(self._folder / "groups", name), patience=self._patience)
        return self._groups[name]


class GroupReader:
    """core.ports.Reader on one topic file."""

    def __init__(self, topic: Topic, group: Group, name: str, position: int) -> None:
        self._topic = topic
        self._group = group
        self._name = name
        self._position = position
        self._given = self._committed = position
        self._read_out = -1  # the version of the file in which nothing more was found

    async def read(self, most: int, wait: float) -> Sequence[Record]:
        deadline = monotonic() + wait
        while True:
            version = await self._topic.version()
            found = () if version == self._read_out >= 0 else await self._next(most)
            left = deadline - monotonic()
            if found or left <= 0:
                return found
            self._read_out = version
            await self._topic.changed(version, left)

    async def commit(self, offset: int) -> None:
        # Forgotten records behind the last one given are done as well: nobody will ever commit them.
        done = self._position if offset >= self._given else offset
        await self._group.commit(self._name, done)
        self._committed = done

    async def _next(self, most: int) -> Sequence[Record]:
        all_done = self._committed == self._position
        found, position = await self._topic.ask(partial(segments.read, after=self._position, most=most))
        moved, self._position = position != self._position, position
        if found:
            self._given = found[-1].offset
        elif moved and all_done:
            await self.commit(position)
        return found


def _since(connection: apsw.Connection, at: int, most: int) -> list[Record]:
    found, _ = segments.read(connection, segments.before(connection, at), most)
    return found
