"""Which other systems have of what was said, and which tell something back."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select, union

from core.outward import ACCOUNT, FOLLOWS
from desk.store.backlog_tables import backlog_items
from desk.store.database import Database
from desk.store.happening_tables import happenings
from desk.store.tables import deliveries, facts


async def sent_to(database: Database) -> AbstractSet[str]:
    """By name: sinks that remember a message which they sent, and trackers with an item of a topic. Our own documents of customers are none."""
    of_a_message = (
        deliveries.c.author != "",
        deliveries.c.mention.not_like(f"{ACCOUNT}%"),
        deliveries.c.sink != FOLLOWS,
    )
    sinks = select(deliveries.c.sink).where(*of_a_message)
    trackers = select(backlog_items.c.system).where(backlog_items.c.native.is_not(None))
    async with database.reading() as connection:
        return set((await connection.execute(union(sinks, trackers))).scalars())


async def told_by(database: Database, since: datetime) -> AbstractSet[str]:
    """By name: systems that told something of a customer, a case or a business event since then."""
    known = select(facts.c.system).where(facts.c.at >= since)
    happened = select(happenings.c.source).where(happenings.c.at >= since)
    async with database.reading() as connection:
        return set((await connection.execute(union(known, happened))).scalars())
