"""Appending to Kafka: kafka-python's idempotent producer in a thread of its own.

What several callers append meanwhile shares one flush, so that a flush costs the same for one record and for a thousand.
A record of one append, and the appends themselves, reach a partition in the order in which they were given.

Kafka confirms each partition for itself: where an append for several partitions, or of more than a batch, is cut short,
a part of it may stand there. The caller is told and repeats it, and what reads the log takes the second for the first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from kafka import KafkaProducer
from kafka import errors as kafka_errors

from core.errors import Reject, Retry, Stop
from stream._kafka_records import Entry, headers
from stream._kafka_settings import CLIENT, Settings
from stream._kafka_topics import MOST_RECORD

Stand = tuple[int, int]
"""Partition and Kafka offset."""

BATCH_BYTES = 1024 * 1024
FRAME_BYTES = 4096
"""Room for a batch's frame and a record's headers."""

CONNECT_SECONDS = 5
DELIVERY_SECONDS = 20
"""How long the producer itself goes on trying, with no record doubled; then the caller is told to repeat."""

_AWAY = "does not answer"


class Appender:
    """Appends for one log. Every call raises Retry, Stop, or Reject where a record is larger than Kafka takes.

    probe  asks Kafka for something before a producer is made, and raises what is wrong: quicker, and in better words
    """

    def __init__(self, settings: Settings, probe: Callable[[], Awaitable[object]]) -> None:
        self._settings = settings
        self._probe = probe
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kafka-append")
        self._producer: Any = None  # kafka-python has no types
        self._pending: list[tuple[str, Sequence[Entry], asyncio.Future[list[Stand]]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def append(self, topic: str, entries: Sequence[Entry]) -> list[Stand]:
        """Append in order to the topic of that name in Kafka; returns where each stands, once all are stored."""
        for one in entries:
            size = len(one.key) + len(one.value or b"")
            if size > MOST_RECORD - FRAME_BYTES:
                key = one.traced[:200].decode(errors="replace")
                raise Reject(f"{key}: {size} bytes are more than one record of {topic} may have", reason="too large")
        answer: asyncio.Future[list[Stand]] = asyncio.get_running_loop().create_future()
        self._pending.append((topic, entries, answer))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await answer

    async def close(self) -> None:
        if self._flusher is not None:
            await self._flusher
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown()

    async def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        while self._pending:
            taken, self._pending = self._pending, []
            batches = [(topic, entries) for topic, entries, _ in taken]
            try:
                if self._producer is None:
                    await self._probe()
                stands = await loop.run_in_executor(self._thread, self._send, batches)
            except Exception as error:  # noqa: BLE001 - handed to those who wait for it
                stands = [error] * len(taken)
            for (*_, answer), stand in zip(taken, stands, strict=True):
                if answer.done():
                    continue
                if isinstance(stand, Exception):
                    answer.set_exception(stand)
                else:
                    answer.set_result(stand)

    def _send(self, batches: Sequence[tuple[str, Sequence[Entry]]]) -> list[list[Stand] | Exception]:
        try:
            if self._producer is None:
                self._producer = self._connect()
            sent = [self._hand_over(*batch) for batch in batches]
            self._producer.flush(timeout=DELIVERY_SECONDS + CONNECT_SECONDS)
            stands = [self._stands(futures) for futures in sent]
        except kafka_errors.KafkaError as error:
            stands = [self._said(error)] * len(batches)
        if any(isinstance(stand, Exception) for stand in stands):
            self._drop()  # what was not confirmed may still be on its way: it is given again, under a new producer
        return stands

    def _hand_over(self, topic: str, entries: Sequence[Entry]) -> list[Any]:
        """A future of kafka-python a record."""
        send = self._producer.send
        return [send(topic, one.value, one.key, headers(one.traced, one.value), one.partition) for one in entries]

    def _stands(self, futures: Sequence[Any]) -> list[Stand] | Exception:
        for future in futures:
            if not future.is_done:
                return Retry(f"Kafka at {self._settings.servers} {_AWAY}")
            if future.failed():
                return self._said(future.exception)
        return [(future.value.partition, future.value.offset) for future in futures]

    def _connect(self) -> Any:
        compression = self._settings.compression
        return KafkaProducer(
            bootstrap_servers=self._settings.servers.split(","),
            client_id=CLIENT,
            enable_idempotence=True,
            acks="all",
            compression_type=None if compression == "none" else compression,
            batch_size=BATCH_BYTES,
            linger_ms=1000,  # a flush ends it
            max_request_size=MOST_RECORD + FRAME_BYTES,
            max_block_ms=CONNECT_SECONDS * 1000,
            bootstrap_timeout_ms=CONNECT_SECONDS * 1000,
            request_timeout_ms=DELIVERY_SECONDS * 500,
            delivery_timeout_ms=DELIVERY_SECONDS * 1000,
            reconnect_backoff_max_ms=1000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
            **self._settings.protection(),
        )

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(kafka_errors.KafkaError):
                producer.close(timeout=1)

    def _said(self, error: Exception) -> Exception:
        kafka = f"Kafka at {self._settings.servers}"
        match error:
            case kafka_errors.MessageSizeTooLargeError() | kafka_errors.RecordListTooLargeError():
                return Stop(
                    f"{kafka} takes no record of {MOST_RECORD} bytes: klankbord log apply sets its topics to that"
                )
            case kafka_errors.UnknownTopicOrPartitionError():
                return Retry(f"a log topic is not there in {kafka}; if it stays away: klankbord log apply")
            case kafka_errors.TopicAuthorizationFailedError() | kafka_errors.ClusterAuthorizationFailedError():
                return Stop(f'{kafka} forbids the user "{self._settings.security.user}" to append: {error}')
            case _:
                return Retry(f"{kafka} {_AWAY}")
