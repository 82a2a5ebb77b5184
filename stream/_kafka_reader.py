"""A consumer group's reader: all partitions of a topic, assigned by hand, its commits stored as the group's offsets.

No membership, so there is nothing to rebalance: whoever takes over after a kill starts at once. One reader a group and
topic at a time is what core.ports asks for. Faust workers, of which there are several, join a group instead.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import NamedTuple

from core.errors import KlankbordError
from core.ports import Record
from core.tasks import end
from stream._kafka_cluster import LOOK_AGAIN, SETTLE_SECONDS, Cluster, Fetched, Moved, Place
from stream._kafka_forgotten import Forgotten
from stream._kafka_records import kept, place_of

LONGEST_WAIT = 5.0
RECOMMIT_AFTER = 3600.0
"""Seconds after which a quiet group stores its offsets again: Kafka forgets those of a group that is silent for days."""

_lanes = count()


class Stretch(NamedTuple):
    """Records of one partition that were read, not yet given; `next` is the position after all of them."""

    place: Place
    records: Sequence[Record]
    next: int


class Run(NamedTuple):
    """Records of one partition that were given in one go, not yet committed: first and last offset of the log.

    next  the position that the group has once all are done
    last  0 where there was nothing to give: all was forgotten
    """

    place: Place
    first: int
    last: int
    next: int


class KafkaReader:
    """core.ports.Reader on one topic. At most one answer a broker is read ahead: memory stays bounded at any rate."""

    def __init__(
        self,
        cluster: Cluster,
        forgotten: Forgotten,
        group: str,
        positions: Mapping[Place, int],
        *,
        own_keys: bool = False,
    ) -> None:
        self._cluster = cluster
        self._forgotten = forgotten
        self._group = group
        self._partitions = len(positions)
        self._own_keys = own_keys
        self._positions = dict(positions)
        self._committed = dict(positions)
        self._committed_at = monotonic()
        self._ready: deque[Stretch] = deque()
        self._given: deque[Run] = deque()
        self._coming: dict[int, asyncio.Task[dict[Place, Fetched]]] = {}
        self._moving_since = 0.0
        self._lane = f"reader {next(_lanes)}"

    async def read(self, most: int, wait: float) -> Sequence[Record]:
        deadline = monotonic() + wait
        while True:
            if found := self._give(most):
                if not self._ready:
                    with suppress(KlankbordError):  # the next read will say so
                        await self._ask(0)
                return found
            await self._commit_forgotten()
            asked = await self._next(max(0.0, min(deadline - monotonic(), LONGEST_WAIT)))
            if not self._ready and asked and deadline <= monotonic():
                await self._commit_forgotten()
                return ()

    async def commit(self, offset: int) -> None:
        done = self._done(offset)
        if done:
            await self._store(done)

    async def close(self) -> None:
        await end(self._coming.values())
        await self._cluster.close(self._lane)

    def _give(self, most: int) -> list[Record]:
        """Up to `most` records of what was read, and a note of each partition's part, in the order in which they go."""
        found: list[Record] = []
        while self._ready and len(found) < most:
            place, records, following = self._ready.popleft()
            part = records[: most - len(found)]
            if len(part) < len(records):
                self._ready.appendleft(Stretch(place, records[len(part) :], following))
                following = place_of(part[-1].offset, self._partitions)[1] + 1
            found += part
            self._given.append(
                Run(place, part[0].offset, part[-1].offset, following) if part else Run(place, 0, 0, following)
            )
        return found

    def _done(self, offset: int) -> dict[Place, int]:
        """The positions that all records given up to that offset bring, and forgets that they were given."""
        partition, position = place_of(offset, self._partitions)
        index = next(
            (
                n
                for n, run in enumerate(self._given)
                if run.place.partition == partition and run.first <= offset <= run.last
            ),
            None,
        )
        if index is None:
            place = next(place for place in self._positions if place.partition == partition)
            return {place: position + 1} if position + 1 > self._committed[place] else {}
        done: dict[Place, int] = {}
        for _ in range(index):
            run = self._given.popleft()
            done[run.place] = run.next
        run = self._given[0]
        if offset < run.last:
            done[run.place] = position + 1
            self._given[0] = run._replace(first=offset + 1)
        else:
            done[run.place] = run.next
            self._given.popleft()
        return done | self._passed()

    def _passed(self) -> dict[Place, int]:
        """The positions that forgotten records bring which now are next: nobody will ever commit them."""
        done: dict[Place, int] = {}
        while self._given and not self._given[0].last:
            run = self._given.popleft()
            done[run.place] = run.next
        return done

    async def _commit_forgotten(self) -> None:
        done = self._passed()
        if not done and monotonic() - self._committed_at > RECOMMIT_AFTER:
            done = self._committed
        if done:
            await self._store(done)

    async def _store(self, done: Mapping[Place, int]) -> None:
        await self._cluster.commit(self._group, done)
        self._committed |= done
        self._committed_at = monotonic()

    async def _next(self, wait: float) -> bool:
        """Take in what comes next; whether it was asked for just now. A partition may be on the move for a moment."""
        try:
            asked = await self._ask(wait)
            await self._collect()
        except Moved:
            self._moving_since = self._moving_since or monotonic()
            if monotonic() - self._moving_since > SETTLE_SECONDS:
                raise
            await asyncio.sleep(LOOK_AGAIN)
            return False
        self._moving_since = 0.0
        return asked

    async def _ask(self, wait: float) -> bool:
        """Ask each broker that has not been asked yet; whether any was."""
        if self._ready:
            return False
        asked = False
        for node, places in (await self._cluster.leaders(self._positions)).items():
            if node not in self._coming:
                positions = {place: self._positions[place] for place in places}
                fetching = self._cluster.fetch(node, positions, lane=self._lane, wait=wait)
                self._coming[node] = asyncio.create_task(fetching)
                asked = True
        return asked

    async def _collect(self) -> None:
        """Wait for the first answer and take in what has come. Raises what a broker's answer raised."""
        await asyncio.wait(self._coming.values(), return_when=asyncio.FIRST_COMPLETED)
        for node in [node for node, task in self._coming.items() if task.done()]:
            for place, fetched in self._coming.pop(node).result().items():
                await self._take(place, fetched)

    async def _take(self, place: Place, fetched: Fetched) -> None:
        if fetched.lost:
            start = (await self._cluster.starts([place]))[place]
            end = (await self._cluster.ends([place]))[place]
            self._positions[place] = start if self._positions[place] < start else end
        elif fetched.next > self._positions[place]:
            records = kept(
                fetched.messages, place.partition, self._partitions, self._forgotten.of(place), own=self._own_keys
            )
            self._positions[place] = fetched.next
            self._ready.append(Stretch(place, records, fetched.next))


def start(committed: int | None, first: int, end: int) -> int:
    """Where a group goes on: never before what is still there, nor beyond the end, as when a topic was made anew."""
    return first if committed is None else max(first, min(committed, end))
