"""Looking into a topic without a group: from an offset, from a time, from the end."""

from collections.abc import Mapping

from core.ports import Record
from stream._kafka_cluster import PARTITION_BYTES, Cluster, Fetched, Place
from stream._kafka_forgotten import Forgotten
from stream._kafka_records import kept, offset_of

MOST_READ_BYTES = 16 * 1024 * 1024
LEAST_BYTES = 16 * 1024
SAMPLE, FRAME_BYTES = 20, 80
"""Records of each partition that tell how large one is; and what headers and frame add."""

WINDOW = 4096
"""Offsets looked at in one go: less than asked for where there are many partitions or large records."""


class Look:
    """One topic of P partitions as one row of records."""

    def __init__(
        self, cluster: Cluster, forgotten: Forgotten, topic: str, partitions: int, *, own_keys: bool = False
    ) -> None:
        self._cluster = cluster
        self._forgotten = forgotten
        self.name = topic
        self.partitions = partitions
        self.own_keys = own_keys
        self._record_bytes = 1000.0
        self.places = [Place(topic, partition) for partition in range(partitions)]

    async def after(self, offset: int, most: int) -> list[Record]:
        """Up to `most` records after that offset, in order of offset: all that stood there when it was called."""
        starts, ends = await self._cluster.starts(self.places), await self._cluster.ends(self.places)
        last = self.last(ends)
        low = max(offset, min((self.offset(place, starts[place]) - 1 for place in self.places), default=0))
        found: list[Record] = []
        size = 0
        while low < last and len(found) < most and size < MOST_READ_BYTES:
            high = min(last, low + max(self.partitions, min(WINDOW, most - len(found))))
            low, records, read = await self._window(low, high, starts, ends)
            found += records
            size += read
        return found[:most]

    async def since(self, at: int, most: int) -> list[Record]:
        """Up to `most` records appended at or after that time (ms), oldest first."""
        ends = await self._cluster.ends(self.places)
        first = await self._cluster.since(dict.fromkeys(self.places, at))
        positions = {place: position for place, position in first.items() if position >= 0}
        found: list[Record] = []
        for place, position in positions.items():
            found += (await self._stretch({place: position}, {place: min(ends[place], position + most)}))[1]
        return sorted(found, key=_age)[:most]

    async def tail(self, most: int) -> list[Record]:
        """The last `most` records, oldest first."""
        starts, ends = await self._cluster.starts(self.places), await self._cluster.ends(self.places)
        found: list[Record] = []
        for place in self.places:
            mine: list[Record] = []
            upto, step = ends[place], most
            while len(mine) < most and upto > starts[place]:
                start = max(starts[place], upto - step)
                mine = (await self._stretch({place: start}, {place: upto}))[1] + mine
                upto, step = start, 2 * step
            found += mine[max(0, len(mine) - most) :]
        return sorted(found, key=_age)[max(0, len(found) - most) :]

    async def count(self) -> int:
        """How many records there are that were not forgotten."""
        starts, ends = await self._cluster.starts(self.places), await self._cluster.ends(self.places)
        gone = sum(
            starts[place] <= position < ends[place]
            for place in self.places
            for position in self._forgotten.marked(place)
        )
        return sum(ends[place] - starts[place] for place in self.places) - gone

    def _learn(self, answer: Mapping[Place, Fetched]) -> None:
        """About how large a record is here, so as to ask for no more than is wanted."""
        sample = [message for fetched in answer.values() for message in fetched.messages[:SAMPLE]]
        if sample:
            sizes = (len(message.key or b"") + len(message.value or b"") for message in sample)
            self._record_bytes = FRAME_BYTES + sum(sizes) / len(sample)

    def offset(self, place: Place, position: int) -> int:
        return offset_of(place.partition, position, self.partitions)

    def last(self, ends: Mapping[Place, int]) -> int:
        """The greatest offset of the log in this topic; 0 when nothing was ever appended."""
        return max((self.offset(place, ends[place] - 1) for place in self.places if ends.get(place)), default=0)

    async def _window(
        self, low: int, high: int, starts: Mapping[Place, int], ends: Mapping[Place, int]
    ) -> tuple[int, list[Record], int]:
        """Records with offsets in (low, high], in order; up to where that is all of them, and the bytes it took."""
        first = {place: self._first_after(place, low) for place in self.places}
        positions = {place: max(starts[place], position) for place, position in first.items()}
        limits = {place: min(ends[place], self._first_after(place, high)) for place in self.places}
        reached, records, size = await self._stretch(positions, limits)
        left = [self.offset(place, at) - 1 for place, at in reached.items() if at < limits[place]]
        whole = min([high, *left])
        return whole, sorted((one for one in records if one.offset <= whole), key=_offset), size

    def _first_after(self, place: Place, offset: int) -> int:
        """The least position there whose offset is greater."""
        return max(0, -(-(offset - place.partition) // self.partitions))

    async def _stretch(
        self, positions: dict[Place, int], limits: Mapping[Place, int]
    ) -> tuple[dict[Place, int], list[Record], int]:
        """The records from these positions up to before the limits, as far as it came within MOST_READ_BYTES."""
        reached = dict(positions)
        found: list[Record] = []
        size = 0
        while size < MOST_READ_BYTES and (open_ := [place for place in reached if reached[place] < limits[place]]):
            missing = max(limits[place] - reached[place] for place in open_)
            answer = await self._cluster.read(
                {place: reached[place] for place in open_},
                limits=limits,
                partition_bytes=max(LEAST_BYTES, min(PARTITION_BYTES, int(1.5 * missing * self._record_bytes))),
            )
            self._learn(answer)
            for place, fetched in answer.items():
                size += fetched.size
                if fetched.lost:
                    reached[place] = max(reached[place], (await self._cluster.starts([place]))[place])
                    continue
                inside = [one for one in fetched.messages if one.offset < limits[place]]
                found += kept(inside, place.partition, self.partitions, self._forgotten.of(place), own=self.own_keys)
                reached[place] = min(limits[place], fetched.next)
        return reached, found, size


def _offset(record: Record) -> int:
    return record.offset


def _age(record: Record) -> tuple[int, int]:
    return record.at, record.offset
