"""Small whole numbers for the names that many mentions share: sources, languages, labels, monitors, sites."""

from collections.abc import Callable

import apsw


class Names:
    """Kind and name to number, remembered in memory for the one writer. `forget` after a transaction failed."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        self._known.clear()

    def number(self, kind: str, name: str) -> int:
        """The number of that name, given out now where it is new."""
        known = self._known.get((kind, name))
        if known is None:
            known = self._known[(kind, name)] = self._find(kind, name)
        return known

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
