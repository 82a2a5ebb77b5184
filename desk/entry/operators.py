"""Who of the staff has a right, as roles bring rights along here; and who is out of reach of who keeps the staff."""

from desk.entry.rights import Right
from desk.entry.who import EVERYWHERE, Who
from desk.store import roles
from desk.store.database import Database
from desk.store.roles import Held


async def holding(database: Database, who: Who, right: Right, unit: str | None = None) -> frozenset[str]:
    """Ids of the staff of whom a role brings that right along, in that unit or without one in any, by the table that `who`
    comes in by.
    """
    return frozenset(one.person for one in await roles.held(database) if brings(one, who, right, unit))


def brings(held: Held, who: Who, right: Right, unit: str | None) -> bool:
    """Whether that role brings the right along there, by the table that `who` comes in by."""
    return held.role in who.rights[right] and (unit is None or held.unit in (EVERYWHERE, unit))


async def above(database: Database, who: Who) -> frozenset[str]:
    """Ids of the staff who may operate, where `who` may not, who could else come in as one of them: by an invitation, or by an
    e-mail address by which a provider says who signed on.
    """
    if who.may(Right.OPERATE):
        return frozenset()
    return await holding(database, who, Right.OPERATE)
