"""What each monitor heard in each bucket of arrivals: one pass over the index of when documents came."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import apsw
from msgspec.structs import replace

from core.document import Arrivals, Filter, Group
from core.findings import NEGATIVE
from core.time import BUCKET, MILLISECOND, from_milliseconds
from sinks._sqlite_names import bundles, numbers
from sinks._sqlite_query import Condition
from sinks._sqlite_schema import HISTORY

_WIDTH = BUCKET // MILLISECOND


def whole(where: Filter, since: int, until: int, *, history: bool) -> Filter:
    """The filter without what is asked of arrivals, held to the publication times (ms) that these can have."""
    plain = replace(where, arrived=None, prompt=None)
    if history:
        return replace(plain, since=from_milliseconds(since), until=from_milliseconds(until))
    return plain if where.prompt is None else replace(plain, since=from_milliseconds(since) - where.prompt, until=None)


def within(scope: Condition, prompt: timedelta | None, since: int, until: int, *, history: bool) -> Condition:
    """A select of when (ms), monitors, sentiment, followers and how late (ms), of what counts in [since, until)."""
    columns = "f.monitors AS monitors, f.sentiment AS sentiment, f.followers AS followers"
    if history:
        select = f"""SELECT f.created AS at, {columns}, 0 AS late FROM facts f
            WHERE f.created >= {since} AND f.created < {until} AND f.state & {HISTORY} <> 0 AND {scope.sql}"""  # noqa: S608 - built from fixed parts
        return Condition(select, scope.values)
    soon = "" if prompt is None else f"AND d.arrived - f.created <= {prompt // MILLISECOND}"
    select = f"""SELECT d.arrived AS at, {columns}, d.arrived - f.created AS late
        FROM documents d CROSS JOIN facts f ON f.id = d.id
        WHERE d.arrived >= {since} AND d.arrived < {until} {soon} AND f.state & {HISTORY} = 0 AND {scope.sql}"""  # noqa: S608 - built from fixed parts
    return Condition(select, scope.values)


def counted(connection: apsw.Connection, found: Condition, monitors: Sequence[str]) -> list[Arrivals]:
    """Of each of these monitors, of all where none is named."""
    negative = ",".join(map(str, numbers(connection, Group.SENTIMENT, NEGATIVE.__eq__)))
    select = f"""SELECT at / {_WIDTH}, monitors, count(*), total(coalesce(sentiment IN ({negative}), 0)),
        total(followers), total(late > {_WIDTH}) FROM ({found.sql}) WHERE monitors IS NOT NULL GROUP BY 1, 2"""  # noqa: S608 - built from fixed parts
    members = bundles(connection, Group.MONITOR)
    sums: dict[tuple[str, int], list[int]] = {}
    for bucket, bundle, *figures in connection.execute(select, found.values):
        for monitor in _asked(members.get(bundle, ()), monitors):
            one = sums.setdefault((monitor, bucket), [0, 0, 0, 0])
            sums[monitor, bucket] = [known + int(more) for known, more in zip(one, figures, strict=True)]
    return [
        Arrivals(monitor=monitor, bucket=bucket, seen=seen, negative=negative, reach=reach, behind=behind)
        for (monitor, bucket), (seen, negative, reach, behind) in sums.items()
    ]


def _asked(members: Sequence[str], monitors: Sequence[str]) -> Iterator[str]:
    return (one for one in members if not monitors or one in monitors)
