"""Receivers of events: the secrets that were made for them after those of the configuration.

Each new one signs beside those before it until their time is over, so that a receiver can change over without missing
anything. Whether a receiver is sent to at all is its sink's core.outward.Standing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, insert, select

from desk.store import audit
from desk.store.database import Database
from desk.store.sealing import Seal
from desk.store.tables import endpoints


async def rotate(
    database: Database, seal: Seal, name: str, *, secret: str, by: str, at: datetime, previous_until: datetime
) -> None:
    """A new secret for the receiver of that sink; those that sign now go on doing so until then."""
    row = {"name": name, "secret_at": at, "secret": seal.sealed(secret, name), "previous_until": previous_until}
    async with database.writing() as connection:
        over = [one.secret_at for one in await connection.execute(_latest_first(name)) if one.previous_until <= at]
        if over:  # what came before the latest of these signs no more
            older = (endpoints.c.name == name, endpoints.c.secret_at < over[0])
            await connection.execute(delete(endpoints).where(*older))
        await connection.execute(insert(endpoints), row)
        entry = audit.Entry(at=at, by=by, did="rotated the secret of", what="endpoint", subject=name)
        await audit.note(connection, entry)


async def secrets(
    database: Database, seal: Seal, name: str, configured: Sequence[str], *, at: datetime
) -> Sequence[str]:
    """Those that sign at that time, the latest first; `configured` are the first it had.

    Raises Stop where one was sealed with another data folder's key.
    """
    found: list[str] = []
    async with database.reading() as connection:
        rows = (await connection.execute(_latest_first(name))).all()
    for row in rows:
        found.append(seal.opened(row.secret, name))
        if row.previous_until <= at:
            return found
    return [*found, *configured]


def _latest_first(name: str) -> Select[tuple[str, datetime, bytes, datetime]]:
    return select(endpoints).where(endpoints.c.name == name).order_by(endpoints.c.secret_at.desc())
