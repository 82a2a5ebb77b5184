"""How a drill ends: it is called off, its crisis is stood down, and its messages go."""

from datetime import datetime, timedelta

from desk.crisis import acts
from desk.entry.who import Who
from desk.store import crises, drills
from desk.store.crises import Crisis
from desk.store.database import Database
from desk.store.drills import Drill, State
from klankbord.drills.script import SOURCE
from klankbord.stores import Stores

PLAYER = Who(session="drill")
"""Who writes down what the scenario brings, and stands the crisis down."""
UNSEEN = timedelta(minutes=2)
"""A player that was not seen for so long plays no more."""
KEEP = timedelta(days=1)
"""So long after its end a drill's messages can be looked at."""
_INSTANT = timedelta(milliseconds=1)


async def tidy(stores: Stores, at: datetime) -> None:
    """Call off what cannot go on, stand down what it left, drop what is old. Repeating it changes nothing."""
    desk, playing = stores.desk, await drills.playing(stores.desk)
    if playing is not None and (real := await real_crisis(desk)):
        await call_off(desk, playing, f"crisis {real.number} is real", at)
    elif playing is not None and at - playing.seen_at > UNSEEN:
        unseen = at - UNSEEN
        await drills.end(desk, playing.id, State.CALLED_OFF, at=at, reason="its player stopped", unseen_since=unseen)
    await stand_down(desk, at)
    for drill in await drills.listed(desk, purged=False):
        if drill.ended_at is not None and at - drill.ended_at >= KEEP:
            await purge(stores, drill, drill.ended_at)


async def real_crisis(desk: Database) -> Crisis | None:
    """One that runs and is no drill."""
    return next(iter(await crises.listed(desk, running=True, drills=False, most=1)), None)


async def call_off(desk: Database, drill: Drill, reason: str, at: datetime) -> None:
    """Let it end before its end, and stand its crisis down: whoever is on call is told."""
    await drills.end(desk, drill.id, State.CALLED_OFF, at=at, reason=reason)
    await stand_down(desk, at)


async def stand_down(desk: Database, at: datetime) -> None:
    """The crises of drills that play no more."""
    for crisis in await crises.listed(desk, running=True, drills=True):
        drill = await drills.get(desk, crisis.drill or "")
        if drill is None or drill.state is not State.PLAYING:
            why = f"the drill was called off: {drill.reason}" if drill and drill.reason else "the drill is over"
            await acts.stand_down(desk, PLAYER, crisis.id, why, saw=crisis.version, at=at)


async def purge(stores: Stores, drill: Drill, until: datetime) -> None:
    """Remove what was said in drills up to that moment from the archive, for good."""
    await stores.archive.expire(SOURCE, until + _INSTANT)
    await drills.purged(stores.desk, drill.id)
