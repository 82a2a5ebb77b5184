"""Where the records of a key stand in a topic: read once from its start, then kept up to date, eight bytes a record.

Who takes records out asks every half minute, and Kafka has no index by key.
"""

import asyncio
from array import array
from collections.abc import AsyncIterator, Collection, Container

import numpy as np

from stream._kafka_cluster import Cluster, Fetched, Place
from stream._kafka_records import Message, partition_of, plain_key

ONE_BATCH = 1
NO_KEY = 0


class Index:
    """The keys of one topic, as hashes, by place and position."""

    def __init__(self, cluster: Cluster, places: list[Place], *, own_keys: bool = False) -> None:
        self._cluster = cluster
        self._places = places
        self._own = own_keys
        self._first = dict.fromkeys(places, 0)
        self._hashes = {place: array("q") for place in places}
        self._reading = asyncio.Lock()

    async def messages(
        self, keys: Collection[bytes], gone: dict[Place, Container[int]]
    ) -> AsyncIterator[tuple[Place, Message]]:
        """Every message that stands there now with one of these keys and is not `gone` (positions by place)."""
        async with self._reading:
            await self._catch_up()
        wanted = np.array([hash(key) for key in keys], dtype=np.int64)
        for place in sorted({self._places[partition_of(key, len(self._places))] for key in keys}):
            found = np.flatnonzero(np.isin(np.array(self._hashes[place]), wanted)) + self._first[place]
            left = [position for position in found.tolist() if position not in gone[place]]
            async for message in self._fetched(place, left):
                if plain_key(message, own=self._own) in keys and message.value:
                    yield place, message

    async def _fetched(self, place: Place, positions: list[int]) -> AsyncIterator[Message]:
        wanted = set(positions)
        while wanted:
            answer = (await self._cluster.read({place: min(wanted)}, most_bytes=ONE_BATCH))[place]
            for message in answer.messages:
                if message.offset in wanted:
                    yield message
            wanted = {position for position in wanted if position >= max(answer.next, min(wanted) + 1)}

    async def _catch_up(self) -> None:
        starts, ends = await self._cluster.starts(self._places), await self._cluster.ends(self._places)
        for place in self._places:
            self._let_go(place, starts[place])
        while behind := {place: at for place in self._places if (at := self._next(place)) < ends[place]}:
            for place, fetched in (await self._cluster.read(behind)).items():
                if fetched.lost:
                    self._let_go(place, (await self._cluster.starts([place]))[place])
                else:
                    self._take(place, fetched)

    def _next(self, place: Place) -> int:
        return self._first[place] + len(self._hashes[place])

    def _take(self, place: Place, fetched: Fetched) -> None:
        hashes, first = self._hashes[place], self._first[place]
        for message in fetched.messages:
            self._pad(place, message.offset)
            hashes.append(hash(plain_key(message, own=self._own)) if message.value else NO_KEY)
        self._pad(place, fetched.next)
        assert len(hashes) == fetched.next - first  # noqa: S101 - a position is a place in the array

    def _pad(self, place: Place, upto: int) -> None:
        """A batch may hold fewer records than positions."""
        missing = upto - self._next(place)
        if missing > 0:
            self._hashes[place].extend([NO_KEY] * missing)

    def _let_go(self, place: Place, start: int) -> None:
        """Forget what stands before the first record that is still there."""
        dropped = start - self._first[place]
        if dropped > 0:
            del self._hashes[place][:dropped]
            self._first[place] = start
