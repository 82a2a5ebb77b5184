"""What was spent of a day's budget for the language model; a restart does not give it back."""

from datetime import date

from sqlalchemy import delete, select, update

from desk.store.database import Database
from desk.store.statements import insert
from desk.store.tables import spent


async def take(database: Database, day: date, *, tokens: int, most_requests: int, most_tokens: int) -> bool:
    """Count one request and that many tokens on that day; False, and nothing is counted, where it would be too much."""
    name = day.isoformat()
    async with database.writing() as connection:
        await connection.execute(delete(spent).where(spent.c.day < name))
        new = insert(connection, spent)
        more = {"requests": spent.c.requests + 1, "tokens": spent.c.tokens + tokens}
        again = new.on_conflict_do_update(index_elements=[spent.c.day], set_=more)
        await connection.execute(again, [{"day": name, "requests": 1, "tokens": tokens}])
        row = (await connection.execute(select(spent).where(spent.c.day == name))).one()
        allowed: bool = row.requests <= most_requests and row.tokens <= most_tokens
        if not allowed:
            less = {"requests": spent.c.requests - 1, "tokens": spent.c.tokens - tokens}
            await connection.execute(update(spent).where(spent.c.day == name).values(less))
    return allowed


async def correct(database: Database, day: date, tokens: int) -> None:
    """So many tokens more, or fewer, were used on that day than were counted."""
    async with database.writing() as connection:
        changed = update(spent).where(spent.c.day == day.isoformat()).values(tokens=spent.c.tokens + tokens)
        await connection.execute(changed)


async def of(database: Database, day: date) -> tuple[int, int]:
    """Requests and tokens of that day."""
    async with database.reading() as connection:
        row = (await connection.execute(select(spent).where(spent.c.day == day.isoformat()))).one_or_none()
    return (row.requests, row.tokens) if row else (0, 0)
