"""Compacted topics read into memory: which records were forgotten, and where each stream's cursor is."""

import asyncio
from collections.abc import Callable, Container, Iterable
from contextlib import suppress

import msgspec

from core.errors import KlankbordError
from stream._kafka_cluster import Cluster, Place
from stream._kafka_records import Message

GONE, FILLER = b"forgotten", b"filler"
NEVER = 1 << 62
LONG_WAIT = 5.0
AGAIN_AFTER = 1.0


class Compacted:
    """Follows a compacted topic of one partition from its start; `take` gets each message, a withdrawal without value."""

    def __init__(self, cluster: Cluster, place: Place, take: Callable[[Message], None]) -> None:
        self._cluster = cluster
        self._place = place
        self._take = take
        self._position = 0
        self._reading = asyncio.Lock()

    async def catch_up(self) -> None:
        """Read up to what stands in the topic now."""
        async with self._reading:
            end = (await self._cluster.ends([self._place]))[self._place]
            while self._position < end:
                await self._read()

    async def follow(self) -> None:
        """Read on until cancelled, waiting on a lane of its own; whatever is wrong with Kafka, it is tried again."""
        while True:
            try:
                async with self._reading:
                    await self._read()
                await self._wait()
            except KlankbordError:
                await asyncio.sleep(AGAIN_AFTER)

    async def _wait(self) -> None:
        """Until there is something after the position; it is left for the next read."""
        (node,) = await self._cluster.leaders([self._place])
        position = {self._place: self._position}
        await self._cluster.fetch(node, position, lane=self._place.topic, wait=LONG_WAIT, most_bytes=1)

    async def _read(self) -> None:
        found = (await self._cluster.read({self._place: self._position}))[self._place]
        if found.lost:
            self._position = (await self._cluster.starts([self._place]))[self._place]
            return
        for message in found.messages:
            self._take(message)
        self._position = found.next


class Forgotten:
    """Which records were forgotten: by place their Kafka offsets, each with the time (ms) when that was.

    Records that klankbord appends for Kafka alone are among them, for nobody is to be given them: theirs is NEVER.
    """

    def __init__(self) -> None:
        self._at: dict[Place, dict[int, int]] = {}

    def of(self, place: Place) -> Container[int]:
        """The forgotten Kafka offsets of that place; it grows while it is used."""
        return self._at.setdefault(place, {})

    def marked(self, place: Place) -> dict[int, int]:
        return self._at.get(place, {})

    def take(self, message: Message) -> None:
        """A marker, or its withdrawal once the record is deleted."""
        topic, partition, position = msgspec.json.decode(message.key or b"", type=tuple[str, int, int])
        at = self._at.setdefault(Place(topic, partition), {})
        if message.value:
            at.setdefault(position, NEVER if message.value == FILLER else message.timestamp)
        else:
            at.pop(position, None)

    def mark(self, place: Place, positions: Iterable[int], at: int) -> None:
        """Forgotten now, by this process: its readers do not wait for the markers to come back."""
        self._at.setdefault(place, {}).update(dict.fromkeys(positions, at))


def marker(place: Place, position: int, *, value: bytes = GONE) -> tuple[str, bytes]:
    """The entry of topic `forgotten` that says so; without value it is withdrawn."""
    return msgspec.json.encode((place.topic, place.partition, position)).decode(), value


class Cursors:
    """The latest cursor of each stream."""

    def __init__(self) -> None:
        self._latest: dict[str, str] = {}

    def take(self, message: Message) -> None:
        with suppress(UnicodeDecodeError):
            self._latest[(message.key or b"").decode()] = (message.value or b"").decode()

    def latest(self, source: str, stream: str) -> str | None:
        return self._latest.get(cursor_key(source, stream))

    def all(self) -> dict[tuple[str, str], str]:
        """By source and stream."""
        return {msgspec.json.decode(key, type=tuple[str, str]): cursor for key, cursor in self._latest.items()}


def cursor_key(source: str, stream: str) -> str:
    return msgspec.json.encode((source, stream)).decode()
