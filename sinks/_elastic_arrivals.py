"""What each monitor heard in each bucket of arrivals: one aggregation a day, paged."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from core.document import Arrivals, Filter
from core.findings import NEGATIVE
from core.time import BUCKET, MILLISECOND
from sinks._elastic_ask import Asking
from sinks._elastic_conditions import Query
from sinks._elastic_counts import LISTED
from sinks._elastic_facts import HISTORY, slower

_DAY = timedelta(days=1)
_WIDTH = BUCKET // MILLISECOND


def days(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretch in pieces of at most a day."""
    while since < until:
        end = min(since + _DAY, until)
        yield since, end
        since = end


def within(where: Filter, since: datetime, until: datetime, *, history: bool) -> Filter:
    """The filter held to what arrived in [since, until), or to what was published then."""
    if history:
        return replace(where, since=since, until=until, arrived=None, prompt=None)
    arrived = since - MILLISECOND, until - MILLISECOND
    return replace(where, since=None, until=None, arrived=arrived)


async def counted(mentions: Asking, query: Query, history: bool) -> list[Arrivals]:
    """All monitors' counts of the query, by arrival; of history by publication."""
    past: Query = {"term": {"facts": HISTORY}}
    only: Query = {"bool": {"filter": [query, past]} if history else {"filter": [query], "must_not": [past]}}
    sources = [
        {"monitor": {"terms": {"field": "monitors"}}},
        {"bucket": {"date_histogram": {"field": "created" if history else "arrived", "fixed_interval": f"{_WIDTH}ms"}}},
    ]
    pages: dict[str, Any] = {"size": LISTED, "sources": sources}  # Any: the engine's language
    inside = {
        "negative": {"filter": {"term": {"sentiment": NEGATIVE}}},
        "reach": {"sum": {"field": "followers"}},
        "behind": {"filter": {"range": {"facts": slower(BUCKET)}}},
    }
    found: list[Arrivals] = []
    while True:
        answer = await mentions.once(
            {"size": 0, "query": only, "aggs": {"arrivals": {"composite": pages, "aggs": inside}}}
        )
        page = answer.aggregations.get("arrivals", {"buckets": []})
        found += [_arrivals(one, history=history) for one in page["buckets"]]
        if "after_key" not in page:
            return found
        pages["after"] = page["after_key"]


def _arrivals(bucket: dict[str, Any], *, history: bool) -> Arrivals:
    return Arrivals(
        monitor=bucket["key"]["monitor"],
        bucket=bucket["key"]["bucket"] // _WIDTH,
        seen=bucket["doc_count"],
        negative=bucket["negative"]["doc_count"],
        reach=round(bucket["reach"]["value"]),
        behind=0 if history else bucket["behind"]["doc_count"],
    )
