"""All that klankbord touches of Faust: one app with one agent that hands over the events of one topic.

Faust is typed in part and ours nowhere else: what it gives is `Any` here and Records outside. Settings and habits that
differ from its documentation are measured ones:

- The agent never raises and is never left: an exception that leaves an agent acknowledges what nobody processed.
- `noack().events()` with acknowledgement last; `take` and `noack_take` acknowledge behind one's back.
- An event that is not acknowledged does not hold back the commit of later ones, so events are acknowledged in the order
  in which they came, whatever happens; what is committed is reckoned by that order, not by Faust.
- An agent that is silent longer than broker_max_poll_interval leaves the group for good, hence a day.
- No producer is started (results go through the log), no leader topic, no tables, no web server, no data folder.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import faust
from faust.app import BootStrategy
from faust.auth import SASLCredentials, SSLCredentials
from faust.tables.manager import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, EventT

from stream._kafka_settings import Settings

Event = EventT[Any]  # what it holds is bytes; Faust does not say so


class Feed:
    """One Faust app in this event loop, from its start until it is stopped or crashes; then a new one is needed.

    settle    called when partitions are about to be taken away; these seconds are the others' pause
    room      how many events may wait here; more stay with Faust, and then with the broker
    session   seconds after which the broker gives the partitions of a worker that died to others
    waiting   events that came and were not taken yet, in order
    arrived   set when there is one
    """

    def __init__(
        self,
        settings: Settings,
        *,
        group: str,
        topic: str,
        room: int,
        session: float,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self.waiting: deque[Event] = deque()
        self.arrived = asyncio.Event()
        self._room = room
        self._moves = 0
        self._settle = settle
        self._space = asyncio.Event()
        self._stream: Any = None  # faust.Stream
        self._failure: BaseException | None = None
        self._app: Any = _app(settings, settings.group(group), room, session)
        raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
        self._app.agent(self._app.topic(settings.topic(topic), **raw), concurrency=1, name=group)(self._agent)
        self._app.on_partitions_revoked.connect(self._revoked)
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin joining the group; events come when it is done."""
        self._starting = asyncio.create_task(self._app.start())

    async def joined(self, within: float) -> bool:
        """Whether it has become a member of the group; waits so many seconds for it, or for a failure."""
        if self._starting is None:
            return False
        await asyncio.wait([self._starting], timeout=within)
        return self._starting.done()

    @property
    def failure(self) -> BaseException | None:
        """Why this feed gives nothing any more, if so."""
        if self._failure is None and self._starting is not None and self._starting.done():
            self._failure = self._starting.exception()
        if self._failure is None and self._app.crashed:
            self._failure = self._app.crash_reason or RuntimeError("Faust gave up without saying why")
        return self._failure

    @property
    def held(self) -> int:
        """Events that are in this process and were not taken."""
        queued = 0 if self._stream is None else self._stream.channel.queue.qsize()
        return len(self.waiting) + int(queued)

    def take(self, most: int) -> list[Event]:
        """Up to `most` of the waiting events; those that an older membership of the group brought are dropped."""
        taken: list[Event] = []
        while self.waiting and len(taken) < most:
            event = self.waiting.popleft()
            if self.current(event):
                taken.append(event)
        if not self.waiting:
            self.arrived.clear()
        self._space.set()
        return taken

    def current(self, event: Event) -> bool:
        """False where the group changed since: what was not acknowledged then comes again, here or elsewhere."""
        return bool(event.message.generation_id == self._app.consumer_generation_id)

    async def acknowledge(self, event: Event) -> None:
        """To be called in the order in which the events came, for each."""
        await self._stream.ack(event)  # not event.ack(), which leaves Faust's gauges growing

    async def commit(self) -> None:
        """Store now how far the acknowledged events go; it happens by itself a few times a second."""
        await self._app.consumer.commit_now()

    async def behind(self) -> bool | None:
        """Whether the broker holds records of this worker's partitions that were not fetched; None: it has none.

        Asks the broker, for what Faust knows of the ends stands still when a worker does. Raises what the client raises.
        """
        consumer = self._app.consumer
        partitions = consumer.assignment()
        if not partitions:
            return None
        ends = await consumer.highwaters(*partitions)
        return any([(await consumer.position(partition) or 0) < ends[partition] for partition in partitions])

    async def stop(self) -> None:
        """Leave the group and end. What was acknowledged is committed."""
        await self._app.stop()
        if self._starting is not None:
            with suppress(Exception):  # its failure was told, or does not matter any more
                await self._starting

    async def _agent(self, stream: Any) -> None:
        self._stream = stream.noack()
        try:
            async for event in self._stream.events():
                moves = self._moves
                while len(self.waiting) >= self._room:
                    self._space.clear()
                    await self._space.wait()
                if moves == self._moves:  # else those before it were dropped, and it may not overtake them
                    self.waiting.append(event)
                    self.arrived.set()
        except Exception as error:  # noqa: BLE001 - one that leaves an agent loses records
            self._failure = error
            self.arrived.set()
            await asyncio.Event().wait()

    async def _revoked(self, *_: Any, **__: Any) -> None:
        self._moves += 1
        self.waiting.clear()
        self._space.set()
        await self._settle()


class _Boot(BootStrategy):
    enable_kafka_producer = False
    enable_web = False


class _NoTables(TableManager):
    async def sleep(self, _: object) -> None:
        """Faust waits a second here for tables to be declared; there are none."""


class _App(faust.App):
    BootStrategy = _Boot

    async def on_first_start(self) -> None:
        """No folders: nothing is kept in files."""


class _QuietThread(driver.WorkerThread):  # type: ignore[name-defined, misc] # there, though its types do not say so
    def run(self) -> None:
        """No stack trace on the terminal: the app says why it crashed."""
        with suppress(Exception):
            super().run()


class _Thread(driver.AIOKafkaConsumerThread):
    Worker = _QuietThread

    async def stop(self) -> None:
        """Faust's own passes by a thread that was begun and has not come up yet, and leaves it running for good."""
        thread = self._thread
        while thread is not None and thread.is_alive() and not self._started.is_set():  # noqa: ASYNC110 - another loop sets it
            await asyncio.sleep(0.01)
        await super().stop()

    def on_crash(self, msg: str, *fmt: Any, **_: Any) -> None:
        """Nor here."""


class _Consumer(driver.Consumer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: dict[TP, list[int]] = {}

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def commit_now(self) -> None:
        """A commit on its way may have begun before the last acknowledgement, and Faust then makes no other."""
        while self._late:
            tp, acked = self._late.popitem()
            self._acked[tp] += acked
        if not await self.commit():
            await self.commit()

    async def commit_and_end_transactions(self) -> None:
        """What it does as it ends."""
        await self.commit_now()

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Store what was acknowledged: Faust begins by forgetting it. What was while that was stored is left to the next `commit_now`."""
        await self.commit_now()
        self._late = {tp: acked for tp in revoked if (acked := self._acked[tp])}
        await super().on_partitions_revoked(revoked)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing to note: see below."""

    def _new_offset(self, tp: TP) -> int | None:
        """Everything up to the last acknowledged event is done, for that is the order in which we acknowledge.

        Faust's own reckoning fills what it takes for gaps in the topic. After two changes of the group soon after one another it
        takes events on their way for one, commits past them, and the next change loses them.
        """
        acked = self._acked[tp]
        if not acked:
            return None
        following = max(acked) + 1
        acked.clear()
        self._acked_index[tp].clear()
        return following


class _Transport(driver.Transport):
    Consumer = _Consumer


def _app(settings: Settings, group: str, room: int, session: float) -> Any:
    app = _App(
        group,
        broker=[f"kafka://{server.strip()}" for server in settings.servers.split(",")],
        broker_credentials=_credentials(settings),
        broker_session_timeout=session,
        broker_heartbeat_interval=session / 12,
        broker_commit_interval=0.2,
        broker_max_poll_interval=86400.0,
        broker_max_poll_records=500,
        broker_rebalance_timeout=30.0,
        stream_buffer_maxsize=room,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        store="memory://",
        TableManager=_NoTables,
    )
    app.transport = _Transport(app.conf.broker_consumer, app)
    return app


def _credentials(settings: Settings) -> Any:
    given = settings.protection()
    if "sasl_mechanism" not in given:
        return given["ssl_context"] and SSLCredentials(context=given["ssl_context"])
    return SASLCredentials(
        username=given["sasl_plain_username"],
        password=given["sasl_plain_password"],
        mechanism=given["sasl_mechanism"],
        ssl_context=given["ssl_context"],
    )
