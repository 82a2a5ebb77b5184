"""Small whole numbers for the names that many mentions share: sources, languages, labels, monitors, sites.

What a mention has several of (monitors, topics, tags) is one number too, that of a bundle: many mentions share one, so
that counting by label is counting by bundle and then adding up.
"""

from collections.abc import Callable, Iterable

import apsw


class Names:
    """Kind and name to number, remembered in memory for the one writer. `forget` after a transaction failed."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}
        self._bundles: dict[tuple[str, frozenset[str]], int] = {}

    def forget(self) -> None:
        self._known.clear()
        self._bundles.clear()

    def number(self, kind: str, name: str) -> int:
        """The number of that name, given out now where it is new."""
        known = self._known.get((kind, name))
        if known is None:
            known = self._known[(kind, name)] = self._find(kind, name)
        return known

    def bundle(self, kind: str, members: Iterable[str]) -> int | None:
        """The number of that bundle of names, given out now where it is new; None for an empty one."""
        key = kind, frozenset(members)
        if not key[1]:
            return None
        known = self._bundles.get(key)
        if known is None:
            known = self._bundles[key] = self._bundle(kind, sorted(self.number(kind, member) for member in key[1]))
        return known

    def _bundle(self, kind: str, labels: list[int]) -> int:
        members = ",".join(map(str, labels))
        found = self._connection.execute("SELECT id FROM bundles WHERE kind = ? AND members = ?", (kind, members)).get
        if found is None:
            insert = "INSERT INTO bundles (kind, members) VALUES (?, ?) RETURNING id"
            found = self._connection.execute(insert, (kind, members)).get
            insert = "INSERT INTO bundled (label, bundle) VALUES (?, ?)"
            self._connection.executemany(insert, [(label, found) for label in labels])
        return int(found)

    def _find(self, kind: str, name: str) -> int:
        select = "SELECT id FROM names WHERE kind = ? AND name = ?"
        found = self._connection.execute(select, (kind, name)).get
        if found is None:
            insert = "INSERT INTO names (kind, name) VALUES (?, ?) RETURNING id"
            found = self._connection.execute(insert, (kind, name)).get
        return int(found)


def numbers(connection: apsw.Connection, kind: str, wanted: Callable[[str], bool]) -> list[int]:
    """Numbers of the stored names of that kind which are wanted."""
    rows = connection.execute("SELECT id, name FROM names WHERE kind = ?", (kind,))
    return [number for number, name in rows if wanted(name)]


def named(connection: apsw.Connection, kind: str) -> dict[int, str]:
    """Number to name, of one kind."""
    return dict(connection.execute("SELECT id, name FROM names WHERE kind = ?", (kind,)))


def bundles(connection: apsw.Connection, kind: str) -> dict[int, list[str]]:
    """Bundle to the names in it, of one kind."""
    select = """SELECT b.bundle, n.name FROM names n JOIN bundled b ON b.label = n.id WHERE n.kind = ?"""
    found: dict[int, list[str]] = {}
    for bundle, name in connection.execute(select, (kind,)):
        found.setdefault(bundle, []).append(name)
    return found
