"""What each panel answers on the corpus (corpus.py), counted by hand; docs/dashboards.md tells it to people."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.dashboards.corpus import NOORDERLIJN, PRICES
from tests.dashboards.grafana import Frame, Number, Series, Table, columns_of, figure

ACCOUNTS = ["bluesky:bo", "mastodon:chris"]
"""Whom the Customer is asked about: two accounts of one customer."""

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "overview": {
        "Mentions": "10",
        "Voices": "4",
        "Net sentiment": "0.143",
        "Sentiment": "negative 3, neutral 1, positive 4, uncertain 1, unjudged 1",
        "Share of voice": f"{NOORDERLIJN} 9, {PRICES} 4",
        "Volume": "10",
        "Sentiment over time": "negative 3, neutral 1, positive 4, uncertain 1, unjudged 1",
        "Net sentiment over time": "1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0",
        "What moved": "vertraging 4, prijzen 3, storing -3",
        "Topics": "vertraging 6, prijzen 3",
        "Languages": "nl 6, en 3, de 1",
        "Sources": "bluesky 6, mastodon 3, rss 1",
        "Authors by reach": "bluesky:bo 4 (9000), bluesky:anna 2 (120), mastodon:chris 3, rss:krant 1",
        "Intent": "complaint 2, incident 0, other 0, praise 0, purchase 0, question 1, suggestion 0, uncertain 1, unjudged 6",
        "Aspects": "trein:negative 2, app:positive 1, trein:uncertain 1",
        "NPS": "25.0, -100.0",
        "Latest mentions": "10 rows, first bluesky:1",
    },
    "customer": {
        "Known": "Bo & Chris of goud, looked after by Els: 2 accounts, 7 mentions, 0.2 net; first 108.5 h, last 36.5 h before the hour",
        "Mentions": "7",
        "Net sentiment": "0.2",
        "First heard": "108.5 h before the hour",
        "Last heard": "36.5 h before the hour",
        "Volume by channel": "bluesky 4, mastodon 3",
        "Sentiment over time": "negative 2, neutral 1, positive 3, uncertain 0, unjudged 1",
        "Topics": "vertraging 4, prijzen 3",
        "Channels": "bluesky 4, mastodon 3",
        "Kinds": "post 6, reply 1",
        "Latest mentions": "7 rows, first bluesky:3",
    },
    "response": {
        "Cases": "13",
        "First response, median": "3600",
        "First response, 90 %": "7200",
        "First response by the clock, median": "7200",
        "In time": "0.667",
        "Promise kept": "no 4, unknown 1, yes 8",
        "Handling time, median": "10800",
        "Handling time, 90 %": "18000",
        "First response over time, median": "7200.0, 7200.0, 5400.0, 4800.0, 4200.0, 3600.0, 3000.0, 2400.0, 1800.0, 1200.0, 600.0",
        "Cases by channel over time": "bluesky 7, mastodon 6",
        "Backlog by channel": "bluesky 4, mastodon 4, rss 1",
        "Backlog by reason": "correct 5, restore 4",
        "Backlog by team": "webcare 8",
        "Closed by reason": "answered 3, spam 2",
    },
    "crisis": {
        "Mentions": "10",
        "Voices": "4",
        "Negative share": "0.3",
        "Cases by state": "open 8, closed 5",
        "Attached cases by state": "open 3, closed 2",
        "Against the week before": "15",
        "Volume": "10",
        "Sentiment over time": "negative 3, neutral 1, positive 4, uncertain 1, unjudged 1",
        "Topics": "vertraging 6, prijzen 3",
        "Sources": "bluesky 6, mastodon 3, rss 1",
        "Authors by reach": "bluesky:bo 4 (9000), bluesky:anna 2 (120), mastodon:chris 3, rss:krant 1",
        "Latest mentions": "10 rows, first bluesky:1",
    },
}

MEASURED = """\
Every fifteen seconds for ten minutes: counters grow by 15, so by one a second and 600 in all; of each duration all fall
between half a second and one, so that half are within 0.75 s and 95 % within 0.975 s.
"""

PIPELINE: Mapping[str, Sequence[tuple[str, float]]] = {
    "Waiting": [('{stage="crm"}', 1)],
    "Stopped sinks": [('{sink="crm"}', 1)],
    "Ended sources": [('{source="rss"}', 1)],
    "Engines": [('{engine="kafka"}', 1)],
    "Lag": [('{topic="enriched", group="archive"}', 7)],
    "Oldest that waits": [('{topic="enriched", group="archive"}', 12)],
    "Progress": [('{topic="enriched", group="archive"}', 60)],
    "From first sight to delivery": [('{sink="crm"}', 0.75), ('{sink="crm"}', 0.975)],
    "Time a batch": [('{source="rss"}', 0.975), ("{}", 0.975), ('{sink="crm"}', 0.975), ('{enricher="topics"}', 0.975)],
    "Throughput": [('{source="rss"}', 1), ('{source="rss"}', 1), ("{}", 1), ('{sink="crm"}', 1)],
    "Silence": [('{source="rss"}', 30)],
    "Retries": [('{stage="crm", source="rss"}', 1)],
    "Page": [('{route="/search"}', 0.975)],
    "Dead letters": [('{stage="crm", error="reject"}', 600)],
    "Dropped": [('{stage="crm", reason="muted"}', 600)],
    "Coverage gaps": [('{source="rss"}', 600)],
    "Cost a source": [('{source="rss"}', 600)],
}
"""Of each of a panel's expressions the labels and the value at the end of that."""


def said(panel: Mapping[str, Any], frames: Sequence[Frame], hour: float) -> str:
    """What a panel shows, in words; `hour` (seconds) is what times are told against."""
    first = frames[0]
    if isinstance(first, Table) and "segment" in first.columns:
        return "; ".join(_known(row, hour) for row in first.rows(*_KNOWN))
    if isinstance(first, Table):
        return _rows(columns_of(panel, first) if panel.get("transformations") else first)
    if isinstance(first, Number):
        return ", ".join(_named(one.labels, f"{round(one.value, 3):g}") for one in frames)  # type: ignore[union-attr]
    sums = panel["options"].get("reduceOptions", {}).get("calcs", ["sum"])[0]
    if panel["title"].startswith(("Net sentiment", "NPS", "First response over time")):
        return ", ".join(str(value) for _, value in first.points if value is not None)
    if panel["fieldConfig"]["defaults"]["unit"].startswith("dateTime"):
        return f"{(hour - figure(first, sums) / 1000) / 3600:g} h before the hour"
    return ", ".join(_named(one.labels, f"{figure(one, sums):g}") for one in frames if isinstance(one, Series))


_KNOWN = ("name", "segment", "owner", "accounts", "mentions", "net", "first", "last")


def _known(row: Sequence[Any], hour: float) -> str:
    name, segment, owner, accounts, mentions, net, *times = row
    first, last = (f"{(hour - at / 1000) / 3600:g} h" for at in times)
    who = f"{name} of {', '.join(segment)}, looked after by {', '.join(owner)}: {len(accounts)} accounts"
    return f"{who}, {mentions} mentions, {round(net, 3):g} net; first {first}, last {last} before the hour"


def _named(labels: Mapping[str, str], value: str) -> str:
    return " ".join([*labels.values(), value])


def _rows(table: Table) -> str:
    columns = list(table.columns.values())
    if "id" in table.columns:
        return f"{len(columns[0])} rows, first {table.columns['id'][0]}"
    told = [
        f"{name} {count}" + "".join(f" ({one:g})" for one in rest if one is not None)
        for name, count, *rest in zip(*columns, strict=True)
    ]
    return ", ".join(told)
