"""Tokens of the API: who holds the secret may ask what its scopes allow, until it expires or is revoked.

Only a SHA-256 of the secret is kept: it is 256 random bits, which no dictionary holds, so that a slow hash would add nothing.
"""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row

from core.errors import Stop
from desk.ports import Scope
from desk.store import audit
from desk.store.database import Database
from desk.store.tables import tokens

PREFIX = "klankbord_"
"""What every secret begins with, so that scanners know one that was published by mistake."""
LATELY = timedelta(minutes=1)
"""How often at the most a token's last use is written down."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One token without its secret."""

    id: str
    name: str
    scopes: frozenset[Scope]
    made_at: datetime
    made_by: str
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


async def add(
    database: Database, *, name: str, scopes: frozenset[Scope], by: str, at: datetime, expires_at: datetime
) -> tuple[Token, str]:
    """A new token and its secret, which is nowhere else. Raises Stop where one that stands has that name."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(id=uuid.uuid4().hex, name=name, scopes=scopes, made_at=at, made_by=by, expires_at=expires_at)
    row = {
        "id": token.id,
        "name": name,
        "sha256": _hash(secret),
        "scopes": " ".join(sorted(scopes)),
        "made_at": at,
        "made_by": by,
        "expires_at": expires_at,
    }
    async with database.writing() as connection:
        stands = select(tokens.c.id).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
        if (await connection.execute(stands)).first():
            raise Stop(f'there is a token "{name}" already: revoke that one first, or choose another name')
        await connection.execute(insert(tokens), row)
        await audit.note(connection, audit.Entry(at=at, by=by, did="made", what="token", subject=token.id))
    return token, secret


async def find(database: Database, secret: str, at: datetime) -> Token | None:
    """The token of that secret, where it is neither revoked nor expired; its last use is written down."""
    stands = (tokens.c.sha256 == _hash(secret), tokens.c.revoked_at.is_(None), tokens.c.expires_at > at)
    async with database.reading() as connection:
        row = (await connection.execute(select(tokens).where(*stands))).first()
    if row is None:
        return None
    if row.used_at is None or at - row.used_at >= LATELY:
        async with database.writing() as connection:
            await connection.execute(update(tokens).where(tokens.c.id == row.id).values(used_at=at))
    return _token(row)


async def every(database: Database) -> Sequence[Token]:
    """All of them, the latest first, those that no longer open anything too."""
    async with database.reading() as connection:
        asked = select(tokens).order_by(tokens.c.made_at.desc(), tokens.c.name)
        return [_token(row) for row in await connection.execute(asked)]


async def revoke(database: Database, name: str, *, by: str, at: datetime) -> Token | None:
    """The token of that name opens nothing from now on; None where none of that name stands."""
    async with database.writing() as connection:
        stands = (tokens.c.name == name, tokens.c.revoked_at.is_(None))
        row = (await connection.execute(select(tokens).where(*stands))).first()
        if row is None:
            return None
        await connection.execute(update(tokens).where(*stands).values(revoked_at=at, revoked_by=by))
        await audit.note(connection, audit.Entry(at=at, by=by, did="revoked", what="token", subject=row.id))
    return _token(row)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _token(row: Row[*tuple[Any, ...]]) -> Token:  # Any: rows carry no types
    return Token(
        id=row.id,
        name=row.name,
        scopes=frozenset(map(Scope, row.scopes.split())),
        made_at=row.made_at,
        made_by=row.made_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
