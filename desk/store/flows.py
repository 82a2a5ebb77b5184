"""Which other systems have of what was said, and which tell something back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select, union

from core.outward import ACCOUNT
from desk.store.backlog_tables import backlog_items
from desk.store.database import Database
from desk.store.happening_tables import happenings
from desk.store.held_masks import READ_BY
from desk.store.tables import deliveries, facts


async def sent_to(database: Database, systems: Collection[str], since: datetime) -> frozenset[str]:
    """Of the systems of these names: sinks that remember a message which they sent, of which no time is kept, and trackers with an item
    of a topic that rose since then. Our own documents of customers are none.
    """
    of_a_message = (
        deliveries.c.author != "",
        deliveries.c.mention.not_like(f"{ACCOUNT}%"),
        deliveries.c.sink.in_(systems),
    )
    sinks = select(deliveries.c.sink).where(*of_a_message)
    of_a_topic = (backlog_items.c.native.is_not(None), backlog_items.c.last_at >= since)
    trackers = select(backlog_items.c.system).where(*of_a_topic, backlog_items.c.system.in_(systems))
    async with database.reading() as connection:
        return frozenset((await connection.execute(union(sinks, trackers))).scalars())


async def told_by(database: Database) -> Mapping[str, datetime]:
    """When each system last told something of a customer, a case or a business event, by name. What people told is no system's."""
    known = select(facts.c.system, func.max(facts.c.at)).group_by(facts.c.system)
    by_token = happenings.c.by.startswith(READ_BY)
    happened = select(happenings.c.source, func.max(happenings.c.at)).where(by_token).group_by(happenings.c.source)
    async with database.reading() as connection:
        rows = [(await connection.execute(asked)).all() for asked in (known, happened)]
    found: dict[str, datetime] = {}
    for system, at in (*rows[0], *rows[1]):
        found[system] = max(at, found.get(system, at))
    return found
