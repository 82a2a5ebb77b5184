"""What is gone from the archive on SQLite: tombstones, and the taking away of what they hit.

A tombstone's row holds a hash of its target beside its times (sinks/_tombstone.py).
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence

import apsw
from msgspec.structs import astuple

from core.ports import Ended
from core.types import Deletion, Scope
from sinks._sqlite_authors import Authors
from sinks._sqlite_keys import shortened, target
from sinks._sqlite_schema import HIDDEN, rows
from sinks._stored import content_ms
from sinks._tombstone import FOR_EVER, NONE, Tombstone, raised

RAISE = """
INSERT INTO tombstones (target, removed, hidden, lifted) VALUES (?, ?, ?, ?) ON CONFLICT (target) DO UPDATE SET
removed = max(removed, excluded.removed), hidden = max(hidden, excluded.hidden), lifted = max(lifted, excluded.lifted)
"""


class Gone:
    """The deleting half of the writer; every method runs inside the caller's transaction.

    `purged` turns True when text was taken away, until the caller has cleared the write-ahead log of it.
    """

    def __init__(self, connection: apsw.Connection, *, authors: Authors) -> None:
        self._connection = connection
        self._authors = authors
        self.purged = False

    def tombstones(self, identifiers: Iterable[str]) -> Mapping[bytes, Tombstone]:
        """Those there are, by `target`."""
        targets = tuple({target(identifier) for identifier in identifiers})
        if not targets:
            return {}
        select = "SELECT target, removed, hidden, lifted FROM tombstones WHERE target IN (SELECT value FROM carray(?))"
        found = rows(self._connection, select, (apsw.carray(targets),))
        return {row[0]: Tombstone(*row[1:]) for row in found}

    def delete(self, deletions: Sequence[Deletion]) -> None:
        """Keep the tombstones and apply each to what is stored."""
        self._connection.executemany(RAISE, [_row(deletion) for deletion in deletions])
        authors = [deletion.target for deletion in deletions if deletion.scope is Scope.AUTHOR]
        mentions = [deletion.target for deletion in deletions if deletion.scope is Scope.MENTION]
        self._apply(self._stored("a", authors) + self._stored("d", mentions))

    def end(self, ended: Sequence[Ended]) -> None:
        """The same for tombstones that another archive kept, which know their targets by hash alone."""
        self._connection.executemany(RAISE, [(one.target, one.removed, one.hidden, one.lifted) for one in ended])
        targets = {one.target for one in ended}
        self._apply(self._found("a", targets) + self._found("d", targets))

    def stored_of(self, *, mentions: Sequence[str] = (), authors: Sequence[str] = ()) -> list[tuple[int, str]]:
        """Number and mention id of what is stored under these ids."""
        found = self._stored("d", mentions) + self._stored("a", authors)
        return list({(number, mention) for number, mention, *_ in found})

    def left(self, mentions: Iterable[str]) -> set[str]:
        """Those of these mentions that no version of can come back."""
        asked = set(mentions)
        known = self.tombstones(asked)
        return {mention for mention in asked if known.get(target(mention), NONE).removed >= FOR_EVER}

    def leave(self, mentions: Iterable[str]) -> None:
        """Tombstones that no version of these mentions can pass."""
        self._connection.executemany(RAISE, [(target(mention), FOR_EVER, -1, -1) for mention in mentions])

    def retain(self, source: str, before: int) -> None:
        """From now on what that configured source saw before that time (ms) stays away."""
        statement = """INSERT INTO retention (source, before) VALUES (?, ?)
            ON CONFLICT (source) DO UPDATE SET before = max(before, excluded.before)"""
        self._connection.execute(statement, (source, before))

    def seen_before(self, source: str, before: int, most: int) -> list[tuple[int, str]]:
        """Number and mention id of up to `most` stored mentions that this configured source saw before that time (ms)."""
        select = """SELECT f.id, d.mention FROM facts f JOIN documents d ON d.id = f.id
            WHERE f.heard = (SELECT id FROM names WHERE kind = 'heard' AND name = ?) AND f.seen < ? LIMIT ?"""
        return rows(self._connection, select, (source, before, most))

    def purge(self, numbers: Iterable[int]) -> None:
        """Take away text, findings, vector, index entries and side rows of these documents, and authors left without any."""
        doomed = array("q", sorted(set(numbers)))
        if not doomed:
            return
        self.purged = True
        among = "(SELECT value FROM carray(?))"
        authors = f"SELECT DISTINCT author FROM facts WHERE id IN {among}"  # noqa: S608 - fixed text
        left = array("q", [row[0] for row in rows(self._connection, authors, (apsw.carray(doomed),))])
        self._connection.executemany("DELETE FROM words WHERE rowid = ?", ((number,) for number in doomed))
        for table in ("documents", "facts"):
            statement = f"DELETE FROM {table} WHERE id IN {among}"  # noqa: S608 - fixed text
            self._connection.execute(statement, (apsw.carray(doomed),))
        self._authors.drop(left)

    def _stored(self, table: str, identifiers: Sequence[str]) -> list[tuple[int, str, str, int, int]]:
        return self._found(table, {target(identifier) for identifier in identifiers})

    def _found(self, table: str, targets: Collection[bytes]) -> list[tuple[int, str, str, int, int]]:
        if not targets:
            return []
        select = f"""SELECT d.id, d.mention, a.author, d.order_key, f.state
            FROM documents d JOIN facts f ON f.id = d.id JOIN authors a ON a.id = f.author
            WHERE {table}.digest IN (SELECT value FROM carray(?))"""  # noqa: S608 - the table is one of two
        place = ("d", "a").index(table) + 1
        found = rows(self._connection, select, (apsw.carray(array("q", map(shortened, targets))),))
        return [row for row in found if target(row[place]) in targets]

    def _apply(self, stored: Sequence[tuple[int, str, str, int, int]]) -> None:
        known = self.tombstones(part for row in stored for part in row[1:3])
        doomed = []
        for number, mention, author, order_key, state in stored:
            over = [known.get(target(mention), NONE), known.get(target(author), NONE)]
            content = content_ms(order_key)
            hidden = HIDDEN if any(one.hides(content) for one in over) else 0
            if any(one.removes(content) for one in over):
                doomed.append(number)
            elif state & HIDDEN != hidden:
                self._connection.execute("UPDATE facts SET state = ? WHERE id = ?", (state & ~HIDDEN | hidden, number))
        self.purge(doomed)


def _row(deletion: Deletion) -> tuple[bytes, int, int, int]:
    return target(deletion.target), *astuple(raised(deletion))
