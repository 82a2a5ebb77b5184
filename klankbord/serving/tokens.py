"""The API's tokens, looked up in the desk database, and who read what, written down there."""

from core.time import now
from desk.ports import Token
from desk.store import audit, tokens
from desk.store.database import Database


class GivenTokens:
    """desk.ports.Tokens over the desk database, which finds a token by the hash of its secret."""

    def __init__(self, desk: Database) -> None:
        self._desk = desk

    async def find(self, secret: str) -> Token | None:
        found = await tokens.find(self._desk, secret, now())
        return None if found is None else Token(name=found.name, scopes=found.scopes)


async def looked(desk: Database, by: str, what: str, subject: str) -> None:
    """Write down that `by` read it. Raises Retry where that cannot be kept, and then nothing is to be told."""
    await audit.add(desk, audit.Entry(at=now(), by=by, did="read", what=what, subject=subject))
