"""Query nodes and filters as SQL conditions on the facts table `f`.

A condition is exact, or finds more than asked: then every document it finds is read and matched once more, so that a
count never depends on how a question was translated. Fields of few values are looked up among the stored names.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import apsw

from core.findings import BY_FIELD
from core.query import And, AnyNode, Comparison, Everything, Field, FieldName, Not, Or
from sinks import _sqlite_words
from sinks._sqlite_authors import short
from sinks._sqlite_names import numbers
from sinks._stored import MOST

Value = Any  # Any: whatever apsw binds; its array binding has no name at run time


class Condition(NamedTuple):
    """SQL, its values in order, and whether it is exact (else it finds more)."""

    sql: str
    values: tuple[Value, ...] = ()
    exact: bool = True


ALL, NOTHING = Condition("1"), Condition("0")
SOME = Condition("1", (), exact=False)

_COLUMNS = {
    FieldName.SOURCE: "source",
    FieldName.KIND: "kind",
    FieldName.LANGUAGE: "language",
    FieldName.SITE: "site",
}
_NUMBERS = {FieldName.FOLLOWERS: "followers", FieldName.ENGAGEMENT: "engagement"}
_OPERATORS = {Comparison.IS: "="} | {one: one.value for one in Comparison if one is not Comparison.IS}


def condition(connection: apsw.Connection, node: AnyNode, *, negated: bool = False) -> Condition:
    """The node (or its opposite) as a condition on `f`."""
    match node:
        case Everything():
            return NOTHING if negated else ALL
        case Not(part=part):
            return condition(connection, part, negated=not negated)
        case And() | Or():
            return _several(connection, node, negated=negated)
        case Field():
            return _opposite(_field(connection, node), negated=negated)
        case _:
            return _opposite(_words(node), negated=negated)


def joined(operator: str, parts: Sequence[Condition]) -> Condition:
    """Conditions joined with AND or OR, as a balanced tree: SQL allows only so many levels."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    left, right = joined(operator, parts[:middle]), joined(operator, parts[middle:])
    return Condition(f"({left.sql} {operator} {right.sql})", left.values + right.values, left.exact and right.exact)


def among(column: str, found: Sequence[int]) -> Condition:
    """The column is one of these whole numbers."""
    return Condition(f"coalesce({column} IN ({','.join(map(str, found))}), 0)") if found else NOTHING


def _several(connection: apsw.Connection, node: And | Or, *, negated: bool) -> Condition:
    words = _sqlite_words.exact(node)
    if words is not None:
        return _opposite(_matching(words), negated=negated)
    if not node.parts:
        return NOTHING if isinstance(node, And) is negated else ALL
    textual = [part for part in node.parts if _sqlite_words.exact(part) is not None]
    others = [part for part in node.parts if _sqlite_words.exact(part) is None]
    if len(textual) > 1:
        together = type(node)(parts=tuple(textual))
        parts: list[AnyNode] = [together, *others]
    else:
        parts = list(node.parts)
    operator = "AND" if isinstance(node, And) is not negated else "OR"
    return joined(operator, [condition(connection, part, negated=negated) for part in parts])


def _opposite(found: Condition, *, negated: bool) -> Condition:
    if not negated:
        return found
    return Condition(f"NOT {found.sql}", found.values) if found.exact else SOME


def _words(node: AnyNode) -> Condition:
    words = _sqlite_words.exact(node)
    if words is not None:
        return _matching(words)
    wider = _sqlite_words.wider(node)
    return SOME if wider is None else _matching(wider)._replace(exact=False)


def _matching(words: str) -> Condition:
    return Condition("f.id IN (SELECT rowid FROM words WHERE words MATCH ?)", (words,))


def _field(connection: apsw.Connection, field: Field) -> Condition:
    value = field.value
    if field.name in _NUMBERS:
        return _number(_NUMBERS[field.name], field)
    if field.comparison is not Comparison.IS:
        return SOME
    if field.name in _COLUMNS:
        column = _COLUMNS[field.name]
        found = among(f"f.{column}", numbers(connection, column, _wanted(field.name, value)))
        return found._replace(exact=(column, value) != ("language", "und"))
    if known := BY_FIELD.get(field.name):
        labels = numbers(connection, known.group, lambda label: value in known.asked(label))
        return bundled(known.name, labels) if known.several else among(f"f.{known.name}", labels)
    if field.name is FieldName.AUTHOR:
        return Condition("f.author IN (SELECT author FROM author_names WHERE name = ?)", (short(value),), exact=False)
    return SOME


def bundled(column: str, labels: Sequence[int]) -> Condition:
    """Documents whose bundle in that column holds any of these labels."""
    if not labels:
        return NOTHING
    listed = ",".join(map(str, labels))
    return Condition(f"coalesce(f.{column} IN (SELECT bundle FROM bundled WHERE label IN ({listed})), 0)")  # noqa: S608 - whole numbers


def _wanted(name: FieldName, value: str) -> Callable[[str], bool]:
    match name:
        case FieldName.LANGUAGE:
            return lambda stored: stored.casefold() == value or stored.casefold().startswith(f"{value}-")
        case FieldName.SITE:
            return lambda stored: stored.casefold() == value or stored.casefold().endswith(f".{value}")
        case _:
            return lambda stored: stored.casefold() == value


def _number(column: str, field: Field) -> Condition:
    if not re.fullmatch(r"-?[0-9]{1,18}", field.value):
        return SOME
    value = max(-MOST, min(int(field.value), MOST))
    return Condition(f"coalesce(f.{column} {_OPERATORS[field.comparison]} {value}, 0)")
