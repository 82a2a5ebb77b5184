"""The brokers: connections to them, which of them leads which partition, and what one may ask them.

Connections are aiokafka's; what it has above them hides from its caller that a broker is away, so that is done here.
A broker answers what comes over one connection in order, and one that waits for new records holds up all behind it:
each reader that waits has a lane, a connection of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import wraps
from time import monotonic
from typing import Any, NamedTuple, ParamSpec, TypeVar

from aiokafka import errors
from aiokafka.conn import AIOKafkaConnection
from aiokafka.protocol.admin import DeleteRecordsRequest, ListGroupsRequest
from aiokafka.protocol.commit import OffsetCommitRequest, OffsetFetchRequest
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.record.memory_records import MemoryRecords

from core.errors import KlankbordError, Retry, Stop
from stream._kafka_errors import said, sentences
from stream._kafka_records import Message
from stream._kafka_settings import CLIENT, Settings

REQUEST_SECONDS = 10.0
MOST_BYTES = 4 * 1024 * 1024
PARTITION_BYTES = 1024 * 1024
"""The most that one answer holds, unless one batch of records alone is larger: then that one."""

LATEST, EARLIEST = -1, -2
ASKING = ""
"""The lane of whatever does not wait."""

SETTLE_SECONDS, LOOK_AGAIN = 5.0, 0.1
"""How long a partition or a group may be without a broker, as when it moves to another, until the caller hears of it."""

_MOVING = (
    errors.NotLeaderForPartitionError,
    errors.LeaderNotAvailableError,
    errors.NotCoordinatorForGroupError,
    errors.GroupCoordinatorNotAvailableError,
    errors.GroupLoadInProgressError,
    errors.UnknownTopicOrPartitionError,
)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Moved(Retry):
    """The broker that was asked is no longer the one to ask, or not yet."""


def _settled(ask: Callable[Arguments, Awaitable[Answer]]) -> Callable[Arguments, Awaitable[Answer]]:
    """Asks again for a while where the brokers are sorting out who does what."""

    @wraps(ask)
    async def patient(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        deadline = monotonic() + SETTLE_SECONDS
        while True:
            try:
                return await ask(*args, **kwargs)
            except Moved:
                if monotonic() > deadline:
                    raise
            await asyncio.sleep(LOOK_AGAIN)

    return patient


class Place(NamedTuple):
    """One partition of one topic, by its name in Kafka."""

    topic: str
    partition: int


class Fetched(NamedTuple):
    """A stretch of a partition: its messages, the position after them, and the partition's end (both Kafka offsets).

    lost  the position that was asked for is no longer there, or not yet
    """

    messages: Sequence[Message]
    next: int
    end: int
    size: int
    lost: bool = False


class Cluster:
    """The brokers of one Kafka and the topics of one log in it. Every call raises Retry or Stop."""

    def __init__(self, settings: Settings, topics: Sequence[str]) -> None:
        self._settings = settings
        self._topics = topics
        self._protection = settings.protection()
        self._lanes: dict[tuple[int, str], AIOKafkaConnection] = {}
        self._opening: dict[tuple[int, str], asyncio.Lock] = {}
        self._nodes: dict[int, tuple[str, int]] = {}
        self._leaders: dict[Place, int] = {}
        self._coordinators: dict[str, int] = {}
        self._stale = True
        self._refreshing = asyncio.Lock()

    async def partitions(self) -> dict[str, int]:
        """How many partitions each of the topics has; a missing one is left out."""
        self._stale = True
        await self._refresh()
        counts: dict[str, int] = {}
        for place in self._leaders:
            counts[place.topic] = counts.get(place.topic, 0) + 1
        return counts

    # --- reading ---

    async def leaders(self, places: Iterable[Place]) -> dict[int, list[Place]]:
        """The places by the node that leads them."""
        await self._refresh()
        found: dict[int, list[Place]] = {}
        for place in places:
            node = self._leaders.get(place, -1)
            if node < 0:
                self._check(errors.LeaderNotAvailableError.errno, place.topic)
            found.setdefault(node, []).append(place)
        return found

    @_settled
    async def read(
        self,
        positions: Mapping[Place, int],
        *,
        limits: Mapping[Place, int] | None = None,
        most_bytes: int = MOST_BYTES,
        partition_bytes: int = PARTITION_BYTES,
    ) -> dict[Place, Fetched]:
        """What stands at these positions now; batches that begin at or after the limits are left out."""
        fetches = [
            self.fetch(
                node,
                {place: positions[place] for place in places},
                limits=limits,
                most_bytes=most_bytes,
                partition_bytes=partition_bytes,
            )
            for node, places in (await self.leaders(positions)).items()
        ]
        return {place: fetched for answer in await asyncio.gather(*fetches) for place, fetched in answer.items()}

    async def fetch(
        self,
        node: int,
        positions: Mapping[Place, int],
        *,
        lane: str = ASKING,
        wait: float = 0,
        limits: Mapping[Place, int] | None = None,
        most_bytes: int = MOST_BYTES,
        partition_bytes: int = PARTITION_BYTES,
    ) -> dict[Place, Fetched]:
        """What stands at these positions of partitions that this node leads; waits up to `wait` seconds for the first."""
        topics = _by_topic(
            (place, (place.partition, position, partition_bytes)) for place, position in positions.items()
        )
        request = FetchRequest(int(wait * 1000), 1, most_bytes, 0, topics)
        answer = await self.send(node, request, lane=lane, wait=wait)
        found: dict[Place, Fetched] = {}
        for topic, parts in answer.topics:
            for partition, code, end, *_, data in parts:
                place = Place(topic, partition)
                position = positions[place]
                if code == errors.OffsetOutOfRangeError.errno:
                    found[place] = Fetched((), position, end, 0, lost=True)
                    continue
                self._check(code, topic)
                found[place] = _messages(data, position, end, limits[place] if limits else end)
        return found

    async def ends(self, places: Iterable[Place]) -> dict[Place, int]:
        """The position after the last record of each."""
        return await self._offsets(dict.fromkeys(places, LATEST))

    async def starts(self, places: Iterable[Place]) -> dict[Place, int]:
        """The position of the first record of each that is still there."""
        return await self._offsets(dict.fromkeys(places, EARLIEST))

    async def since(self, times: Mapping[Place, int]) -> dict[Place, int]:
        """The position of the first record appended at or after these times (ms) of each; -1 where there is none."""
        return await self._offsets({place: max(0, at) for place, at in times.items()})

    # --- consumer groups ---

    @_settled
    async def groups(self) -> list[str]:
        """The names of all consumer groups of this Kafka."""
        await self._refresh()
        found: list[str] = []
        for node in list(self._nodes):
            answer = await self.send(node, ListGroupsRequest())
            self._check(answer.error_code, "groups")
            found += [group[0] for group in answer.groups]
        return found

    @_settled
    async def committed(self, group: str, topic: str | None = None) -> dict[Place, int]:
        """The positions that the group stored, for that topic or for all."""
        places = [place.partition for place in self._leaders if place.topic == topic]
        request = OffsetFetchRequest(group, None if topic is None else [(topic, places)])
        answer = await self._coordinated(group, request)
        self._check(answer.error_code, group, group=group)
        found: dict[Place, int] = {}
        for name, parts in answer.topics:
            for partition, position, _, code in parts:
                self._check(code, group, group=group)
                if position >= 0:
                    found[Place(name, partition)] = position
        return found

    @_settled
    async def commit(self, group: str, positions: Mapping[Place, int]) -> None:
        """Store how far the group is: these positions are the next ones it wants."""
        topics = _by_topic((place, (place.partition, position, "")) for place, position in positions.items())
        answer = await self._coordinated(group, OffsetCommitRequest(group, -1, "", -1, topics))
        for _, parts in answer.topics:
            for _, code in parts:
                self._check(code, group, group=group)

    # --- upkeep ---

    @_settled
    async def delete(self, positions: Mapping[Place, int]) -> None:
        """Drop everything before these positions."""
        for node, places in (await self.leaders(positions)).items():
            topics = _by_topic((place, (place.partition, positions[place])) for place in places)
            answer = await self.send(node, DeleteRecordsRequest(topics, int(REQUEST_SECONDS * 1000)))
            for topic, parts, *_ in answer.topics:
                for part in parts:
                    self._check(part[2], topic)

    async def close(self, lane: str | None = None) -> None:
        """Close the connections of that lane, or all."""
        gone = [key for key in self._lanes if lane in (None, key[1])]
        for key in gone:
            self._opening.pop(key, None)
            await _end(self._lanes.pop(key))

    # --- machinery ---

    async def send(self, node: int, request: Any, *, lane: str = ASKING, wait: float = 0) -> Any:
        """The node's answer. Any: aiokafka has no types for its requests."""
        if node not in self._nodes:
            self._stale = True
            await self._refresh()
        host, port = self._nodes.get(node, self._settings.addresses[0])
        try:
            connection = await self._connection(node, lane)
            async with asyncio.timeout(REQUEST_SECONDS + wait):
                return await connection.send(request)
        except KlankbordError:
            raise
        except Exception as error:
            await self._forsake(node, lane)
            if isinstance(error, errors.KafkaError | OSError | TimeoutError | NotImplementedError):
                raise said(error, self._settings, where=f"{host}:{port}") from error
            raise

    async def _forsake(self, node: int, lane: str) -> None:
        self._stale = True
        self._coordinators.clear()
        connection = self._lanes.pop((node, lane), None)
        if connection is not None:
            await _end(connection)

    async def _connection(self, node: int, lane: str) -> AIOKafkaConnection:
        key = (node, lane)
        async with self._opening.setdefault(key, asyncio.Lock()):
            connection = self._lanes.get(key)
            if connection is None or not connection.connected():
                connection = self._lanes[key] = await self._connect(*self._nodes[node])
            return connection

    async def _connect(self, host: str, port: int) -> AIOKafkaConnection:
        timeout = int(REQUEST_SECONDS * 2000)
        connection = AIOKafkaConnection(host, port, client_id=CLIENT, request_timeout_ms=timeout, **self._protection)
        with sentences(self._settings, where=f"{host}:{port}"):
            try:
                await connection.connect()
            except BaseException:
                await _end(connection)
                raise
        return connection

    async def _refresh(self) -> None:
        """Ask which brokers and leaders there are, where that may have changed."""
        async with self._refreshing:
            if not self._stale:
                return
            answer = await self._metadata()
            self._nodes = {node: (host, port) for node, host, port, *_ in answer.brokers}
            self._leaders = {}
            for code, topic, _, parts in answer.topics:
                if code == errors.UnknownTopicOrPartitionError.errno:
                    continue
                self._check(code, topic)
                for _, partition, leader, *_ in parts:
                    self._leaders[Place(topic, partition)] = leader
            self._stale = False

    async def _metadata(self) -> Any:
        """Any: an answer of aiokafka's protocol. Asks known nodes first, then the configured servers."""
        request = MetadataRequest(list(self._topics), allow_auto_topic_creation=False)
        failure: KlankbordError | None = None
        for host, port in dict.fromkeys([*self._nodes.values(), *self._settings.addresses]):
            try:
                connection = await self._connect(host, port)
                try:
                    with sentences(self._settings, where=f"{host}:{port}"):
                        return await connection.send(request)
                finally:
                    await _end(connection)
            except KlankbordError as error:
                if failure is None or isinstance(error, Stop):
                    failure = error
        assert failure is not None  # noqa: S101 - there is at least one server
        raise failure

    @_settled
    async def _offsets(self, times: Mapping[Place, int]) -> dict[Place, int]:
        found: dict[Place, int] = {}
        for node, places in (await self.leaders(times)).items():
            topics = _by_topic((place, (place.partition, times[place])) for place in places)
            answer = await self.send(node, OffsetRequest(-1, 0, topics))
            for topic, parts in answer.topics:
                for partition, code, _, position in parts:
                    self._check(code, topic)
                    found[Place(topic, partition)] = position
        return found

    async def _coordinated(self, group: str, request: Any) -> Any:
        """The answer of the broker that keeps the group. Any: see `send`."""
        await self._refresh()
        if group not in self._coordinators:
            answer = await self.send(next(iter(self._nodes)), FindCoordinatorRequest(group, 0))
            self._check(answer.error_code, group)
            self._coordinators[group] = answer.coordinator_id
        return await self.send(self._coordinators[group], request)

    def _check(self, code: int, what: str, *, group: str | None = None) -> None:
        if not code:
            return
        self._stale = True
        if group is not None:
            self._coordinators.pop(group, None)
        error = errors.for_code(code)
        if issubclass(error, _MOVING):
            raise Moved(f"Kafka at {self._settings.servers}: no broker has {what} for now ({error.__name__})")
        raise said(error(what), self._settings)


async def _end(connection: AIOKafkaConnection) -> None:
    """Close it at once: behind TLS it would else wait for the answer to a request that waits for records.

    Also one that broke off while it was opened: its socket would stay open when the event loop ends right after.
    """
    closed = connection.close()
    protocol = connection._protocol  # noqa: SLF001 - nothing public ends it
    if protocol is not None and protocol._transport is not None:  # noqa: SLF001
        protocol._transport.abort()  # noqa: SLF001
        await closed


def _by_topic(entries: Iterable[tuple[Place, Any]]) -> list[tuple[str, list[Any]]]:
    """Any: tuples as each request wants them."""
    topics: dict[str, list[Any]] = {}
    for place, entry in entries:
        topics.setdefault(place.topic, []).append(entry)
    return list(topics.items())


def _messages(data: bytes, position: int, end: int, limit: int) -> Fetched:
    """The whole batches in an answer; what it holds of one more that did not fit is left."""
    records = MemoryRecords(data)
    messages: list[Message] = []
    following = position
    while records.has_next():
        batch = records.next_batch()
        if batch.base_offset >= limit:
            break
        if not batch.validate_crc():
            raise Stop(f"a record of Kafka is damaged, at offset {batch.base_offset}: see the broker's disk")
        following = max(following, batch.next_offset)
        if not batch.is_control_batch:
            messages += batch
    if messages and messages[0].offset < position:
        messages = [message for message in messages if message.offset >= position]
    return Fetched(messages, following, end, len(data))
