"""Wipes what SQLite leaves of deleted text between the cells of its pages.

`secure_delete` overwrites a cell where it is deleted. Yet when a page is rebuilt (its cells moved to a neighbour), copies of
the moved cells stay in the room that becomes free, out of reach of any later deletion. That room lies between the cell
pointers and the first cell, and no reader looks at it (https://sqlite.org/fileformat2.html#b_tree_pages), so it can be
overwritten in place. The file is written while the write lock is held and the write-ahead log is empty: then nobody else
writes it. The files are opened through SQLite, which would lose its locks if anything else closed them.
"""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw

from klankbord.folder import Folder

CHUNK = 1024
"""Pages read, or wiped under one lock, at once."""
TRIES = 5
PATIENCE_MS = 2000
HEADER = 100
MOST_PAGES = 0x02000000
"""With more pages than this, one that holds no cells might begin as one that does."""

Gap = tuple[int, int]


async def scrub(folder: Path) -> int:
    """Wipe the databases of a data folder; how many pages needed it. One that others keep busy is left for the next time.

    Not the desk's, which wipes itself: it is open here through Python's own SQLite, which would lose its locks to this one.
    """
    desk = Folder(folder).desk
    paths = await asyncio.to_thread(lambda: sorted(path for path in folder.rglob("*.db") if path != desk))
    return sum([await asyncio.to_thread(wiped, path) for path in paths])


def wiped(path: Path) -> int:
    """Wipe one database; how many of its pages needed it."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(PATIENCE_MS)
        if connection.pragma("journal_mode") != "wal" or connection.pragma("page_count") >= MOST_PAGES:
            return 0
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # so that the file itself holds every page
        size, moves = int(connection.pragma("page_size")), bool(connection.pragma("auto_vacuum"))
        flags = [apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_MAIN_DB, 0]
        file = apsw.VFSFile("", str(path), flags)
        try:
            found = [number for number, _ in _stale(file, range(connection.pragma("page_count")), size, moves=moves)]
            chunks = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]
            return sum(_wipe(connection, file, chunk, size, moves=moves) for chunk in chunks)
        finally:
            file.xClose()
    except (apsw.BusyError, apsw.LockedError, apsw.NotADBError):
        return 0
    finally:
        connection.close()


def gap(page: bytes, *, header: int, kinds: bytes) -> Gap | None:
    """Where on this page something stands that is in no cell; None where nothing does, or it is not a page of cells."""
    kind = page[header]
    if kind not in kinds:
        return None
    count = int.from_bytes(page[header + 3 : header + 5], "big")
    until = int.from_bytes(page[header + 5 : header + 7], "big") or 65536
    first = header + (8 if kind in b"\x0a\x0d" else 12)
    since = first + 2 * count
    cells = (int.from_bytes(page[at : at + 2], "big") for at in range(first, since, 2))
    if not since <= until <= len(page) or any(not until <= cell < len(page) for cell in cells):
        return None
    return (since, until) if page[since:until].strip(b"\0") else None


def _stale(file: apsw.VFSFile, numbers: Sequence[int], size: int, *, moves: bool) -> Iterator[tuple[int, Gap]]:
    """Numbers (from 0) of the pages that need it, with the gap of each."""
    kinds = b"\x0a\x0d" if moves else b"\x02\x05\x0a\x0d"  # the pages that say where pages moved begin with 1 to 5
    end = file.xFileSize()
    for number in numbers:
        if (number + 1) * size > end:
            continue
        found = gap(file.xRead(size, number * size), header=0 if number else HEADER, kinds=kinds)
        if found:
            yield number, found


def _wipe(connection: apsw.Connection, file: apsw.VFSFile, numbers: Sequence[int], size: int, *, moves: bool) -> int:
    for _ in range(TRIES):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _log_size(connection) == 0:
                count = 0
                for number, (since, until) in _stale(file, numbers, size, moves=moves):
                    file.xWrite(bytes(until - since), number * size + since)
                    count += 1
                file.xSync(apsw.SQLITE_SYNC_NORMAL)
                # A change makes every other connection drop the pages it remembers.
                connection.pragma("user_version", connection.pragma("user_version"))
                connection.execute("COMMIT")
                return count
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    return 0


def _log_size(connection: apsw.Connection) -> int:
    log = Path(connection.filename_wal)
    return log.stat().st_size if log.exists() else 0
