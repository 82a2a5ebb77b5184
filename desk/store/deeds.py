"""What is asked of messages at their source and stands open, or came to nothing."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import exists, select

from desk.store.answer_tables import answer_deeds
from desk.store.database import Database

_later = answer_deeds.alias("later")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One: `due_at` is when it is tried next, None where it came to nothing; `error` a sentence on the last try."""

    case: str
    kind: str
    mention: str
    publisher: str
    by: str
    at: datetime
    due_at: datetime | None = None
    error: str | None = None


async def unsettled(database: Database, *, case: str | None = None, most: int = 100) -> Sequence[Asked]:
    """Those of a case, or of all, the latest first; what was asked again since counts no more."""
    deeds = answer_deeds.c
    again = exists().where(_later.c.mention == deeds.mention, _later.c.kind == deeds.kind, _later.c.at > deeds.at)
    asked = select(answer_deeds).where(deeds.due_at.is_not(None) | deeds.error.is_not(None), ~again)
    if case is not None:
        asked = asked.where(deeds.case == case)
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(deeds.at.desc(), deeds.id).limit(most))
        return [Asked(**{name: getattr(row, name) for name in Asked.__struct_fields__}) for row in rows]
