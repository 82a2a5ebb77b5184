"""Which units work with one another: what people of several of them did in the same case."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from desk.store.case_tables import case_events
from desk.store.database import Database
from desk.store.tables import people


async def working_together(database: Database, since: datetime, until: datetime) -> Mapping[str, frozenset[str]]:
    """The units that each worked with in [since, until), by unit; those that worked alone are not there. Only who works here counts."""
    did = select(case_events.c.case, people.c.unit).distinct().join(people, people.c.id == case_events.c.by)
    here = did.where(case_events.c.at >= since, case_events.c.at < until, people.c.active, people.c.unit.is_not(None))
    cases: dict[str, set[str]] = {}
    async with database.reading() as connection:
        for row in await connection.execute(here):
            cases.setdefault(row.case, set()).add(row.unit)
    found: dict[str, set[str]] = {}
    for units in cases.values():
        for unit in units:
            found.setdefault(unit, set()).update(units - {unit})
    return {unit: frozenset(others) for unit, others in found.items() if others}
