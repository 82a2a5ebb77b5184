"""Evidence of the third level: best practices that units write and use of one another, a centre of excellence of all, units that
work together.
"""

from collections.abc import Collection
from datetime import datetime

from desk.maturity.looked import QUARTER, Found, Looked, either
from desk.store import people, practices, roles
from desk.store.practices import State
from desk.store.together import working_together


async def evidence(looked: Looked, at: datetime) -> Found:
    return {**await _practices(looked, at), **await _excellence(looked), **await _connected(looked, at)}


async def _practices(looked: Looked, at: datetime) -> Found:
    """Units that wrote an approved one; and those that somebody used in a case of another unit than wrote it, of all that are approved."""
    known = {one.id: one.unit for one in await practices.listed(looked.database, states=[State.APPROVED], most=None)}
    wrote = set(known.values())
    uses = await practices.uses(looked.database, since=at - QUARTER)
    shared = practices.shared(uses, known)
    return {
        "gathered": looked.of("gathered", (unit in wrote for unit in looked.units)),
        "practices": looked.number("practices", len(shared), len(known)),
    }


async def _excellence(looked: Looked) -> Found:
    """Units of which somebody has a role of the centre of excellence: in that unit, or working there."""
    excellence = looked.playbook.excellence
    if excellence is None or not looked.units:
        return {"excellence": either(False)}
    staff = {one.id: one for one in await people.every(looked.database, left=False)}
    held = [one for one in await roles.held(looked.database) if one.role in excellence.members]
    units = {one.unit or staff[one.person].unit for one in held if one.person in staff}
    return {"excellence": looked.of("excellence", (name in units for name in looked.units))}


async def _connected(looked: Looked, at: datetime) -> Found:
    units: Collection[str] = looked.units
    if len(units) < 2:
        return {}
    together = await working_together(looked.database, at - QUARTER, at)
    return {"connected": looked.of("connected", (unit in together for unit in units))}
