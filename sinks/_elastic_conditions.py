"""Conditions of the engine's query language, and how several become one: pure.

A condition is exact, or finds more than asked: then what it finds is read and matched once more, so that a count never
depends on how a query was translated.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Query = dict[str, Any]  # Any: the engine's query language

MOST_LEAVES = 900
"""Conditions that one query may hold: OpenSearch refuses more than 1024 clauses, Elasticsearch no less."""

MOST_TERMS = 50_000
"""Values in one list: the engines refuse more than 65,536."""


class Condition(NamedTuple):
    """A query, whether it is exact (else it finds more), and how many clauses it holds."""

    query: Query
    exact: bool = True
    leaves: int = 1


_EVERY: Query = {"match_all": {}}
_NO: Query = {"match_none": {}}

ALL, NOTHING = Condition(_EVERY), Condition(_NO)
SOME = Condition(_EVERY, exact=False)
"""Found by reading every text."""


def term(field: str, value: object) -> Condition:
    return Condition({"term": {field: value}})


def among(field: str, values: Iterable[object]) -> Condition:
    """One of these values."""
    listed = list(values)
    if len(listed) <= MOST_TERMS:
        return Condition({"terms": {field: listed}}) if listed else NOTHING
    parts = [listed[start : start + MOST_TERMS] for start in range(0, len(listed), MOST_TERMS)]
    return either([Condition({"terms": {field: part}}) for part in parts])


def either(parts: Sequence[Condition]) -> Condition:
    """Any of these few, as they are."""
    return Condition({"bool": {"should": [part.query for part in parts]}}, leaves=sum(part.leaves for part in parts))


def opposite(condition: Condition) -> Condition:
    """All but these; of what finds more, anything may be left."""
    if not condition.exact:
        return SOME
    if condition.query == _EVERY:
        return NOTHING
    if condition.query == _NO:
        return ALL
    return condition._replace(query={"bool": {"must_not": [condition.query]}})


def all_of(parts: Sequence[Condition]) -> Condition:
    """Each of these. Where they are too many, those beyond are left to reading."""
    exact, leaves = all(part.exact for part in parts), 0
    wanted: list[Query] = []
    unwanted: list[Query] = []
    for part in _refused_together(parts):
        if part.query == _NO:
            return NOTHING
        if leaves + part.leaves > MOST_LEAVES:
            exact = False
            continue
        if part.query != _EVERY:
            leaves += part.leaves
            (unwanted if _is_opposite(part.query) else wanted).append(part.query)
    if not wanted and not unwanted:
        return ALL._replace(exact=exact)
    if len(wanted) == 1 and not unwanted:
        return Condition(wanted[0], exact, leaves)
    parted = {"filter": wanted, "must_not": [query["bool"]["must_not"][0] for query in unwanted]}
    return Condition({"bool": {clause: found for clause, found in parted.items() if found}}, exact, leaves)


def any_of(parts: Sequence[Condition]) -> Condition:
    """Any of these. Where they are too many, all of it is left to reading."""
    exact = all(part.exact for part in parts)
    if any(part.query == _EVERY for part in parts):
        return ALL._replace(exact=exact)
    found = [part for part in _together(parts) if part.query != _NO]
    leaves = sum(part.leaves for part in found)
    if leaves > MOST_LEAVES:
        return SOME
    if len(found) <= 1:
        return found[0]._replace(exact=exact) if found else NOTHING._replace(exact=exact)
    return Condition({"bool": {"should": [part.query for part in found]}}, exact, leaves)


def _refused_together(parts: Sequence[Condition]) -> list[Condition]:
    """The same, with all values that one field must not have in one list."""
    refused = [part for part in parts if _is_opposite(part.query) and part.exact]
    if len(refused) < 2:
        return list(parts)
    others = [part for part in parts if not (_is_opposite(part.query) and part.exact)]
    inner = [part._replace(query=part.query["bool"]["must_not"][0]) for part in refused]
    return [*others, *(opposite(part) for part in _together(inner))]


def _is_opposite(query: Query) -> bool:
    return query.keys() == {"bool"} and query["bool"].keys() == {"must_not"} and len(query["bool"]["must_not"]) == 1


def _together(parts: Sequence[Condition]) -> list[Condition]:
    """The same, with all values that one field may have in one list."""
    values: dict[str, list[object]] = {}
    others: list[Condition] = []
    for part in parts:
        (kind, asked), *more = part.query.items()
        if part.exact and kind in ("term", "terms") and not more:
            for field, value in asked.items():
                values.setdefault(field, []).extend(value if kind == "terms" else [value])
        else:
            others.append(part)
    listed = ((field, list(dict.fromkeys(found))) for field, found in values.items())
    return [term(field, found[0]) if len(found) == 1 else among(field, found) for field, found in listed] + others
