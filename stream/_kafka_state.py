"""How far each group is, read from outside: from the brokers alone, whatever the group's own processes say or do."""

from collections.abc import Mapping, Sequence

from core.ports import TopicState
from stream._kafka_cluster import Cluster, Place
from stream._kafka_look import Look
from stream._kafka_settings import Settings

HEAD_BYTES = 1
"""A broker gives the first batch whole whatever is asked for, and no more than this of any other partition."""


class State:
    """Lag of every group on every topic, and the age of the oldest record that it has not done.

    One request for the groups, one a group, one a topic's ends; and a record is fetched only where a group has
    unfinished work and has moved since it was last asked.
    """

    def __init__(self, cluster: Cluster, settings: Settings, looks: Mapping[str, Look]) -> None:
        self._cluster = cluster
        self._settings = settings
        self._looks = looks
        self._times: dict[tuple[Place, int], int] = {}

    async def rows(self) -> Sequence[TopicState]:
        prefix = self._settings.group("")
        groups = sorted({name for name in await self._cluster.groups() if name.startswith(prefix)})
        committed = {name: await self._cluster.committed(name) for name in groups}
        read = {name for places in committed.values() for name in _topics(places)} & self._looks.keys()
        places = [place for name in read for place in self._looks[name].places]
        starts, ends = await self._cluster.starts(places), await self._cluster.ends(places)
        times: dict[tuple[Place, int], int] = {}
        rows = []
        for group in groups:
            for name in sorted(_topics(committed[group]) & read):
                look = self._looks[name]
                row = await self._row(look, committed[group], starts, ends, times)
                short = name.removeprefix(self._settings.topic(""))
                rows.append(TopicState(topic=short, group=group.removeprefix(prefix), **row))
        self._times = times
        return rows

    async def _row(
        self,
        look: Look,
        committed: Mapping[Place, int],
        starts: Mapping[Place, int],
        ends: Mapping[Place, int],
        times: dict[tuple[Place, int], int],
    ) -> dict[str, int | None]:
        done = {place: min(ends[place], max(starts[place], committed.get(place, 0))) for place in look.places}
        waiting = {place: position for place, position in done.items() if position < ends[place]}
        for place, position in waiting.items():
            known = self._times.get((place, position))
            times[place, position] = await self._time(place, position) if known is None else known
        return {
            "end": look.last(ends),
            "committed": look.last({place: min(ends[place], position) for place, position in committed.items() if place in done}),
            "lag": sum(ends[place] - position for place, position in waiting.items()),
            "oldest_at": min((times[place, position] for place, position in waiting.items()), default=None),
        }

    async def _time(self, place: Place, position: int) -> int:
        """When the record there was appended (ms)."""
        fetched = (await self._cluster.read({place: position}, most_bytes=HEAD_BYTES))[place]
        return fetched.messages[0].timestamp if fetched.messages else 0


def _topics(places: Mapping[Place, int]) -> set[str]:
    return {place.topic for place in places}
