"""What the archive on SQLite holds of single accounts: all they wrote in scope, counted anew."""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import gcd
from typing import Any

import apsw

from core.document import Bucket, Profile
from core.time import from_milliseconds
from sinks._sqlite_keys import digests
from sinks._sqlite_query import Condition
from sinks._sqlite_schema import rows

Labels = Mapping[int, Sequence[str]]
Counts = Mapping[int, Mapping[str, int]]


def profiles(
    connection: apsw.Connection,
    found: Condition,
    authors: Sequence[str],
    edges: Sequence[int],
    *,
    topics: Labels,
    channels: Labels,
    sentiments: Labels,
) -> list[Profile]:
    """See core.ports.ArchiveReader.profiles; `edges` in ms. The labels say what a number in their column stands for."""
    wanted = set(authors)
    select = "SELECT id, author, handle, name, followers FROM authors WHERE digest IN (SELECT value FROM carray(?))"
    alike = rows(connection, select, (apsw.carray(digests(wanted)),)) if wanted else []
    known = {row[0]: row[1:] for row in alike if row[1] in wanted}
    if not known:
        return []
    theirs = f"f.author IN (SELECT value FROM carray(?)) AND {found.sql}"  # noqa: S608 - built from fixed parts
    among = Condition(theirs, (_numbers(known), *found.values))
    by_topic, by_channel = _counts(connection, among, "topics", topics), _counts(connection, among, "source", channels)
    trends = _trends(connection, among, edges, sentiments)
    select = f"""SELECT f.author, count(*), min(f.created), max(f.created), sum(f.engagement)
        FROM facts f WHERE {among.sql} GROUP BY 1"""  # noqa: S608 - built from fixed parts
    return sorted(
        (
            Profile(
                id=known[author][0],
                handle=known[author][1],
                name=known[author][2],
                followers=known[author][3],
                mentions=mentions,
                first_at=from_milliseconds(first),
                last_at=from_milliseconds(last),
                engagement=engagement,
                topics=dict(by_topic[author]),
                channels=dict(by_channel[author]),
                trend=trends[author],
            )
            for author, mentions, first, last, engagement in rows(connection, select, among.values)
        ),
        key=lambda one: one.id,
    )


def _numbers(known: Mapping[int, Any]) -> Any:  # Any: apsw's own
    return apsw.carray(array("q", known))


def _counts(connection: apsw.Connection, among: Condition, column: str, labels: Labels) -> Counts:
    select = f"SELECT f.author, f.{column}, count(*) FROM facts f WHERE {among.sql} GROUP BY 1, 2"  # noqa: S608 - built from fixed parts
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for author, number, count in rows(connection, select, among.values):
        counts[author].update(dict.fromkeys(labels.get(number, ()), count))
    return counts


def _trends(
    connection: apsw.Connection, among: Condition, edges: Sequence[int], sentiments: Labels
) -> Mapping[int, tuple[Bucket, ...]]:
    """Counted in steps that divide every stretch, so that one pass does for any edges."""
    starts = [from_milliseconds(edge) for edge in edges[:-1]]
    counts: defaultdict[int, list[Counter[str]]] = defaultdict(lambda: [Counter({"": 0}) for _ in starts])
    if starts:
        step = gcd(*(edge - edges[0] for edge in edges)) or 1
        select = f"""SELECT f.author, (f.created - {edges[0]}) / {step}, f.sentiment, count(*) FROM facts f
            WHERE f.created >= {edges[0]} AND f.created < {edges[-1]} AND {among.sql} GROUP BY 1, 2, 3"""  # noqa: S608 - built from fixed parts
        for author, steps, sentiment, number in rows(connection, select, among.values):
            place = bisect_right(edges, edges[0] + steps * step) - 1
            counts[author][place].update(dict.fromkeys(("", *sentiments.get(sentiment, ())), number))
    trends: defaultdict[int, tuple[Bucket, ...]] = defaultdict(
        lambda: tuple(Bucket(start=start, counts={"": 0}) for start in starts)
    )
    for author, stretches in counts.items():
        trends[author] = tuple(Bucket(start=at, counts=dict(one)) for at, one in zip(starts, stretches, strict=True))
    return trends
