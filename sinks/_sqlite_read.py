"""The archive's answers on SQLite: every question is one short read transaction over one scope."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import gcd
from pathlib import Path
from typing import TypeVar

import apsw
import msgspec

from core.document import Arrivals, AuthorCount, Bucket, Filter, Group, Order, Page, Placed, Profile, Stored
from core.errors import Reject
from core.findings import KNOWN
from core.ports import Past
from core.query import AnyNode
from core.time import from_milliseconds, milliseconds
from core.types import Coverage, Enriched
from sinks import _sqlite_arrivals, _sqlite_words
from sinks._judged import judged
from sinks._placed import body as body_of
from sinks._placed import placed
from sinks._sqlite_keys import digests
from sinks._sqlite_names import bundles, named
from sinks._sqlite_past import Key, Part, page
from sinks._sqlite_profiles import profiles
from sinks._sqlite_query import Condition
from sinks._sqlite_said import judgements_of
from sinks._sqlite_schema import COVERED, COVERED_SOURCE, HIDDEN, open_reader, rows
from sinks._sqlite_scope import Matches, Scopes, documents

Answer = TypeVar("Answer")

Spans = Callable[[AnyNode, str], Sequence[tuple[int, int]]]

_enriched = msgspec.json.Decoder(Enriched).decode
_coverage = msgspec.json.Decoder(Coverage).decode
_key = msgspec.json.Decoder(tuple[float, int, int])

_BUNDLED = {Group.MONITOR: "monitors"} | {known.group: known.name for known in KNOWN if known.several}

_LAST_COVERED = f"""
WITH RECURSIVE sources (name) AS (
    SELECT min({COVERED_SOURCE}) FROM coverage WHERE {COVERED}
    UNION ALL
    SELECT (SELECT min({COVERED_SOURCE}) FROM coverage WHERE {COVERED} AND {COVERED_SOURCE} > name) FROM sources
    WHERE name IS NOT NULL
), last (id) AS (
    SELECT (
        SELECT id FROM coverage WHERE {COVERED} AND {COVERED_SOURCE} = name AND until > ? AND since < ?
        ORDER BY until DESC, since LIMIT 1
    ) FROM sources WHERE name IS NOT NULL
)
SELECT body FROM last JOIN coverage USING (id)
"""  # noqa: S608 - our own names
"""One step in the index for each source, and one for its last stretch: rows between are not read."""

_BY_PLACE = (Order.REACH, Order.RELEVANCE)


class Reader:
    """Answers questions; called from one thread at a time, with a connection of its own."""

    def __init__(self, path: Path, *, matches: Matches, spans: Spans) -> None:
        self._connection = open_reader(path)
        self._scopes, self._spans = Scopes(self._connection, matches), spans

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

    def read(self, work: Callable[[apsw.Connection], Answer]) -> Answer:
        """What is read inside belongs together."""
        with self._moment() as connection:
            return work(connection)

    def get(self, mention: str) -> Stored | None:
        return self.several([mention]).get(mention)

    def several(self, mentions: Sequence[str]) -> dict[str, Stored]:
        with self._moment() as connection:
            stored = self._stored(_numbers(connection, mentions), None)
        return {one.enriched.mention.id: one for one in stored}

    def places(self, mentions: Sequence[str]) -> dict[str, Placed]:
        with self._moment() as connection:
            return {one.mention: one for one in _placed_of(connection, _numbers(connection, mentions))}

    def count(self, where: Filter) -> int:
        with self._moment() as connection:
            return _count(connection, self._scopes.of(where))

    def search(self, where: Filter, order: Order, size: int, after: str | None) -> Page:
        with self._moment() as connection:
            found = self._scopes.of(where)
            keys = _page(connection, found, where, order=order, size=size, after=after)
            mentions = self._stored(array("q", [key[-1] for key in keys]), where.query, hidden=where.hidden)
            more = msgspec.json.encode(keys[-1]).decode() if keys and len(keys) == size else None
            return Page(mentions=tuple(mentions), total=_count(connection, found), after=more)

    def histogram(self, where: Filter, starts: Sequence[datetime], by: Group | None) -> list[Bucket]:
        edges = [milliseconds(start) for start in starts]
        counts: list[dict[str, int]] = [{"": 0} for _ in edges[1:]]
        if counts:
            with self._moment() as connection:
                found = self._scopes.of(where)
                for place, labels, number in _bucketed(connection, found, edges, by):
                    for label in ("", *labels):
                        counts[place][label] = counts[place].get(label, 0) + number
        return [Bucket(start=start, counts=count) for start, count in zip(starts, counts, strict=False)]

    def arrivals(self, where: Filter, since: int, until: int, *, history: bool) -> list[Arrivals]:
        """See core.ports.ArchiveReader; times in ms."""
        with self._moment() as connection:
            scope = self._scopes.of(_sqlite_arrivals.whole(where, since, until, history=history))
            found = _sqlite_arrivals.within(scope, where.prompt, since, until, history=history)
            return _sqlite_arrivals.counted(connection, found, where.monitors)

    def terms(self, where: Filter, by: Group, size: int) -> list[tuple[str, int]]:
        total: Counter[str] = Counter()
        with self._moment() as connection:
            found = self._scopes.of(where)
            column = _BUNDLED.get(by, by.value)
            select = f"SELECT f.{column}, count(*) FROM facts f WHERE {found.sql} GROUP BY 1"  # noqa: S608 - built from fixed parts
            name = _names(connection, by)
            for number, count in rows(connection, select, found.values):
                total.update(dict.fromkeys(name.get(number, ()), count))
        return sorted(total.items(), key=_most_first)[:size]

    def authors(self, where: Filter, size: int) -> list[AuthorCount]:
        with self._moment() as connection:
            found = self._scopes.of(where)
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

    def profiles(self, where: Filter, authors: Sequence[str], starts: Sequence[datetime]) -> list[Profile]:
        with self._moment() as connection:
            labels = {group: _names(connection, group) for group in (Group.TOPIC, Group.SOURCE, Group.SENTIMENT)}
            return profiles(
                connection,
                self._scopes.of(where),
                authors,
                [milliseconds(start) for start in starts],
                topics=labels[Group.TOPIC],
                channels=labels[Group.SOURCE],
                sentiments=labels[Group.SENTIMENT],
            )

    def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        with self._moment() as connection:
            select = "SELECT body FROM coverage WHERE until > ? AND since < ? ORDER BY since, id"
            times = milliseconds(since), milliseconds(until)
            return [_coverage(body) for (body,) in rows(connection, select, times)]

    def last_covered(self, since: datetime, until: datetime) -> list[Coverage]:
        with self._moment() as connection:
            times = milliseconds(since), milliseconds(until)
            return [_coverage(body) for (body,) in rows(connection, _LAST_COVERED, times)]

    def documents(self, where: Filter) -> "array[int]":
        """Numbers of all documents of the filter."""
        with self._moment() as connection:
            return documents(connection, self._scopes.of(where))

    def stored(self, numbers: "array[int]", query: AnyNode | None, *, hidden: bool) -> list[Stored]:
        """These documents, as far as they are still there."""
        with self._moment():
            return self._stored(numbers, query, hidden=hidden)

    def placed(self, numbers: "array[int]", *, hidden: bool) -> list[Placed]:
        """Of these documents those that have a vector and are still there."""
        with self._moment() as connection:
            return _placed_of(connection, numbers, hidden=hidden)

    def past(self, part: Part, after: Key, most: int) -> tuple[list[Past], Key]:
        """The next page of what is held, see _sqlite_past."""
        with self._moment() as connection:
            return page(connection, part, after, most)

    def _stored(self, numbers: "array[int]", query: AnyNode | None, *, hidden: bool = False) -> list[Stored]:
        if not numbers:
            return []
        select = """SELECT d.id, d.mention, d.body, d.arrived FROM documents d JOIN facts f ON f.id = d.id
            WHERE d.id IN (SELECT value FROM carray(?)) AND f.state & ? = 0"""
        there = rows(self._connection, select, (apsw.carray(numbers), 0 if hidden else HIDDEN))
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


def _numbers(connection: apsw.Connection, mentions: Sequence[str]) -> "array[int]":
    """Of the documents of these mentions."""
    wanted = set(mentions)
    select = "SELECT id, mention FROM documents WHERE digest IN (SELECT value FROM carray(?))"
    alike = rows(connection, select, (apsw.carray(digests(wanted)),)) if wanted else []
    return array("q", [number for number, mention in alike if mention in wanted])


def _placed_of(connection: apsw.Connection, numbers: "array[int]", *, hidden: bool = False) -> list[Placed]:
    select = """SELECT d.body, d.vector, d.arrived FROM documents d JOIN facts f ON f.id = d.id
        WHERE d.id IN (SELECT value FROM carray(?)) AND f.state & ? = 0 AND d.vector <> x''"""
    found = rows(connection, select, (apsw.carray(numbers), 0 if hidden else HIDDEN)) if numbers else []
    return [placed(body_of(content), vector, arrived) for content, vector, arrived in found]


def _count(connection: apsw.Connection, found: Condition) -> int:
    select = f"SELECT count(*) FROM facts f WHERE {found.sql}"  # noqa: S608 - built from fixed parts
    return int(connection.execute(select, found.values).get)


def _page(
    connection: apsw.Connection, found: Condition, where: Filter, *, order: Order, size: int, after: str | None
) -> list[tuple[float, int, int]]:
    direction, beyond = ("ASC", ">") if order is Order.OLDEST else ("DESC", "<")
    placed = _placed(found, where, order)
    key = [] if after is None else list(_continued(after))
    further = f"WHERE (place, created, id) {beyond} (?, ?, ?)" if key else ""
    select = f"""SELECT place, created, id FROM ({placed.sql}) {further}
        ORDER BY {"place DESC," if order in _BY_PLACE else ""} created {direction}, id {direction} LIMIT ?"""  # noqa: S608 - built from fixed parts
    return rows(connection, select, (*placed.values, *key, size))


def _placed(found: Condition, where: Filter, order: Order) -> Condition:
    """A select of place, created and id of all in scope; `place` comes before time in the orders that have one."""
    place = "coalesce(f.followers, -1)" if order is Order.REACH else "0"
    plain = f"SELECT {place} AS place, f.created AS created, f.id AS id FROM facts f WHERE {found.sql}"  # noqa: S608 - built from fixed parts
    hits = " OR ".join(_sqlite_words.hits(where.query)) if where.query is not None else ""
    if order is not Order.RELEVANCE or not hits:
        return Condition(plain, found.values)
    liked = f"""SELECT -bm25(words) AS place, f.created AS created, f.id AS id
        FROM words CROSS JOIN facts f ON f.id = words.rowid WHERE words MATCH ? AND {found.sql}"""  # noqa: S608 - built from fixed parts
    others = f"{plain} AND f.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"  # noqa: S608 - built from fixed parts
    return Condition(f"{liked} UNION ALL {others}", (hits, *found.values, *found.values, hits))


def _continued(after: str) -> tuple[float, int, int]:
    try:
        return _key.decode(after)
    except msgspec.DecodeError as error:
        raise Reject(f'"{after}" continues no list of this archive', reason="cursor") from error


def _bucketed(
    connection: apsw.Connection, found: Condition, edges: Sequence[int], by: Group | None
) -> Iterator[tuple[int, Sequence[str], int]]:
    """Place of the bucket, labels and count. Counted in steps that divide every bucket, so one pass does for any edges."""
    step = gcd(*(edge - edges[0] for edge in edges)) or 1
    column = "NULL" if by is None else f"f.{_BUNDLED.get(by, by.value)}"
    select = f"""SELECT (f.created - {edges[0]}) / {step}, {column}, count(*) FROM facts f
        WHERE f.created >= {edges[0]} AND f.created < {edges[-1]} AND {found.sql} GROUP BY 1, 2"""  # noqa: S608 - built from fixed parts
    name = {} if by is None else _names(connection, by)
    for steps, label, number in rows(connection, select, found.values):
        yield bisect_right(edges, edges[0] + steps * step) - 1, name.get(label, ()), number


def _names(connection: apsw.Connection, by: Group) -> Mapping[int, Sequence[str]]:
    """What a number in the column of that group stands for: one name, or those of a bundle."""
    if by in _BUNDLED:
        return bundles(connection, by)
    if by is Group.AUTHOR:
        return {number: (author,) for number, author in rows(connection, "SELECT id, author FROM authors")}
    return {number: (name,) for number, name in named(connection, by).items()}


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _heard(
    connection: apsw.Connection, found: Condition, size: int
) -> list[tuple[int, str, str | None, str | None, int | None, int]]:
    select = f"""SELECT a.id, a.author, a.handle, a.name, a.followers, t.volume
        FROM (SELECT f.author AS author, count(*) AS volume FROM facts f WHERE {found.sql} GROUP BY +f.author) t
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
