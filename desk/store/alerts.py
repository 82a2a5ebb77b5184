"""Alerts, how each stands, and what each found: ids and figures alone."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.alerts.alert import Alert
from desk.alerts.state import State
from desk.store.database import Database
from desk.store.sealing import Seal
from desk.store.statements import chunks, insert
from desk.store.tables import alert_hits, alerts, letters


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One alert and how far it is: everything that arrived before `checked_at` was looked at."""

    id: str
    alert: Alert
    made_at: datetime
    made_by: str
    checked_at: datetime
    state: State
    signs: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One mention that an alert found."""

    mention: str
    author: str
    arrived_at: datetime


async def put(
    database: Database, alert: Alert, *, by: str, at: datetime, secret: str = "", seal: Seal | None = None
) -> bool:
    """Keep the alert under its name; whether it is new. One that is there keeps what it found and how it stands, and
    its secret where none is given. A new one looks at what arrives from `at` on.
    """
    name = uuid.uuid4().hex
    async with database.writing() as connection:
        known = (await connection.execute(select(alerts.c.id).where(alerts.c.name == alert.name))).scalar()
        values: dict[str, object] = {"body": alert.model_dump_json()}
        if secret and seal is not None:
            values["secret"] = seal.sealed(secret, known or name)
        if known is not None:
            await connection.execute(update(alerts).where(alerts.c.id == known).values(values))
            return False
        fresh = {"id": name, "name": alert.name, "made_at": at, "made_by": by, "checked_at": at, "state": "{}"}
        await connection.execute(insert(connection, alerts).values(fresh | values))
        return True


async def every(database: Database) -> Sequence[Standing]:
    """All of them, by name."""
    async with database.reading() as connection:
        return [_standing(row) for row in await connection.execute(select(alerts).order_by(alerts.c.name))]


async def get(database: Database, identifier: str) -> Standing | None:
    async with database.reading() as connection:
        row = (await connection.execute(select(alerts).where(alerts.c.id == identifier))).first()
    return _standing(row) if row else None


async def secret(database: Database, seal: Seal, identifier: str) -> str:
    """What signs that alert's webhook; "" where there is none."""
    async with database.reading() as connection:
        sealed = (await connection.execute(select(alerts.c.secret).where(alerts.c.id == identifier))).scalar()
    return seal.opened(sealed, identifier) if sealed else ""


async def remove(database: Database, name: str) -> bool:
    """Forget the alert, what it found and what it still had to say."""
    async with database.writing() as connection:
        identifier = (await connection.execute(select(alerts.c.id).where(alerts.c.name == name))).scalar()
        await connection.execute(delete(alert_hits).where(alert_hits.c.alert == identifier))
        await connection.execute(delete(letters).where(letters.c.subject == identifier, letters.c.done_at.is_(None)))
        return bool((await connection.execute(delete(alerts).where(alerts.c.id == identifier))).rowcount)


async def found(connection: AsyncConnection, alert: str, hits: Sequence[Hit]) -> None:
    """Remember these; one that is known already stays as it is."""
    if hits:
        rows = [{"alert": alert, "letter": None, **msgspec.structs.asdict(hit)} for hit in hits]
        await connection.execute(insert(connection, alert_hits).on_conflict_do_nothing(), rows)


async def renew(connection: AsyncConnection, alert: str, hits: Sequence[Hit], *, letter: str) -> None:
    """Remember these as of that message, whatever message they were in before."""
    if hits:
        rows = [{"alert": alert, "letter": letter, **msgspec.structs.asdict(hit)} for hit in hits]
        new = insert(connection, alert_hits)
        into = new.on_conflict_do_update(
            index_elements=[alert_hits.c.alert, alert_hits.c.mention], set_={"letter": new.excluded.letter}
        )
        await connection.execute(into, rows)


async def waiting(connection: AsyncConnection, alert: str) -> tuple[int, datetime | None]:
    """How many of what it found wait for a message, and when the first of them arrived."""
    asked = select(func.count(), func.min(alert_hits.c.arrived_at))
    asked = asked.where(alert_hits.c.alert == alert, alert_hits.c.letter.is_(None))
    count, first = (await connection.execute(asked)).one()
    return count, first


async def keep(connection: AsyncConnection, alert: str, there: Collection[str]) -> None:
    """Of what waits forget all but these."""
    waits = select(alert_hits.c.mention).where(alert_hits.c.alert == alert, alert_hits.c.letter.is_(None))
    gone = [one for one in (await connection.execute(waits)).scalars() if one not in there]
    for some in chunks(gone):
        mine = (alert_hits.c.alert == alert, alert_hits.c.mention.in_(some), alert_hits.c.letter.is_(None))
        await connection.execute(delete(alert_hits).where(*mine))


async def group(connection: AsyncConnection, alert: str, letter: str) -> None:
    """Whatever waits goes into that message."""
    mine = (alert_hits.c.alert == alert, alert_hits.c.letter.is_(None))
    await connection.execute(update(alert_hits).where(*mine).values(letter=letter))


async def advance(connection: AsyncConnection, alert: str, *, checked_at: datetime, state: State) -> None:
    values = {"checked_at": checked_at, "state": msgspec.json.encode(state).decode()}
    await connection.execute(update(alerts).where(alerts.c.id == alert).values(values))


async def of_letter(database: Database, letter: str, most: int) -> Sequence[str]:
    """Mentions of a message, the latest first."""
    asked = select(alert_hits.c.mention).where(alert_hits.c.letter == letter)
    async with database.reading() as connection:
        rows = await connection.execute(
            asked.order_by(alert_hits.c.arrived_at.desc(), alert_hits.c.mention).limit(most)
        )
        return list(rows.scalars())


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Drop what was found before that time and is in a message that nobody waits for any more."""
    owed = select(letters.c.letter).where(letters.c.done_at.is_(None))
    old = (alert_hits.c.arrived_at < before, alert_hits.c.letter.is_not(None), alert_hits.c.letter.not_in(owed))
    await connection.execute(delete(alert_hits).where(*old))


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:  # Any: rows carry no types
    return Standing(
        id=row.id,
        alert=Alert.model_validate_json(row.body),
        made_at=row.made_at,
        made_by=row.made_by,
        checked_at=row.checked_at,
        state=msgspec.json.decode(row.state, type=State),
        signs=row.secret is not None,
    )
