"""Sends the answers that were let out, each once whatever breaks off, and does what is asked of messages at their source.

A worker takes the turn at a publisher; nobody else sends there meanwhile. 1. What may stand there already is asked for (`find`). 2. What surely does not
is looked at again, and that it is being sent is written down, in one transaction. 3. It is sent. 4. What became of it is written down.
Whoever was killed after 2 leaves an answer of which nobody knows: whoever comes next begins with 1, and never with 3.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from random import Random

from msgspec.structs import replace

from core.errors import Denied, Reject, Retry, Unsure
from core.ports import Erased, Measured, Publisher
from core.telemetry import Count, Gauge
from core.time import Clock
from core.types import Parent, Published, Refusal, Reply
from desk.answering import settling
from desk.answering.allowing import Allowing
from desk.answering.barred import OLDEST, Answered, Bar, barred
from desk.answering.calling import LEASE, TRY, WAITS, Away, call, longer
from desk.answering.deeds import SLOW, Deeds
from desk.store import answer_writing, answers, publisher_turns
from desk.store.answers import Answer, State
from desk.store.database import Database
from desk.store.publisher_turns import Turn

IN_TURN = 20
"""Answers and deeds of one turn."""
DENIED = timedelta(minutes=5)
"""How long one is left alone that lets us in no more: a person has to act there."""

Look = Callable[[str], Awaitable[Answered | None]]
"""(mention id): the message that is answered, from the archive; None where it is gone. Raises Retry where nobody can say."""


class Sender:
    """Sends for one organisation.

    publishers  by their names in the configuration
    looks       what is answered, as it is now
    erased      core.ports.Erased, asked before anything is sent
    """

    def __init__(
        self,
        desk: Database,
        publishers: Mapping[str, Publisher],
        *,
        looks: Look,
        allowing: Allowing,
        erased: Erased,
        clock: Clock,
        random: Random,
        measured: Measured,
    ) -> None:
        self._desk, self._publishers, self._looks, self._allowing = desk, publishers, looks, allowing
        self._erased, self._clock, self._random, self._measured = erased, clock, random, measured
        self._deeds = Deeds(desk, allowing, erased, clock)
        self._away: dict[str, int] = {}  # how often each was in a row

    async def once(self) -> None:
        """One turn at each publisher where something is due. What is wrong with one holds up no other."""
        results = await asyncio.gather(*map(self._turn, self._publishers), return_exceptions=True)
        oldest, at = await answers.oldest_due(self._desk), self._clock()
        self._measured.set(Gauge.ANSWERS_LATE, (at - oldest).total_seconds() if oldest else 0.0)
        for wrong in results:
            if isinstance(wrong, BaseException):
                raise wrong
        await self._give_up()

    async def _give_up(self) -> None:
        """An answer of a publisher that is configured no more waits as long as any, and no longer."""
        at = self._clock()
        for answer in await answers.elsewhere(self._desk, self._publishers, at - OLDEST):
            bar = Bar.UNKNOWN if answer.state is State.SENDING else Bar.LATE
            async with self._desk.writing() as connection:
                case, now = await settling.locked(connection, answer)
                if case is not None and now is not None and now.state is answer.state:
                    gone = f"no publisher is called {answer.publisher}"
                    await settling.refuse(connection, case, now, bar.value, at, error=gone)
                    self._measured.add(Count.ANSWERS, answer.publisher, "refused")

    async def _turn(self, name: str) -> None:
        at = self._clock()
        if await publisher_turns.idle(self._desk, name, at):
            return
        turn = Turn(publisher=name, lease=uuid.uuid4().hex, until=at + LEASE)
        if not await publisher_turns.take(self._desk, turn, at):
            return
        waits, error = None, None
        try:
            await self._work(turn, self._publishers[name])
            self._away.pop(name, None)
        except Away as away:
            waits, error = self._clock() + self._patience(name, away.retry), str(away)
        finally:
            await publisher_turns.give_back(self._desk, turn, waits_until=waits, error=error)

    async def _work(self, turn: Turn, publisher: Publisher) -> None:
        for _ in range(IN_TURN):
            turn = replace(turn, until=self._clock() + LEASE)
            async with self._desk.writing() as connection:
                if not await publisher_turns.holds(connection, turn, until=turn.until):
                    return
            answer = await publisher_turns.next_answer(self._desk, turn.publisher, self._clock())
            if answer is not None:
                await self._answer(turn, publisher, answer)
                continue
            task = await publisher_turns.next_task(self._desk, turn.publisher, self._clock())
            if task is None:
                return
            await self._deeds.do(turn, publisher, task)

    async def _answer(self, turn: Turn, publisher: Publisher, answer: Answer) -> None:
        """Raises Away where the source is to be left alone."""
        if answer.state is State.SENT:
            await self._deeds.uncopy(turn, publisher, answer)
            return
        if answer.state is State.SENDING and not await self._absent(turn, publisher, answer):
            return
        reply = await self._begun(turn, publisher, answer)
        if reply is None or self._clock() > turn.until - TRY:  # whoever slept may have lost the turn before it went out
            return
        try:
            published = await call(publisher.send(reply))
        except Reject as refused:
            await self._refused(turn, answer, refused.reason, str(refused))
        except Away as away:
            await self._put(turn, answer, state=State.QUEUED.value, due_at=self._clock(), error=str(away))
            self._count(turn, "failed")
            raise
        except (Unsure, TimeoutError) as unsure:
            after = timedelta(seconds=unsure.after if isinstance(unsure, Unsure) else 0)
            due = self._clock() + max(after, publisher.settles)
            await self._put(turn, answer, due_at=due, error=str(unsure) or SLOW)
            self._count(turn, "unsure")
        else:
            await self._stands(turn, answer, published, "sent")

    async def _absent(self, turn: Turn, publisher: Publisher, answer: Answer) -> bool:
        """Whether the source says that it has it not. What cannot be asked now is asked for later, each time later."""
        try:
            found = await call(publisher.find(await self._reply(answer)))
        except (Reject, Unsure) as mute:
            await self._unknown(turn, answer, str(mute))
            return False
        except (Away, TimeoutError) as away:
            await self._put_off(turn, answer, str(away))
            raise (away if isinstance(away, Away) else Away(Retry(f"{turn.publisher} does not answer"))) from None
        if found is not None:
            await self._stands(turn, answer, found, "found")
        return found is None

    async def _unknown(self, turn: Turn, answer: Answer, error: str) -> None:
        """The source does not say whether it has this one: others pass meanwhile, and after OLDEST a person has to look there."""
        if answer.ready_at is not None and self._clock() - answer.ready_at > OLDEST:
            await self._refused(turn, answer, Bar.UNKNOWN.value, error)
        else:
            await self._put_off(turn, answer, error)

    async def _put_off(self, turn: Turn, answer: Answer, error: str) -> None:
        at = self._clock()
        await self._put(turn, answer, due_at=at + longer(answer.tried_at or at, at), error=error)
        self._count(turn, "failed")

    async def _begun(self, turn: Turn, publisher: Publisher, answer: Answer) -> Reply | None:
        """The answer as it goes out now, once it is written down that it does; None where something stands in its way."""
        answered, at = await self._looks(answer.answers), self._clock()
        async with self._desk.writing() as connection:
            case, now = await settling.locked(connection, answer)
            if case is None or now is None or now.state is not answer.state:
                return None  # erased, or taken back meanwhile
            if not await publisher_turns.holds(connection, turn):
                return None
            if self._erased(answer.answers) or self._erased(case.author):
                answered = None
            bar = await barred(connection, now, case, publisher, answered=answered, allowing=self._allowing, at=at)
            if bar is not None or answered is None:
                await settling.refuse(connection, case, now, (bar or Refusal.GONE).value, at)
                self._count(turn, "refused")
                return None
            due = at + TRY + max(publisher.settles, TRY)
            trying = {"state": State.SENDING.value, "tries": now.tries + 1, "tried_at": at, "due_at": due}
            found = {"parent": now.parent or answered.parent, "topics": answered.topics}
            await answer_writing.put(connection, now, **found, **trying)
            taken = tuple(await answer_writing.taken(connection, now))
        return _reply(now, now.parent or answered.parent, taken)

    async def _reply(self, answer: Answer) -> Reply:
        async with self._desk.reading() as connection:
            taken = tuple(await answer_writing.taken(connection, answer))
        assert answer.parent is not None  # noqa: S101 - kept as the first try began
        return _reply(answer, answer.parent, taken)

    async def _stands(self, turn: Turn, answer: Answer, published: Published, how: str) -> None:
        at = self._clock()
        async with self._desk.writing() as connection:
            case, now = await settling.locked(connection, answer)
            if case is None or now is None or now.state is not State.SENDING:
                return
            await settling.stands(connection, case, now, published, at)
        self._count(turn, how)

    async def _refused(self, turn: Turn, answer: Answer, reason: str, error: str) -> None:
        at = self._clock()
        async with self._desk.writing() as connection:
            case, now = await settling.locked(connection, answer)
            if case is not None and now is not None and now.state is State.SENDING:
                await settling.refuse(connection, case, now, reason, at, error=error)
                self._count(turn, "refused")

    async def _put(self, turn: Turn, answer: Answer, **values: object) -> None:
        async with self._desk.writing() as connection:
            if await publisher_turns.holds(connection, turn):
                await answer_writing.put(connection, answer, **values)

    def _patience(self, name: str, away: Retry) -> timedelta:
        before, asked = self._away.get(name, 0), timedelta(seconds=away.after or 0)
        self._away[name] = before + 1
        least = WAITS[min(before, len(WAITS) - 1)]
        return max(asked, least, DENIED if isinstance(away, Denied) else least) * self._random.uniform(1.0, 1.1)

    def _count(self, turn: Turn, outcome: str) -> None:
        self._measured.add(Count.ANSWERS, turn.publisher, outcome)


def _reply(answer: Answer, parent: Parent, taken: tuple[str, ...]) -> Reply:
    assert answer.key is not None  # noqa: S101 - made as it was let out
    assert answer.ready_at is not None  # noqa: S101 - the same
    said = answer.words
    return Reply(key=answer.key, at=answer.ready_at, parent=parent, text=said.text, language=said.language, taken=taken)
