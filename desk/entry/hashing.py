"""Passwords become hashes by Argon2id with RFC 9106's second recommended choice: 64 MiB, three passes."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Reject

SHORTEST, LONGEST = 12, 200
FEWEST_SIGNS = 5
AT_ONCE = 2


class Hasher:
    """Hashes and verifies, at most AT_ONCE at a time: each takes 64 MiB."""

    def __init__(self) -> None:
        self._argon2, self._turns = PasswordHasher(), asyncio.Semaphore(AT_ONCE)
        self._nobodys = ""

    async def hashed(self, password: str) -> str:
        """The hash to keep, with its parameters and salt."""
        async with self._turns:
            return await asyncio.to_thread(self._argon2.hash, _normal(password))

    async def verified(self, kept: str | None, password: str) -> bool:
        """Whether that is the password; without a hash the same work is done, and it is not."""
        if not self._nobodys:
            self._nobodys = await self.hashed("nobody's")
        async with self._turns:
            right = await asyncio.to_thread(self._is, kept or self._nobodys, _normal(password[:LONGEST]))
        return right and kept is not None

    def is_old(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than are used now."""
        return self._argon2.check_needs_rehash(kept)

    def _is(self, kept: str, password: str) -> bool:
        try:
            return self._argon2.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def check(password: str, again: str, *, never: tuple[str | None, ...]) -> None:
    """Raises Reject where it was typed otherwise `again`, or is too easy. Length counts, rules of which signs do not (NIST SP
    800-63B, 3.1.1.2). `never` are words of the person and the place that it must not be made of.
    """
    if password != again:
        raise Reject("the two passwords are not the same", reason="password")
    plain = _normal(password).casefold()
    if len(plain) < SHORTEST:
        raise Reject(
            f"a password has {SHORTEST} signs or more: a few words are easy to keep in mind", reason="password"
        )
    if len(password) > LONGEST:
        raise Reject(f"a password has {LONGEST} signs at most", reason="password")
    if (
        len(set(plain)) < FEWEST_SIGNS
        or plain in "0123456789" * LONGEST
        or plain in "abcdefghijklmnopqrstuvwxyz" * LONGEST
    ):
        raise Reject("that is too easy to guess: take a few words that do not belong together", reason="password")
    for word in filter(None, never):
        if word.casefold() in plain and len(plain) - len(word) < SHORTEST // 2:
            raise Reject("a password is not made of your name or the organisation's", reason="password")


def _normal(password: str) -> str:
    """The same however the keyboard put it together (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
