"""The second factor of staff: a secret that a telephone makes codes from, and codes for who lost it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, statements
from desk.store.database import Database
from desk.store.entry_tables import recovery_codes, second_factors
from desk.store.people import PERSON
from desk.store.sealing import Seal


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """One person's. It counts where it is `confirmed`; `left` recovery codes are still good."""

    secret: str
    confirmed: bool
    left: int


async def of(database: Database, person: str, seal: Seal) -> SecondFactor | None:
    """That person's, confirmed or begun."""
    left = select(func.count()).where(recovery_codes.c.person == person).scalar_subquery()
    asked = select(second_factors, left.label("left")).where(second_factors.c.person == person)
    async with database.reading() as connection:
        row = (await connection.execute(asked)).first()
    if row is None:
        return None
    return SecondFactor(
        secret=seal.opened(row.secret, _owner(person)), confirmed=row.confirmed_at is not None, left=row.left
    )


async def begin(database: Database, person: str, secret: str, seal: Seal) -> None:
    """Keep a secret that counts once it is confirmed; one that is confirmed stays."""
    row = {"person": person, "secret": seal.sealed(secret, _owner(person)), "last_step": 0, "confirmed_at": None}
    async with database.writing() as connection:
        new = statements.insert(connection, second_factors).values(row)
        again = {key: value for key, value in row.items() if key != "person"}
        begun = second_factors.c.confirmed_at.is_(None)
        await connection.execute(new.on_conflict_do_update(index_elements=["person"], set_=again, where=begun))


async def confirm(database: Database, person: str, step: int, codes: Sequence[bytes], *, at: datetime) -> bool:
    """Let it count, with these hashes of recovery codes. Whether there was one that did not count yet."""
    begun = (second_factors.c.person == person, second_factors.c.confirmed_at.is_(None))
    async with database.writing() as connection:
        done = await connection.execute(update(second_factors).where(*begun).values(confirmed_at=at, last_step=step))
        if not done.rowcount:
            return False
        await _fill(connection, person, codes)
        await audit.note(connection, _entry(at, "set the second factor of", person))
    return True


async def anew(database: Database, person: str, codes: Sequence[bytes], *, at: datetime) -> None:
    """Put these hashes in the place of the recovery codes that there were."""
    async with database.writing() as connection:
        await _fill(connection, person, codes)
        await audit.note(connection, _entry(at, "made new recovery codes of", person))


async def take(database: Database, person: str, *, at: datetime) -> None:
    """The person goes without one."""
    async with database.writing() as connection:
        await take_within(connection, person)
        await audit.note(connection, _entry(at, "took the second factor of", person))


async def take_within(connection: AsyncConnection, person: str) -> None:
    for table in (second_factors, recovery_codes):
        await connection.execute(delete(table).where(table.c.person == person))


async def spend_step(database: Database, person: str, step: int) -> bool:
    """Whether the code of that step of time is good: later than the last that was taken, which no two can both be."""
    later = (second_factors.c.person == person, second_factors.c.confirmed_at.is_not(None))
    async with database.writing() as connection:
        taken = update(second_factors).where(*later, second_factors.c.last_step < step).values(last_step=step)
        return (await connection.execute(taken)).rowcount > 0


async def spend_code(database: Database, person: str, sha256: bytes, *, at: datetime) -> bool:
    """Whether that recovery code was good; it is no more."""
    same = (recovery_codes.c.person == person, recovery_codes.c.sha256 == sha256)
    async with database.writing() as connection:
        good = (await connection.execute(delete(recovery_codes).where(*same))).rowcount > 0
        if good:
            await audit.note(connection, _entry(at, "used a recovery code of", person))
    return good


async def _fill(connection: AsyncConnection, person: str, codes: Sequence[bytes]) -> None:
    await connection.execute(delete(recovery_codes).where(recovery_codes.c.person == person))
    await connection.execute(insert(recovery_codes), [{"person": person, "sha256": one} for one in codes])


def _owner(person: str) -> str:
    return f"second factor of {person}"


def _entry(at: datetime, did: str, person: str) -> audit.Entry:
    return audit.Entry(at=at, by=person, did=did, what=PERSON, subject=person)
