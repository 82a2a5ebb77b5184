"""Which mentions a question is about: a Filter as one condition that every figure of the answer is taken over."""

from array import array
from collections.abc import Callable, Sequence

import apsw
import msgspec

from core.document import Filter, Group
from core.query import And, AnyNode, Everything, Not
from core.time import MILLISECOND, milliseconds
from core.types import Enriched, Judgement
from sinks import _judged
from sinks._sqlite_keys import digests
from sinks._sqlite_names import numbers
from sinks._sqlite_query import ALL, Condition, among, bundled, condition, joined
from sinks._sqlite_said import judgements_of, muted
from sinks._sqlite_schema import DRILL, HIDDEN, HISTORY, IRRELEVANT
from sinks._sqlite_vocabulary import expanded

Matches = Callable[[AnyNode, Enriched], bool]

_enriched = msgspec.json.Decoder(Enriched).decode

MOST_KEPT = 8
"""Scopes kept by one reader."""

_FIRST_OF_COPIES = """f.id IN (SELECT id FROM
    (SELECT f.id AS id, min(f.created) FROM facts f WHERE {} GROUP BY f.copy))"""


class Scopes:
    """Finds scopes, and keeps those that took reading texts or sorting out copies while the archive stays as it is."""

    def __init__(self, connection: apsw.Connection, matches: Matches) -> None:
        self._connection, self._matches = connection, matches
        self._kept: dict[Filter, Condition] = {}
        self._version = -1

    def of(self, where: Filter) -> Condition:
        """The filter as an exact condition on `f`; inside one read transaction, in which it holds."""
        version = self._connection.pragma("data_version")
        if version != self._version or len(self._kept) > MOST_KEPT:
            self._kept, self._version = {}, version
        found = self._kept.get(where)
        if found is None:
            found = _scope(self._connection, where, self._matches)
            if not found.exact or not where.copies:
                found = self._kept[where] = chosen(documents(self._connection, found))
        return found


def _scope(connection: apsw.Connection, where: Filter, matches: Matches) -> Condition:
    authors, words = ((), ()) if where.muted else muted(connection)
    asked = [node for node in (where.query, *(Not(part=word) for word in words)) if node is not None]
    query: AnyNode = And(parts=tuple(asked)) if asked else Everything()
    parts = [*_plain(connection, where), *_silenced(authors), condition(connection, expanded(connection, query))]
    found = joined("AND", parts)
    if not found.exact:
        found = chosen(_verified(connection, found, query, matches))._replace(exact=False)
    return found if where.copies else Condition(_FIRST_OF_COPIES.format(found.sql), found.values)


def chosen(found: "array[int]") -> Condition:
    """Exactly these documents."""
    if not found:
        return Condition("0")
    return Condition("f.id IN (SELECT value FROM carray(?))", (apsw.carray(found),))


def documents(connection: apsw.Connection, found: Condition) -> "array[int]":
    """Numbers of all documents in scope, ascending."""
    select = f"SELECT f.id FROM facts f WHERE {found.sql} ORDER BY f.id"  # noqa: S608 - built from fixed parts
    return array("q", [row[0] for row in connection.execute(select, found.values)])


def _plain(connection: apsw.Connection, where: Filter) -> list[Condition]:
    unwanted = (
        (0 if where.hidden else HIDDEN) | (0 if where.irrelevant else IRRELEVANT) | (0 if where.drills else DRILL)
    )
    unwanted |= HISTORY if where.prompt is not None else 0
    parts = [Condition(f"f.state & {unwanted} = 0")]
    if where.since is not None:
        parts.append(Condition(f"f.created >= {milliseconds(where.since)}"))
    if where.until is not None:
        parts.append(Condition(f"f.created < {milliseconds(where.until)}"))
    if not where.spam:
        parts.append(Condition("f.spam IS NULL"))
    parts += _arrived(where)
    if where.sources:
        parts.append(among("f.source", numbers(connection, Group.SOURCE, where.sources.__contains__)))
    if where.languages:
        parts.append(among("f.language", numbers(connection, Group.LANGUAGE, where.languages.__contains__)))
    if where.monitors:
        parts.append(bundled("monitors", numbers(connection, Group.MONITOR, where.monitors.__contains__)))
    return parts


def _arrived(where: Filter) -> list[Condition]:
    when: list[str] = []
    if where.arrived is not None:
        since, until = where.arrived
        when += [f"d.arrived > {milliseconds(since)}", f"d.arrived <= {milliseconds(until)}"]
    if where.prompt is not None:
        when.append(f"d.arrived - f.created <= {where.prompt // MILLISECOND}")
    if not when:
        return []
    return [Condition(f"EXISTS (SELECT 1 FROM documents d WHERE d.id = f.id AND {' AND '.join(when)})")]  # noqa: S608


def _silenced(authors: Sequence[str]) -> list[Condition]:
    if not authors:
        return [ALL]
    select = "f.author NOT IN (SELECT id FROM authors WHERE digest IN (SELECT value FROM carray(?)))"
    return [Condition(select, (apsw.carray(digests(authors)),))]


def _verified(connection: apsw.Connection, found: Condition, query: AnyNode, matches: Matches) -> "array[int]":
    judgements = _judgements(connection)
    select = f"""SELECT f.id, d.mention, d.body FROM facts f JOIN documents d ON d.id = f.id
        WHERE {found.sql} ORDER BY f.id"""  # noqa: S608 - built from fixed parts
    rows = connection.execute(select, found.values)
    return array(
        "q", [number for number, mention, body in rows if matches(query, _read(body, judgements.get(mention, ())))]
    )


def _read(body: bytes, said: Sequence[Judgement]) -> Enriched:
    enriched = _enriched(body)
    return _judged.judged(enriched, said) if said else enriched


def _judgements(connection: apsw.Connection) -> dict[str, Sequence[Judgement]]:
    mentions = [row[0] for row in connection.execute("SELECT DISTINCT mention FROM judgements")]
    return dict(judgements_of(connection, mentions))
