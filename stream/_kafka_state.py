"""How far each group is, read from outside: from the brokers alone, whatever the group's own processes say or do."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from core.ports import TopicState
from stream._kafka_cluster import Cluster, Place
from stream._kafka_look import Look
from stream._kafka_settings import Settings

ONE_BATCH = 1
"""Bytes to ask for: a broker gives the first batch whole, however little is asked for."""

Positions = Mapping[Place, int]


class State:
    """Lag of every group on every topic, and when the oldest record that it has not done was appended.

    One request for the groups, one a group, two for the topics; and one batch of records is fetched a partition where a
    group has work to do and has moved since it was last asked.
    """

    def __init__(self, cluster: Cluster, settings: Settings, looks: Mapping[str, Look]) -> None:
        self._cluster = cluster
        self._settings = settings
        self._looks = looks
        self._times: dict[tuple[Place, int], int] = {}

    async def rows(self) -> Sequence[TopicState]:
        committed = await self._committed()
        names = {place.topic for places in committed.values() for place in places} & self._looks.keys()
        every = [place for name in names for place in self._looks[name].places]
        starts, ends = await self._cluster.starts(every), await self._cluster.ends(every)
        read = [
            (self._looks[name], group, places)
            for group, places in committed.items()
            for name in sorted({place.topic for place in places} & names)
        ]
        waiting = [_waiting(look, places, starts, ends) for look, _, places in read]
        await self._learn([place for places in waiting for place in places.items()])
        return [
            self._row(look, group, places, ends, left)
            for (look, group, places), left in zip(read, waiting, strict=True)
        ]

    async def _committed(self) -> dict[str, dict[Place, int]]:
        prefix = self._settings.group("")
        groups = sorted({name for name in await self._cluster.groups() if name.startswith(prefix)})
        return {group: await self._cluster.committed(group) for group in groups}

    async def _learn(self, wanted: Iterable[tuple[Place, int]]) -> None:
        """When the records there were appended; what nobody asks for any more is let go."""
        known, self._times = self._times, {}
        self._times = {one: known[one] for one in wanted if one in known}
        new = {one for one in wanted if one not in known}
        for one, at in zip(new, await asyncio.gather(*(self._time(*one) for one in new)), strict=True):
            self._times[one] = at

    async def _time(self, place: Place, position: int) -> int:
        fetched = (await self._cluster.read({place: position}, most_bytes=ONE_BATCH))[place]
        return fetched.messages[0].timestamp if fetched.messages else 0

    def _row(self, look: Look, group: str, committed: Positions, ends: Positions, waiting: Positions) -> TopicState:
        stored = {place: min(ends[place], committed[place]) for place in look.places if place in committed}
        times = [self._times[one] for one in waiting.items()]
        return TopicState(
            topic=look.name.removeprefix(self._settings.topic("")),
            group=group.removeprefix(self._settings.group("")),
            end=look.last(ends),
            committed=look.last(stored),
            lag=sum(ends[place] - position for place, position in waiting.items()),
            oldest_at=min(filter(None, times), default=None),
        )


def _waiting(look: Look, committed: Positions, starts: Positions, ends: Positions) -> dict[Place, int]:
    """The position of the first record that is not done, of each place that has one."""
    done = {place: max(starts[place], committed.get(place, 0)) for place in look.places}
    return {place: position for place, position in done.items() if position < ends[place]}
