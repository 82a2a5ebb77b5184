"""Whom units and own accounts reach, as ids of authors: whose cases a unit has, and whom an account answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from desk.store.case_tables import cases, own_replies
from desk.store.database import Database


async def of_units(database: Database, since: datetime) -> dict[str, set[str]]:
    """Authors of cases that began since then, by the unit that has them."""
    asked = select(cases.c.unit, cases.c.author).where(cases.c.unit.is_not(None), cases.c.since >= since).distinct()
    return await _by(database, asked)


async def of_accounts(database: Database, since: datetime) -> dict[str, set[str]]:
    """Whom each own account answered since then, by its author id."""
    to_somebody = (own_replies.c.to_author.is_not(None), own_replies.c.at >= since)
    return await _by(database, select(own_replies.c.author, own_replies.c.to_author).where(*to_somebody).distinct())


async def _by(
    database: Database, asked: Select[Any]
) -> dict[str, set[str]]:  # Any: two columns, whose types SQLAlchemy spells out
    found: dict[str, set[str]] = {}
    async with database.reading() as connection:
        for whose, author in await connection.execute(asked):
            found.setdefault(whose, set()).add(author)
    return found
