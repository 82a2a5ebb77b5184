"""Does at the source what was asked of messages there, and takes away what stands there too much: looked at anew, each within its time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Reject, Unsure
from core.ports import Erased, Publisher
from core.time import Clock
from core.types import Refusal
from desk.answering import settling
from desk.answering.allowing import Allowing, Lacks
from desk.answering.barred import OLDEST, Bar
from desk.answering.calling import LEASE, Away, call, longer
from desk.store import answer_writing, case_writing, publisher_turns
from desk.store.answer_writing import Deed
from desk.store.answers import Answer
from desk.store.cases import Case
from desk.store.database import Database
from desk.store.publisher_turns import Task, Turn

SLOW = "it took too long"


class Deeds:
    """What a worker does with its turn at a publisher, beside sending. Each raises Away where the source is to be left alone."""

    def __init__(self, desk: Database, allowing: Allowing, erased: Erased, clock: Clock) -> None:
        self._desk, self._allowing, self._erased, self._clock = desk, allowing, erased, clock

    async def do(self, turn: Turn, publisher: Publisher, task: Task) -> None:
        if not await self._stays(turn, task):
            return
        try:
            await call((publisher.hide if task.kind == Deed.HIDE.value else publisher.delete)(task.mention))
        except Reject as refused:
            await self._undone(task, refused)
        except (Away, Unsure, TimeoutError) as away:
            await self._put_off(turn, task, str(away) or SLOW)
            if isinstance(away, Away):
                raise
        else:
            async with self._desk.writing() as connection:
                await settling.did(connection, task, self._clock())

    async def uncopy(self, turn: Turn, publisher: Publisher, answer: Answer) -> None:
        """Take away what stands there too much. What the source refuses stays, and holds up no other."""
        stays: Reject | None = None
        for copy in answer.copies:
            try:
                await call(publisher.delete(copy))
            except Reject as refused:
                stays = refused
                continue
            except (Away, Unsure, TimeoutError) as away:
                at = self._clock()
                due = at + longer(answer.ended_at or at, at)
                await self._put(turn, answer, due_at=due, error=str(away) or SLOW)
                if isinstance(away, Away):
                    raise
                return
            if not await self._uncopied(turn, answer, copy):
                return
        if stays is not None:
            await self._copied(turn, answer, stays)

    async def _stays(self, turn: Turn, task: Task) -> bool:
        """Whether it is still to be done by us; where something stands in its way, that is written down."""
        at = self._clock()
        async with self._desk.writing() as connection:
            case = await case_writing.locked(connection, task.case)
            if case is None or not await publisher_turns.locked_task(connection, task):
                return False
            if not await publisher_turns.holds(connection, turn):
                return False
            reason = await self._barred(connection, task, case, turn.publisher, at)
            if reason is not None:
                await settling.undone(connection, case, task, reason, at)
            return reason is None

    async def _barred(
        self, connection: AsyncConnection, task: Task, case: Case, publisher: str, at: datetime
    ) -> str | None:
        if self._erased(task.mention) or self._erased(case.author):
            return Refusal.GONE.value
        if isinstance(await self._allowing.may(connection, task.by, case, publisher, at), Lacks):
            return Bar.NO_RIGHT.value
        return Bar.LATE.value if at - task.at > OLDEST else None

    async def _undone(self, task: Task, refused: Reject) -> None:
        async with self._desk.writing() as connection:
            case = await case_writing.locked(connection, task.case)
            if case is not None and await publisher_turns.locked_task(connection, task):
                await settling.undone(connection, case, task, refused.reason, self._clock(), error=str(refused))

    async def _put_off(self, turn: Turn, task: Task, error: str) -> None:
        at = self._clock()
        values = {"due_at": at + longer(task.at, at), "tries": task.tries + 1, "error": error}
        async with self._desk.writing() as connection:
            if await publisher_turns.holds(connection, turn):
                await publisher_turns.settle_task(connection, task, **values)

    async def _put(self, turn: Turn, answer: Answer, **values: object) -> None:
        async with self._desk.writing() as connection:
            if await publisher_turns.holds(connection, turn):
                await answer_writing.put(connection, answer, **values)

    async def _uncopied(self, turn: Turn, answer: Answer, copy: str) -> bool:
        """Whether the turn is still ours, so that the next may follow."""
        at = self._clock()
        async with self._desk.writing() as connection:
            case, now = await settling.locked(connection, answer)
            if case is None or now is None:
                return False
            await settling.uncopied(connection, case, now, copy, at)
            return await publisher_turns.holds(connection, turn, until=at + LEASE)

    async def _copied(self, turn: Turn, answer: Answer, refused: Reject) -> None:
        at = self._clock()
        async with self._desk.writing() as connection:
            case, now = await settling.locked(connection, answer)
            if case is not None and now is not None and await publisher_turns.holds(connection, turn):
                await settling.copied(connection, case, now, refused, at)
