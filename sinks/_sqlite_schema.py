"""The archive's tables on SQLite, and how its file is opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

from core.errors import Stop

VERSION = 3
_BEFORE = 2
"""The layout that lacked what `_UPGRADE` adds."""

HIDDEN, IRRELEVANT, DRILL, HISTORY = 1, 2, 4, 8
"""Bits of facts.state: taken out of sight at its source; judged irrelevant; part of an exercise; no live traffic, which
counts like all else. What an earlier release stored lacks the last."""

TABLES = """
CREATE TABLE names (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name));
CREATE TABLE authors (
    id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, author TEXT NOT NULL, handle TEXT, name TEXT, as_of INTEGER NOT NULL,
    followers INTEGER, followers_at INTEGER
);
CREATE INDEX authors_by_digest ON authors (digest);
CREATE TABLE author_names (name INTEGER NOT NULL, author INTEGER NOT NULL, PRIMARY KEY (name, author)) WITHOUT ROWID;
CREATE INDEX author_names_by_author ON author_names (author);
CREATE TABLE bundles (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, members TEXT NOT NULL, UNIQUE (kind, members));
CREATE TABLE bundled (label INTEGER NOT NULL, bundle INTEGER NOT NULL, PRIMARY KEY (label, bundle)) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, mention TEXT NOT NULL, order_key INTEGER NOT NULL,
    arrived INTEGER NOT NULL, tokens TEXT NOT NULL, body BLOB NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX documents_by_digest ON documents (digest);
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, created INTEGER NOT NULL, seen INTEGER NOT NULL, state INTEGER NOT NULL,
    author INTEGER NOT NULL, copy INTEGER NOT NULL, followers INTEGER, engagement INTEGER,
    source INTEGER NOT NULL, kind INTEGER NOT NULL, site INTEGER, language INTEGER NOT NULL,
    sentiment INTEGER, emotion INTEGER, monitors INTEGER, topics INTEGER, tags INTEGER,
    heard INTEGER NOT NULL, intent INTEGER, aspects INTEGER, spam INTEGER
);
CREATE INDEX facts_by_author ON facts (author);
CREATE INDEX facts_by_sight ON facts (seen, heard);
CREATE TABLE tombstones (
    target BLOB PRIMARY KEY, removed INTEGER, hidden INTEGER, lifted INTEGER
) WITHOUT ROWID;
CREATE TABLE judgements (mention TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (mention, name)) WITHOUT ROWID;
CREATE TABLE mutes (subject TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE coverage (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, since INTEGER, until INTEGER, body BLOB NOT NULL);
CREATE INDEX coverage_by_time ON coverage (until, since);
CREATE TABLE retention (source TEXT PRIMARY KEY, before INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
    tokens, content='documents', content_rowid='id', tokenize="ascii tokenchars '_#@'"
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab ('words', 'row');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
INSERT INTO words (words, rank) VALUES ('automerge', 8);
"""

BY_TIME = """
CREATE INDEX facts_by_time ON facts (
    created, state, source, language, sentiment, monitors, topics, emotion, intent, aspects, spam
);
"""

_UPGRADE = f"""
ALTER TABLE facts ADD COLUMN intent INTEGER;
ALTER TABLE facts ADD COLUMN aspects INTEGER;
ALTER TABLE facts ADD COLUMN spam INTEGER;
DROP INDEX facts_by_time;
{BY_TIME}
"""
"""What is stored already has nothing in these columns: nobody looked, until it is reprocessed."""

COVERED = "json_extract(CAST(body AS TEXT), '$.gap') IS NULL"
COVERED_SOURCE = "json_extract(CAST(body AS TEXT), '$.source')"
"""Of a row of coverage: that it is no gap, and whose it is, as an index holds them."""

BESIDE = {
    "customers": """
CREATE TABLE customers (id TEXT PRIMARY KEY, counted INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE customer_accounts (
    customer TEXT NOT NULL, author TEXT NOT NULL, PRIMARY KEY (customer, author)
) WITHOUT ROWID;
CREATE INDEX customer_accounts_by_author ON customer_accounts (author);
""",
    "cases": "CREATE TABLE cases (id TEXT PRIMARY KEY, counted INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID",
    "coverage_by_source": f"CREATE INDEX coverage_by_source ON coverage ({COVERED_SOURCE}, until DESC, since) WHERE {COVERED}",
    "documents_by_arrival": "CREATE INDEX documents_by_arrival ON documents (arrived)",
}
"""Tables and indices that were added without a new layout: a release that does not know them leaves them alone."""


LATER = ("toxicity", "outcome", "severity", "unit", "answers", "checked")
"""Columns of facts that were added in the same way: others name the columns that they write and ask."""


def open_writer(path: Path) -> apsw.Connection:
    """The one writing connection; makes the tables where there are none. Raises Stop where the file cannot be used."""
    try:
        connection = _connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "full")
        connection.transaction_mode = "IMMEDIATE"
        connection.pragma("secure_delete", True)
        connection.pragma("wal_autocheckpoint", 4000)
        _prepare(connection, path)
    except (apsw.CantOpenError, apsw.NotADBError, apsw.CorruptError, apsw.ReadOnlyError, apsw.IOError) as error:
        raise Stop(f"{path} cannot be opened as an archive: {error}") from error
    return connection


def open_reader(path: Path) -> apsw.Connection:
    """One of the connections that only read."""
    connection = _connect(path, apsw.SQLITE_OPEN_READWRITE)
    connection.pragma("query_only", True)
    return connection


def rows(connection: apsw.Connection, statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of a statement as tuples. Any: a column's type is known by the statement alone."""
    return connection.execute(statement, tuple(values)).fetchall()


def _connect(path: Path, flags: int) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=flags, statementcachesize=200)
    connection.set_busy_timeout(5000)
    connection.pragma("cache_size", -32768)
    connection.pragma("temp_store", 2)
    return connection


def _prepare(connection: apsw.Connection, path: Path) -> None:
    if connection.pragma("user_version") == VERSION and not _missing(connection) and not _lacks(connection):
        return
    with connection:  # asked again inside: another process may be making the tables as well
        found = connection.pragma("user_version")
        if found == 0:
            connection.execute(TABLES + BY_TIME)
            connection.pragma("user_version", VERSION)
        elif found == _BEFORE:
            connection.execute(_UPGRADE)
            connection.pragma("user_version", VERSION)
        elif found != VERSION:
            raise Stop(
                f"{path} was written by another release (layout {found}, this one reads {VERSION}); "
                "go on with that release, or see its notes on how to come to this one"
            )
        for name in _missing(connection):
            connection.execute(BESIDE[name])
        for column in _lacks(connection):
            connection.execute(f"ALTER TABLE facts ADD COLUMN {column} INTEGER")


def _missing(connection: apsw.Connection) -> list[str]:
    there = {name for (name,) in rows(connection, "SELECT name FROM sqlite_schema")}
    return [name for name in BESIDE if name not in there]


def _lacks(connection: apsw.Connection) -> list[str]:
    there = {name for (name,) in rows(connection, "SELECT name FROM pragma_table_info('facts')")}
    return [column for column in LATER if column not in there]
