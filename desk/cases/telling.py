"""Whom an event of a case concerns: who has it, else the unit that owns it, else whoever leads.

While a case belongs to a crisis that runs, the crisis tells how many there are; of the case alone is told what a person gives to another.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.crisis.joining import belongs_to_running
from desk.store.cases import Case
from desk.store.notices import Kind, Notice, owe
from desk.store.tables import people

LEAD = "lead"
GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER})


async def tell(
    connection: AsyncConnection, case: Case, kind: Kind, at: datetime, *, number: int, roles: tuple[str, ...] = ()
) -> None:
    """Owe the event of that number to whom it concerns, and to these roles in the case's unit, in the same transaction."""
    if kind not in GIVEN and await belongs_to_running(connection, case.id):
        return
    base = Notice(case=case.id, event_number=number, kind=kind, at=at, to_role=LEAD)
    person = await _person(connection, case.assignee)
    if person is not None:
        base = _to(base, person=person)
    elif case.unit is not None:
        base = _to(base, unit=case.unit)
    await owe(connection, base, *(_to(base, role=role, unit=case.unit) for role in roles))


async def tell_role(
    connection: AsyncConnection, case: Case, role: str, kind: Kind, at: datetime, *, number: int
) -> None:
    """Owe it to whoever holds that role in the case's unit."""
    if await belongs_to_running(connection, case.id):
        return
    await owe(connection, Notice(case=case.id, event_number=number, kind=kind, at=at, to_role=role, to_unit=case.unit))


def _to(notice: Notice, *, person: str | None = None, role: str | None = None, unit: str | None = None) -> Notice:
    return Notice(
        case=notice.case,
        event_number=notice.event_number,
        kind=notice.kind,
        at=notice.at,
        to_person=person,
        to_role=role,
        to_unit=unit,
    )


async def _person(connection: AsyncConnection, assignee: str | None) -> str | None:
    """The assignee, where that is one of the staff who works here still."""
    there = select(people.c.id).where(people.c.id == assignee, people.c.active)
    return (await connection.execute(there)).scalar() if assignee else None
