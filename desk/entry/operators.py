"""Who of the staff has a right, as roles bring rights along here; and who is out of reach of who keeps the staff."""

from desk.entry.rights import Right
from desk.entry.who import Who
from desk.store import roles
from desk.store.database import Database


async def holding(database: Database, who: Who, right: Right) -> frozenset[str]:
    """Ids of the staff of whom a role brings that right along, in any unit, by the table that `who` comes in by."""
    return frozenset(one.person for one in await roles.held(database) if one.role in who.rights[right])


async def above(database: Database, who: Who) -> frozenset[str]:
    """Ids of the staff who may operate, where `who` may not, who could else come in as one of them: by an invitation, or by an
    e-mail address by which a provider says who signed on.
    """
    if who.may(Right.OPERATE):
        return frozenset()
    return await holding(database, who, Right.OPERATE)
