"""Whether a Faust worker gets on: what waits here, what waits at the broker, and whether the broker is there at all."""

import asyncio

from core.errors import Retry
from core.ports import Log, TopicState
from stream.faust_reader import FaustReader
from stream.patience import GivenUp, Patience

ANSWER = 10.0
"""Seconds the broker has to say how far its partitions go."""

AGAIN = 2.0
"""Seconds until a broker that is away is looked at again: when it is back this is soon said."""


class Health:
    """Looks at the broker from time to time, waiting visibly where it is away, and tells the watchdog.

    The broker is asked through the worker's own client first; where that one does not answer, through the log's: only when
    both are refused is the broker away. A worker without partitions looks at its whole group.
    """

    def __init__(self, log: Log, reader: FaustReader, patience: Patience, *, topic: str, group: str) -> None:
        self._log = log
        self._reader = reader
        self._patience = patience
        self._topic = topic
        self._group = group
        self._behind = False
        self._moves = 0
        self._seen: tuple[int, int | None] | None = None

    def moving(self) -> bool:
        """For the watchdog, from its thread: nothing waits, or what waits is waited for, or something got on."""
        moves, self._moves = self._moves, self._reader.moves
        return self._patience.waiting or not (self._reader.unfinished or self._behind) or moves != self._reader.moves

    async def look(self, every: float) -> None:
        """Until a stop is asked for while the broker is away, or for ever."""
        while True:
            await asyncio.sleep(every)
            try:
                self._behind = await self._patience.outlast(self._is_behind)
            except GivenUp:
                return

    async def _is_behind(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER):
                own = await self._reader.feed.behind()
        except Exception:  # noqa: BLE001 - Faust raises what it likes, while it starts as well; the log knows whether the broker is there
            own = None
        return await self._group_stands() if own is None else own

    async def _group_stands(self) -> bool:
        """Whether the group as a whole has records waiting and none was done since the last look."""
        row = await self._state()
        before, self._seen = self._seen, None if row is None else (row.committed, row.oldest_at)
        return row is not None and row.lag > 0 and self._seen == before

    async def _state(self) -> TopicState | None:
        try:
            async with asyncio.timeout(ANSWER):
                rows = await self._log.state()
        except TimeoutError:
            raise Retry("Kafka does not answer", after=AGAIN) from None
        except Retry as error:
            raise Retry(str(error), after=AGAIN) from error
        return next((row for row in rows if (row.topic, row.group) == (self._topic, self._group)), None)
