"""What SQLite and PostgreSQL both have and SQLAlchemy spells by engine, lists of ids cut to what one question takes, and which text both keep."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Id = TypeVar("Id", bound=Hashable)

AT_ONCE = 500
"""Ids in one question: SQLite takes 32,766 of them, and none has to be long."""


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens where the row is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def chunks(ids: Collection[Id]) -> Iterator[Sequence[Id]]:
    """The ids, each once, some at a time."""
    each = list(dict.fromkeys(ids))
    return (each[start : start + AT_ONCE] for start in range(0, len(each), AT_ONCE))


def fits(text: str, longest: int) -> bool:
    """Whether it says something, is not too long, and can be kept: no database keeps a NUL, or what is no UTF-8."""
    return 0 < len(text) <= longest and "\0" not in text and text == text.encode(errors="ignore").decode()
