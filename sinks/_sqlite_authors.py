"""Accounts in the archive on SQLite: what was last read of each, and every name it went by, as hashes."""

from array import array
from collections.abc import Iterable, Mapping
from zlib import crc32

import apsw
import msgspec
from msgspec.structs import astuple

from core.time import milliseconds
from core.types import Author
from sinks._sqlite_keys import digest, digests
from sinks._sqlite_schema import rows
from sinks._stored import bounded

_SELECT = """SELECT author, id, handle, name, as_of, followers, followers_at FROM authors
    WHERE digest IN (SELECT value FROM carray(?))"""
_INSERT = """INSERT OR REPLACE INTO authors (author, id, handle, name, as_of, followers, followers_at, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_NAME = "INSERT OR IGNORE INTO author_names (name, author) VALUES (?, ?)"


class Account(msgspec.Struct, frozen=True):
    """One row; times in ms since 1970, of the mention that told handle and name, and of the reading of followers."""

    author: str
    number: int
    handle: str | None
    name: str | None
    as_of: int
    followers: int | None
    followers_at: int | None


class Authors:
    """The accounts' half of the writer; every method runs inside the caller's transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def numbers(self, heard: Iterable[tuple[Author, int]]) -> Mapping[str, int]:
        """Author id to number, for authors as read at a time (ms); what is newer replaces what is stored."""
        heard = list(heard)
        asked = digests(author.id for author, _ in heard)
        known = (
            {row[0]: Account(*row) for row in rows(self._connection, _SELECT, (apsw.carray(asked),))} if heard else {}
        )
        last = self._connection.execute("SELECT coalesce(max(id), 0) FROM authors").get
        changed: dict[str, Account] = {}
        names: list[tuple[int, int]] = []
        for author, seen in heard:
            before = known.get(author.id)
            account = _merged(author, seen, before, last + len(known) + 1)
            if account != before:
                known[author.id] = changed[author.id] = account
            if before is None or (before.handle, before.name) != (author.handle, author.name):
                names += [(short(name), account.number) for name in called(author)]
        self._connection.executemany(_INSERT, [(*astuple(one), digest(one.author)) for one in changed.values()])
        self._connection.executemany(_NAME, names)
        return {identifier: account.number for identifier, account in known.items()}

    def drop(self, authors: "array[int]") -> None:
        """Forget those of these authors who have no mention left."""
        if not authors:
            return
        select = "SELECT value FROM carray(?) WHERE NOT EXISTS (SELECT 1 FROM facts WHERE facts.author = value)"
        for alone in rows(self._connection, select, (apsw.carray(authors),)):
            self._connection.execute("DELETE FROM author_names WHERE author = ?", alone)
            self._connection.execute("DELETE FROM authors WHERE id = ?", alone)


def called(author: Author) -> list[str]:
    """What a query may call the author."""
    return [name.casefold() for name in (author.id, author.handle, author.name) if name]


def short(name: str) -> int:
    """A small number for a name; other names may share it, so who finds an author by it compares the names as well."""
    return crc32(name.encode())


def _merged(author: Author, seen: int, before: Account | None, number: int) -> Account:
    followers = bounded(author.followers)
    read_at = None if followers is None else milliseconds(author.followers_at) if author.followers_at else seen
    if before is None:
        return Account(author.id, number, author.handle, author.name, seen, followers, read_at)
    handle, name, as_of = before.handle, before.name, before.as_of
    if (author.handle, author.name) != (handle, name) and seen >= as_of:
        handle, name, as_of = author.handle, author.name, seen
    if read_at is None or (before.followers_at is not None and read_at <= before.followers_at):
        followers, read_at = before.followers, before.followers_at
    return Account(author.id, before.number, handle, name, as_of, followers, read_at)
