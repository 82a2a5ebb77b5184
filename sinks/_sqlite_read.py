"""The archive's answers on SQLite: every question is one short read transaction over one scope."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import apsw
import msgspec

from core.document import AuthorCount, Bucket, Filter, Group, Order, Page, Stored
from core.errors import Reject
from core.query import AnyNode
from core.time import from_milliseconds, milliseconds
from core.types import Coverage, Enriched
from sinks import _sqlite_words
from sinks._judged import judged
from sinks._sqlite_names import named
from sinks._sqlite_query import Condition
from sinks._sqlite_said import judgements_of
from sinks._sqlite_schema import HIDDEN, open_reader, rows
from sinks._sqlite_scope import Matches, documents, scope

Spans = Callable[[AnyNode, str], Sequence[tuple[int, int]]]

_enriched = msgspec.json.Decoder(Enriched).decode
_coverage = msgspec.json.Decoder(Coverage).decode
_key = msgspec.json.Decoder(tuple[float, int, int])

_MANY = (Group.MONITOR, Group.TOPIC, Group.TAG)

_PLACES = {
    Order.NEWEST: ("0", "DESC", "<"),
    Order.OLDEST: ("0", "ASC", ">"),
    Order.REACH: ("coalesce(f.followers, -1)", "DESC", "<"),
    Order.RELEVANCE: ("coalesce(r.score, 0)", "DESC", "<"),
}


class Reader:
    """Answers questions; called from one thread at a time, with a connection of its own."""

    def __init__(self, path: Path, *, matches: Matches, spans: Spans) -> None:
        self._connection = open_reader(path)
        self._matches, self._spans = matches, spans

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _moment(self) -> Iterator[apsw.Connection]:
        """One moment of the archive: all that is read inside belongs together."""
        self._connection.execute("BEGIN")
        try:
            yield self._connection
        finally:
            self._connection.execute("COMMIT")

    def get(self, mention: str) -> Stored | None:
        with self._moment() as connection:
            select = "SELECT f.id FROM documents d JOIN facts f ON f.id = d.id WHERE d.mention = ? AND f.state & ? = 0"
            found = array("q", [row[0] for row in connection.execute(select, (mention, HIDDEN))])
            return next(iter(self._stored(found, None)), None)

    def count(self, where: Filter) -> int:
        with self._moment() as connection:
            return _count(connection, scope(connection, where, self._matches))

    def search(self, where: Filter, order: Order, size: int, after: str | None) -> Page:
        with self._moment() as connection:
            found = scope(connection, where, self._matches)
            keys = _page(connection, found, where, order=order, size=size, after=after)
            mentions = self._stored(array("q", [key[-1] for key in keys]), where.query)
            more = msgspec.json.encode(keys[-1]).decode() if keys and len(keys) == size else None
            return Page(mentions=tuple(mentions), total=_count(connection, found), after=more)

    def histogram(self, where: Filter, starts: Sequence[datetime], by: Group | None) -> list[Bucket]:
        edges = [milliseconds(start) for start in starts]
        counts: list[dict[str, int]] = [{"": 0} for _ in edges[1:]]
        if counts:
            with self._moment() as connection:
                found = scope(connection, where, self._matches)
                for place, label, number in _bucketed(connection, found, edges, by):
                    counts[place][label] = number
        return [Bucket(start=start, counts=count) for start, count in zip(starts, counts, strict=False)]

    def terms(self, where: Filter, by: Group, size: int) -> list[tuple[str, int]]:
        with self._moment() as connection:
            found = scope(connection, where, self._matches)
            column, tables = _grouping(by)
            select = f"""SELECT {column}, count(*) FROM {tables} WHERE {found.sql} AND {column} IS NOT NULL
                GROUP BY 1"""  # noqa: S608 - built from fixed parts
            counts = rows(connection, select, found.values)
            name = _names(connection, by)
            counted = sorted(((name[number], count) for number, count in counts if number in name), key=_most_first)
        return counted[:size]

    def authors(self, where: Filter, size: int) -> list[AuthorCount]:
        with self._moment() as connection:
            found = scope(connection, where, self._matches)
            heard = _heard(connection, found, size)
            feelings = _feelings(connection, found, array("q", [row[0] for row in heard]))
        return [
            AuthorCount(
                id=author,
                handle=handle,
                name=name,
                mentions=count,
                followers=followers,
                counts=feelings.get(number, {}),
            )
            for number, author, handle, name, followers, count in heard
        ]

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        with self._moment() as connection:
            select = "SELECT body FROM coverage WHERE until > ? AND since < ? ORDER BY since, id"
            times = milliseconds(since), milliseconds(until)
            return [_coverage(body) for (body,) in rows(connection, select, times)]

    def documents(self, where: Filter) -> "array[int]":
        """Numbers of all documents of the filter."""
        with self._moment() as connection:
            return documents(connection, scope(connection, where, self._matches))

    def stored(self, numbers: "array[int]", query: AnyNode | None) -> list[Stored]:
        """These documents, as far as they are still there."""
        with self._moment():
            return self._stored(numbers, query)

    def _stored(self, numbers: "array[int]", query: AnyNode | None) -> list[Stored]:
        if not numbers:
            return []
        select = """SELECT d.id, d.mention, d.body, d.arrived FROM documents d JOIN facts f ON f.id = d.id
            WHERE d.id IN (SELECT value FROM carray(?)) AND f.state & ? = 0"""
        there = rows(self._connection, select, (apsw.carray(numbers), HIDDEN))
        said = judgements_of(self._connection, [row[1] for row in there])
        found = {}
        for number, mention, body, arrived in there:
            ones = tuple(said.get(mention, ()))
            enriched = judged(_enriched(body), ones)
            marked = () if query is None else tuple(self._spans(query, enriched.mention.text))
            found[number] = Stored(
                enriched=enriched, judgements=ones, highlights=marked, arrived_at=from_milliseconds(arrived)
            )
        return [found[number] for number in numbers if number in found]


def _count(connection: apsw.Connection, found: Condition) -> int:
    select = f"SELECT count(*) FROM facts f WHERE {found.sql}"  # noqa: S608 - built from fixed parts
    return int(connection.execute(select, found.values).get)


def _page(
    connection: apsw.Connection, found: Condition, where: Filter, *, order: Order, size: int, after: str | None
) -> list[tuple[float, int, int]]:
    place, direction, beyond = _PLACES[order]
    hits = _sqlite_words.hits(where.query) if order is Order.RELEVANCE and where.query is not None else []
    if order is Order.RELEVANCE and not hits:
        place = "0"
    tables, values = "facts f", []
    if place.startswith("coalesce(r."):
        tables += (
            """ LEFT JOIN (SELECT rowid AS id, -bm25(words) AS score FROM words WHERE words MATCH ?) r ON r.id = f.id"""
        )
        values.append(" OR ".join(hits))
    condition, key = found.sql, list[float]()
    if after is not None:
        key = list(_continued(after))
        condition += f" AND ({place}, f.created, f.id) {beyond} (?, ?, ?)"
    select = f"""SELECT {place}, f.created, f.id FROM {tables} WHERE {condition}
        ORDER BY {"" if place == "0" else f"1 {direction}, "}f.created {direction}, f.id {direction} LIMIT ?"""  # noqa: S608 - built from fixed parts
    return rows(connection, select, (*values, *found.values, *key, size))


def _continued(after: str) -> tuple[float, int, int]:
    try:
        return _key.decode(after)
    except msgspec.DecodeError as error:
        raise Reject(f'"{after}" continues no list of this archive', reason="cursor") from error


def _bucketed(
    connection: apsw.Connection, found: Condition, edges: Sequence[int], by: Group | None
) -> Iterator[tuple[int, str, int]]:
    stretches = msgspec.json.encode(list(pairwise(edges))).decode()
    inside = "f.created >= b.value ->> 0 AND f.created < b.value ->> 1"
    select = f"""SELECT b.key, count(*) FROM json_each(?) b CROSS JOIN facts f
        WHERE {inside} AND {found.sql} GROUP BY b.key"""  # noqa: S608 - built from fixed parts
    for place, number in connection.execute(select, (stretches, *found.values)):
        yield place, "", number
    if by is None:
        return
    column, tables = _grouping(by)
    select = f"""SELECT b.key, {column}, count(*) FROM json_each(?) b CROSS JOIN {tables}
        WHERE {inside} AND {found.sql} AND {column} IS NOT NULL GROUP BY 1, 2"""  # noqa: S608 - built from fixed parts
    name = _names(connection, by)
    for place, label, number in connection.execute(select, (stretches, *found.values)):
        if label in name:
            yield place, name[label], number


def _grouping(by: Group) -> tuple[str, str]:
    if by in _MANY:
        return "l.label", "facts f CROSS JOIN labelled l ON l.mention = f.id"
    return f"f.{by.value}", "facts f"


def _names(connection: apsw.Connection, by: Group) -> dict[int, str]:
    if by is Group.AUTHOR:
        return dict(connection.execute("SELECT id, author FROM authors"))
    return named(connection, by)


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _heard(
    connection: apsw.Connection, found: Condition, size: int
) -> list[tuple[int, str, str | None, str | None, int | None, int]]:
    select = f"""SELECT a.id, a.author, a.handle, a.name, a.followers, t.volume
        FROM (SELECT f.author AS author, count(*) AS volume FROM facts f WHERE {found.sql} GROUP BY f.author) t
        JOIN authors a ON a.id = t.author
        ORDER BY a.followers DESC NULLS LAST, t.volume DESC, a.author LIMIT ?"""  # noqa: S608 - built from fixed parts
    return rows(connection, select, (*found.values, size))


def _feelings(connection: apsw.Connection, found: Condition, authors: "array[int]") -> dict[int, dict[str, int]]:
    if not authors:
        return {}
    select = f"""SELECT f.author, n.name, count(*) FROM facts f JOIN names n ON n.id = f.sentiment
        WHERE f.author IN (SELECT value FROM carray(?)) AND {found.sql} GROUP BY 1, 2"""  # noqa: S608 - built from fixed parts
    counts: dict[int, dict[str, int]] = {}
    for author, sentiment, number in connection.execute(select, (apsw.carray(authors), *found.values)):
        counts.setdefault(author, {})[sentiment] = number
    return counts
