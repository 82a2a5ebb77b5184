"""Plays a drill: says what the script says into the log, looks with a detector of its own, and keeps the score.

All that it has done is in the log and the desk. A player that is killed is missed by the program (klankbord.drills.ending).
"""

import asyncio
from collections.abc import Sequence

from core.codec import encode
from core.errors import Retry
from core.ports import Measured
from core.time import Clock, now
from core.topics import MENTIONS
from desk.crisis import acts
from desk.drills.score import Score, closed, over_at, reached, score, written
from desk.store import drills
from desk.store.crises import Crisis
from desk.store.drills import Drill, State
from klankbord.configuration import Configuration
from klankbord.drills.beginning import Begun
from klankbord.drills.ending import PLAYER, call_off, real_crisis, stand_down
from klankbord.drills.script import mention
from klankbord.keeping.crises import Watching
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 2.0
"""Seconds between two rounds."""
LOOKS_EVERY = 15.0
"""Seconds between looks of its detector."""
AT_ONCE = 500


class Player:
    """Plays one drill, a round at a time."""

    def __init__(
        self, configuration: Configuration, stores: Stores, begun: Begun, report: Report, *, clock: Clock = now
    ) -> None:
        self._stores, self._begun, self._report, self._clock = stores, begun, report, clock
        self._watching = Watching(configuration, stores, Measured(), clock=clock, drill=begun.drill.id)
        self._languages = configuration.organisation.languages
        self._said, self._told, self._noted = 0, 0, 0
        self._looked_at = begun.drill.began_at
        self._opened = False

    async def play(self, *, every: float = EVERY) -> tuple[Drill, Score]:
        """To its end, or until it is called off."""
        desk, drill = self._stores.desk, self._begun.drill
        try:
            while not await self._round():  # noqa: ASYNC110 - its end comes from the desk, where others write too
                await asyncio.sleep(every)
        except asyncio.CancelledError:
            await call_off(desk, drill, "whoever played it stopped it", self._clock())
            raise
        await stand_down(desk, self._clock())
        found = await drills.get(desk, drill.id) or drill
        return found, await self._score()

    async def _round(self) -> bool:
        """Whether that was the last one."""
        try:
            return await self._go_on()
        except Retry as error:
            self._report(f"waits and tries again: {error}")
            return False

    async def _go_on(self) -> bool:
        desk, drill, moment = self._stores.desk, self._begun.drill, self._clock()
        if real := await real_crisis(desk):
            await call_off(desk, drill, f"crisis {real.number} is real", moment)
        found = await self._score()
        if not await drills.seen(desk, drill.id, at=moment, document=written(found)):
            return True
        await self._say()
        await self._look()
        await self._tell()
        return await self._end() if await self._is_over(found) else False

    async def _say(self) -> None:
        """What is due; each goes into the log once."""
        passed, lines = self._clock() - self._begun.drill.began_at, self._begun.lines
        while self._said < len(lines) and lines[self._said].after <= passed:
            due = [line for line in lines[self._said : self._said + AT_ONCE] if line.after <= passed]
            moment = self._clock()
            told = [mention(line, self._begun.drill.id, self._said + place, moment) for place, line in enumerate(due)]
            await self._stores.log.append(MENTIONS, [(one.id, encode(one)) for one in told])
            self._said += len(due)

    async def _look(self) -> None:
        if (self._clock() - self._looked_at).total_seconds() >= LOOKS_EVERY:
            self._looked_at = self._clock()
            await self._watching.look()

    async def _tell(self) -> None:
        """Say what becomes known and what comes from outside; the crisis has it in its timeline, as soon as there is one."""
        passed = self._clock() - self._begun.drill.began_at
        scenario, language = self._begun.scenario, next(iter(self._languages), "en")
        moments = [(one.at, f"known: {one.called(language)}") for one in scenario.known]
        moments += [(one.at, f"from outside: {one.called(language)}") for one in scenario.injects]
        due = [line for at, line in sorted(moments) if at <= passed]
        for line in due[self._told :]:
            self._report(line)
        self._told = len(due)
        crisis, _ = await reached(self._stores.desk, self._begun.drill.id)
        if crisis is not None:
            await self._note(crisis, due)

    async def _note(self, crisis: Crisis, due: Sequence[str]) -> None:
        if not self._opened:
            self._opened = True
            self._report(f"crisis {crisis.number} opened")
        for line in due[self._noted :]:
            await acts.note(self._stores.desk, PLAYER, crisis.id, line, at=self._clock())
            self._noted += 1

    async def _is_over(self, found: Score) -> bool:
        """Whether all was played, and all was reached or has no time left."""
        moment, began_at = self._clock(), self._begun.drill.began_at
        if moment - began_at < self._begun.scenario.lasts:
            return False
        _, when = await reached(self._stores.desk, self._begun.drill.id)
        last = over_at(self._begun.targets, began_at=began_at, detected_at=when.detected_at)
        return found.reached or moment >= last

    async def _end(self) -> bool:
        desk, drill, moment = self._stores.desk, self._begun.drill, self._clock()
        found = await self._score()
        last = Score(lines=closed(found.lines), crisis=found.crisis, said=found.said)
        await drills.seen(desk, drill.id, at=moment, document=written(last))
        await drills.end(desk, drill.id, State.FINISHED, at=moment)
        return True

    async def _score(self) -> Score:
        drill = self._begun.drill
        crisis, when = await reached(self._stores.desk, drill.id)
        lines = score(when, self._begun.targets, began_at=drill.began_at, at=self._clock())
        return Score(lines=lines, crisis=crisis.number if crisis else None, said=self._said)
