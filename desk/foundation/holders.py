"""Who holds which role."""

from collections.abc import Mapping, Sequence

from desk.store import people, roles
from desk.store.database import Database


async def holders(database: Database) -> Mapping[str, Sequence[str]]:
    """The names of who works here and holds a role, by role; each once, however many units they hold it in."""
    names = {one.id: one.name for one in await people.every(database, left=False)}
    found: dict[str, dict[str, str]] = {}
    for one in await roles.held(database):
        found.setdefault(one.role, {})[one.person] = names[one.person]
    return {role: list(who.values()) for role, who in found.items()}
