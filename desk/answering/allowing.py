"""Who may let an answer go out, and whose answers somebody else approves first: asked anew in the transaction that sends."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.entry.rights import Right
from desk.entry.who import EVERYWHERE, is_operator
from desk.store.cases import Case
from desk.store.people import works_here
from desk.store.roles import held_within


class Allowing(Protocol):
    """The rules of the house."""

    async def may(self, connection: AsyncConnection, by: str, case: Case, publisher: str, at: datetime) -> bool:
        """Whether that person, or operator, may answer this case there at that moment."""
        ...

    async def leads(self, connection: AsyncConnection, by: str) -> bool:
        """Whether they lead somewhere: what they let out in a crisis goes to cases of any unit."""
        ...

    async def alone(self, connection: AsyncConnection, by: str, case: Case) -> bool:
        """Whether what they write to it needs nobody else's approval."""
        ...


class ByRoles:
    """Whoever works on cases of the unit may answer them.

    rights     as roles bring them along here
    four_eyes  whether an answer is approved by somebody else than who wrote it, by the playbook in force
    """

    def __init__(self, rights: Mapping[Right, frozenset[str]], four_eyes: Callable[[], bool]) -> None:
        self._rights, self._four_eyes = rights, four_eyes

    async def may(self, connection: AsyncConnection, by: str, case: Case, publisher: str, at: datetime) -> bool:
        del publisher, at
        return await self._has(connection, by, Right.CASES, case.unit)

    async def leads(self, connection: AsyncConnection, by: str) -> bool:
        return await self._has(connection, by, Right.LEAD, None)

    async def alone(self, connection: AsyncConnection, by: str, case: Case) -> bool:
        del connection, by, case
        return not self._four_eyes()

    async def _has(self, connection: AsyncConnection, by: str, right: Right, unit: str | None) -> bool:
        if is_operator(by):
            return True
        theirs = [one for one in await held_within(connection, by) if one.role in self._rights[right]]
        return any(unit is None or one.unit in (EVERYWHERE, unit) for one in theirs)


async def alike(connection: AsyncConnection, one: str, other: str) -> bool:
    """Whether they are, or may be, the same: of operators nobody knows which of them it was, nor of who works here no more."""
    if one == other:
        return True
    return is_operator(one) and not await works_here(connection, other)
