"""Where cases know messages and authors from: asked for whole batches of what is heard."""

from collections.abc import Collection

from sqlalchemy import exists, select

from desk.store.case_tables import case_messages, case_numbers, cases, own_replies
from desk.store.case_writing import CASES
from desk.store.database import Database
from desk.store.statements import chunks


async def any_opened(database: Database) -> bool:
    """Whether a case was ever opened here, kept still or not."""
    async with database.reading() as connection:
        return await connection.scalar(select(exists().where(case_numbers.c.what == CASES))) or False


async def authors_with_cases(database: Database, authors: Collection[str]) -> set[str]:
    """Those of whom there is a case, closed or not."""
    found: set[str] = set()
    async with database.reading() as connection:
        for some in chunks(authors):
            asked = select(cases.c.author).where(cases.c.author.in_(some)).distinct()
            found.update((await connection.execute(asked)).scalars())
    return found


async def known(database: Database, mentions: Collection[str]) -> set[str]:
    """Those that a case holds, or that are answers of ours."""
    found: set[str] = set()
    async with database.reading() as connection:
        for some in chunks(mentions):
            for column in (case_messages.c.mention, own_replies.c.mention):
                found.update((await connection.execute(select(column).where(column.in_(some)))).scalars())
    return found


async def thread_of(database: Database, mention: str) -> str | None:
    """The conversation in which a case, or an answer of ours, knows that message."""
    of_case = (
        select(cases.c.thread)
        .join(case_messages, case_messages.c.case == cases.c.id)
        .where(case_messages.c.mention == mention)
    )
    of_reply = select(own_replies.c.thread).where(own_replies.c.mention == mention)
    async with database.reading() as connection:
        for asked in (of_case, of_reply):
            found = (await connection.execute(asked.limit(1))).scalar()
            if found is not None:
                return str(found)
    return None
