"""The next question, once the demo is live: much like one before, and taken up with what worked then."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic

from core.errors import Retry
from core.time import Clock
from desk.answering import acts as answers
from desk.answering.acts import Written
from desk.cases import acts
from desk.practices import acts as practised
from desk.store import cases
from desk.store.cases import Asked, Case
from klankbord.demo.cast import Cast, Halted
from klankbord.demo.climbing import Climb
from klankbord.demo.dialogues import asked_now
from klankbord.demo.handled import done
from klankbord.demo.messages import Said
from klankbord.demo.staff import CLIMBER

LANGUAGE = "nl"
LOOK_EVERY, PATIENCE = 0.3, 30.0
Ask = Callable[[Sequence[Said]], Awaitable[object]]
"""Lets these be said at their sources now."""


async def taken_up(ask: Ask, climb: Climb, clock: Clock) -> Case:
    """Let it be asked; the case, claimed, with an answer made of the best practice that nobody else has to approve.

    Raises Halted where no case is opened in time, or an act is refused.
    """
    said = asked_now(clock())
    await ask([said])
    case = await _case(climb.cast, said)
    desk, who = climb.cast.desk, await climb.cast.who(CLIMBER.name)
    case = done(await acts.claim(desk, who, case.id, saw=case.version, at=clock()))
    await practised.use(desk, who, climb.shared.number, case.number, at=clock())
    text = climb.shared.text(LANGUAGE).answer
    written = Written(text=text, answers=case.first_message, publisher=case.source, language=LANGUAGE)
    return done(await answers.write(desk, who, case.id, written, saw=case.version, at=clock()))


async def _case(cast: Cast, said: Said) -> Case:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with suppress(Retry, Halted):  # it is not archived yet
            author = (await cast.archived(said)).enriched.mention.author.id
            if found := await cases.listed(cast.desk, Asked(author=author)):
                return found[0]
        await asyncio.sleep(LOOK_EVERY)
    raise Halted("the next question opens no case")
