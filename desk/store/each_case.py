"""What was said in several cases at once, and what happened to them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from desk.store.case_tables import case_events, case_messages
from desk.store.cases import Event, Message, event_of, message_of
from desk.store.database import Database
from desk.store.statements import chunks


async def messages(database: Database, ids: Collection[str]) -> Mapping[str, Sequence[Message]]:
    """desk.store.cases.messages of each of these cases, by its id."""
    found: dict[str, list[Message]] = {one: [] for one in ids}
    async with database.reading() as connection:
        for some in chunks(found):
            asked = select(case_messages).where(case_messages.c.case.in_(some))
            for row in await connection.execute(asked.order_by(case_messages.c.at, case_messages.c.mention)):
                found[row.case].append(message_of(row))
    return found


async def events(database: Database, ids: Collection[str]) -> Mapping[str, Sequence[Event]]:
    """desk.store.cases.events of each of these cases, by its id."""
    found: dict[str, list[Event]] = {one: [] for one in ids}
    async with database.reading() as connection:
        for some in chunks(found):
            asked = select(case_events).where(case_events.c.case.in_(some))
            for row in await connection.execute(asked.order_by(case_events.c.number)):
                found[row.case].append(event_of(row))
    return found
