"""Whom an event of a case concerns: who has it, else the unit that owns it, else whoever leads.

While a case belongs to a crisis that is open, the crisis tells how many there are; of the case alone is told what a person gives to
another, and what was promised to its author: nearly due, overdue, escalated.
"""

from datetime import datetime

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.joining import belongs_to_open
from desk.store.cases import Case
from desk.store.notices import Kind, Notice, owe
from desk.store.people import works_here

LEAD = "lead"
IN_ANY_CASE = frozenset(
    {
        Kind.ASSIGNED,
        Kind.HANDED_OVER,
        Kind.DUE_SOON,
        Kind.OVERDUE,
        Kind.ESCALATED,
        Kind.PROPOSED,
        Kind.REFUSED,
        Kind.NOT_DONE,
    }
)


async def tell(
    connection: AsyncConnection, case: Case, kind: Kind, at: datetime, *, number: int, roles: tuple[str, ...] = ()
) -> None:
    """Owe the event of that number to whom it concerns, and to these roles in the case's unit, in the same transaction."""
    if kind not in IN_ANY_CASE and await belongs_to_open(connection, case.id):
        return
    lead = Notice(case=case.id, event_number=number, kind=kind, at=at, to_role=LEAD)
    first = lead
    if case.assignee is not None and await works_here(connection, case.assignee):
        first = replace(lead, to_role=None, to_person=case.assignee)
    elif case.unit is not None:
        first = replace(lead, to_role=None, to_unit=case.unit)
    await owe(connection, first, *(replace(lead, to_role=role, to_unit=case.unit) for role in roles))


async def tell_role(
    connection: AsyncConnection, case: Case, role: str, kind: Kind, at: datetime, *, number: int
) -> None:
    """Owe it to whoever holds that role in the case's unit."""
    if kind not in IN_ANY_CASE and await belongs_to_open(connection, case.id):
        return
    await owe(connection, Notice(case=case.id, event_number=number, kind=kind, at=at, to_role=role, to_unit=case.unit))
