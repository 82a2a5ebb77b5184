"""Query nodes and filters as conditions of Elasticsearch's and OpenSearch's query language: pure."""

from collections.abc import Sequence

from core.document import Filter, Group
from core.query import And, AnyNode, Comparison, Everything, Field, FieldName, Handle, Near, Not, Or, Phrase, Tag, Word
from core.time import milliseconds
from sinks._elastic_conditions import ALL, NOTHING, SOME, Condition, Query, all_of, among, any_of, opposite, term
from sinks._elastic_facts import asked, slower
from sinks._elastic_schema import DRILL, GONE, HIDDEN, IRRELEVANT
from sinks._elastic_words import said
from sinks._stored import bounded

DEEPEST = 10
"""Levels of AND and OR that the engine is asked: it refuses more than about 20. Deeper ones are read."""

_NUMBERS = {FieldName.FOLLOWERS: "followers", FieldName.ENGAGEMENT: "engagement"}
_RANGES = {Comparison.MORE: "gt", Comparison.LESS: "lt", Comparison.AT_LEAST: "gte", Comparison.AT_MOST: "lte"}


def condition(node: AnyNode, *, negated: bool = False, loosely: bool = False, depth: int = 0) -> Condition:
    """The node (or its opposite). `loosely` leaves to reading what the engine may refuse as too much."""
    match node:
        case Everything():
            return NOTHING if negated else ALL
        case Not(part=part):
            return condition(part, negated=not negated, loosely=loosely, depth=depth)
        case And(parts=parts) | Or(parts=parts):
            if depth >= DEEPEST:
                return SOME
            found = [condition(part, negated=negated, loosely=loosely, depth=depth + 1) for part in parts]
            return all_of(found) if isinstance(node, And) is not negated else any_of(found)
        case _:
            found_one = _leaf(node, loosely=loosely)
            return opposite(found_one) if negated else found_one


def scope(where: Filter, query: Condition, *, authors: Sequence[str] = ()) -> Condition:
    """The filter as one condition; `query` is what it and the muted words ask, `authors` are those muted."""
    states = [
        GONE,
        *([] if where.hidden else [HIDDEN]),
        *([] if where.irrelevant else [IRRELEVANT]),
        *([] if where.drills else [DRILL]),
    ]
    parts = [opposite(among("state", states)), *_within(where), query]
    for field, wanted in (("source", where.sources), ("language", where.languages), ("monitors", where.monitors)):
        if wanted:
            parts.append(among(field, wanted))
    if not where.spam:
        parts.append(opposite(Condition({"exists": {"field": Group.SPAM.value}})))
    if authors:
        parts.append(opposite(among("author", authors)))
    return all_of(parts)


def liked(node: AnyNode) -> list[Query]:
    """What a text is liked for: the words and phrases by whose frequency relevance is counted."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return [one for part in parts for one in liked(part)]
        case Near(left=left, right=right):
            return liked(left) + liked(right)
        case Word() | Phrase():
            found = said(node, loosely=True)
            return [found.query] if found.query != ALL.query else []
        case Handle() | Tag():
            return [_leaf(node, loosely=True).query]
        case _:
            return []


def _leaf(node: AnyNode, *, loosely: bool) -> Condition:
    match node:
        case Word() | Phrase() | Near():
            return said(node, loosely=loosely)
        case Field(name=name) if name in _NUMBERS:
            return _number(_NUMBERS[name], node)
        case Tag(name=name) if name.endswith("*"):
            return Condition({"prefix": {"facts": asked(node)}})
        case Field() | Handle() | Tag():
            return term("facts", asked(node))
        case _:
            raise TypeError(f"{type(node).__name__} is no leaf of a query")


def _number(column: str, field: Field) -> Condition:
    try:
        value = bounded(int(field.value))
    except ValueError:
        return NOTHING
    if field.comparison is Comparison.IS:
        return term(column, value)
    return Condition({"range": {column: {_RANGES[field.comparison]: value}}})


def _within(where: Filter) -> list[Condition]:
    times = {"gte": where.since, "lt": where.until}
    edges = {sign: milliseconds(time) for sign, time in times.items() if time is not None}
    found = [Condition({"range": {"created": edges}})] if edges else []
    if where.arrived is not None:
        since, until = where.arrived
        found.append(Condition({"range": {"arrived": {"gt": milliseconds(since), "lte": milliseconds(until)}}}))
    if where.prompt is not None:
        found.append(opposite(Condition({"range": {"facts": slower(where.prompt)}})))
    return found
