"""What of several cases tells whether news of them is news still: what was due, our last answers, and answers that wait."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import func, select

from desk.store.answer_tables import answers
from desk.store.answers import State
from desk.store.case_tables import case_events, case_messages
from desk.store.cases import Happened
from desk.store.database import Database
from desk.store.statements import chunks

_TELLING = (Happened.DUE_SOON.value, Happened.OVERDUE.value, Happened.PROPOSED.value)


class News(msgspec.Struct, frozen=True):
    """By case, as it is now.

    details   by case and number of an event what it says: of what is due which promise that is, of an answer its number
    answered  when the last of our answers was published
    waiting   numbers of the answers that wait to be approved
    """

    details: Mapping[tuple[str, int], str] = {}
    answered: Mapping[str, datetime] = {}
    waiting: Collection[str] = ()


async def news(database: Database, cases: Collection[str]) -> News:
    """Of these cases."""
    details: dict[tuple[str, int], str] = {}
    answered: dict[str, datetime] = {}
    waiting: set[str] = set()
    told = select(case_events.c.case, case_events.c.number, case_events.c.detail)
    last = select(case_messages.c.case, func.max(case_messages.c.at)).group_by(case_messages.c.case)
    waits = select(answers.c.number).where(answers.c.state == State.WAITING.value)
    async with database.reading() as connection:
        for some in chunks(cases):
            rows = await connection.execute(told.where(case_events.c.case.in_(some), case_events.c.kind.in_(_TELLING)))
            details |= {(case, number): detail for case, number, detail in rows}
            ours = last.where(case_messages.c.case.in_(some), case_messages.c.own)
            answered |= {row[0]: row[1] for row in await connection.execute(ours)}
            waiting |= {str(one) for one in (await connection.execute(waits.where(answers.c.case.in_(some)))).scalars()}
    return News(details, answered, waiting)
