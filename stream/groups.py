"""What a consumer group has done: one small file a group, one offset a log topic."""

from pathlib import Path
from urllib.parse import quote, unquote

import apsw

from stream.database import Database, rows, value

SCHEMA = "CREATE TABLE IF NOT EXISTS commits(topic TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID"


class Group:
    """A group's commits. They survive the death of the process; a power cut may take the last ones, which only means
    that their records are read again.
    """

    def __init__(self, path: Path, *, patience: float) -> None:
        self._file = Database(path, SCHEMA, synchronous="NORMAL", patience=patience)

    async def join(self, topic: str) -> int:
        """The offset committed on that topic; from now on the group is one of its readers."""

        def joined(connection: apsw.Connection) -> int:
            connection.execute("INSERT OR IGNORE INTO commits VALUES (?, 0)", (topic,))
            return int(value(connection, "SELECT offset FROM commits WHERE topic = ?", topic))

        return await self._file.run(joined)

    async def commit(self, topic: str, offset: int) -> None:
        await self._file.run(lambda it: it.execute("INSERT OR REPLACE INTO commits VALUES (?, ?)", (topic, offset)))

    async def committed(self) -> dict[str, int]:
        """The committed offset of each topic this group ever read."""
        return await self._file.run(lambda it: dict(rows(it, "SELECT topic, offset FROM commits")))

    async def close(self) -> None:
        await self._file.close()


def file(folder: Path, name: str) -> Path:
    """Where that group or topic lives: names are quoted, so that none leaves the folder."""
    return folder / f"{quote(name, safe='')}.db"


def names(folder: Path) -> list[str]:
    """The groups or topics that have a file there."""
    return sorted(unquote(path.stem) for path in folder.glob("*.db"))
