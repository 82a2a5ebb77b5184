"""Whom an event of a crisis concerns: whoever is on call, whoever leads it, or a role. Owed in the transaction of the event."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.crises import Crisis
from desk.store.notices import Kind, Notice, owe
from desk.store.people import works_here

LEAD = "lead"


async def tell_on_call(connection: AsyncConnection, crisis: Crisis, kind: Kind, at: datetime) -> None:
    """Owe its last event to whoever is on duty in its unit; to whoever leads anywhere where no unit owns it."""
    to = {"to_unit": crisis.unit} if crisis.unit else {"to_role": LEAD}
    await owe(connection, Notice(crisis=crisis.id, event_number=crisis.version, kind=kind, at=at, **to))


async def tell_role(connection: AsyncConnection, crisis: Crisis, role: str, kind: Kind, at: datetime) -> None:
    """Owe it to whoever holds that role in its unit."""
    owed = Notice(crisis=crisis.id, event_number=crisis.version, kind=kind, at=at, to_role=role, to_unit=crisis.unit)
    await owe(connection, owed)


async def tell_lead(connection: AsyncConnection, crisis: Crisis, kind: Kind, at: datetime) -> None:
    """Owe it to the person who leads the crisis; to whoever may where nobody does, or it is none of the staff."""
    if await works_here(connection, crisis.lead):
        await tell_person(connection, crisis, crisis.lead or "", kind, at)
    else:
        await tell_role(connection, crisis, LEAD, kind, at)


async def tell_person(connection: AsyncConnection, crisis: Crisis, person: str, kind: Kind, at: datetime) -> None:
    await owe(connection, Notice(crisis=crisis.id, event_number=crisis.version, kind=kind, at=at, to_person=person))
