"""Alert rules, one series a monitor: much more is said of it than usually, or it is spoken of much worse.

They count by event time, as every chart does: what arrives late or is fetched from the past falls where it was said and
is never taken for a rush. A monitor is asked about also where nothing was found of it, so that no series is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.models import elasticsearch as elastic

from core.document import Group
from deploy.dashboards import queries
from deploy.dashboards.fields import field
from deploy.dashboards.written import plain

HOUR, DAY, WEEK = 3600, 86_400, 604_800

RUSH, LEAST_RUSH = 3, 20
"""Times as many in the last hour as in a usual one of the week before, and as few as that are no rush."""

FALL, LEAST_TOLD = 0.2, 20
"""Net sentiment (-1 to 1) of a day below that of the week before it, and of fewer mentions nothing is said."""

_INTERVAL = HOUR * 1000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `asked` are queries with the stretch they look at: seconds before now, from and to; `means` puts them together.

    title, summary  for people; the summary names the monitor
    panel           number of the Overview's panel that shows it
    """

    uid: str
    title: str
    summary: str
    asked: Sequence[tuple[elastic.Dataquery, int, int]]
    means: str
    panel: str
    lasts: str = "0s"


def _counted(ref: str, query: str = queries.EVERYTHING) -> elastic.Dataquery:
    return queries.over_time(query, ref=ref, by=Group.MONITOR, size=queries.MOST, empty=True)


def _told(ref: str, side: str) -> elastic.Dataquery:
    return _counted(ref, f"{field(Group.SENTIMENT)}:{side}")


RULES = (
    Rule(
        uid="klankbord-rush",
        title="Volume well above usual",
        summary="{{ .Labels.monitors }}: more than three times as much in the last hour as in a usual one",
        asked=[(_counted("A"), HOUR, 0), (_counted("B"), HOUR + WEEK, HOUR)],
        means=f"$SA >= {LEAST_RUSH} && $SA > {RUSH} * $SB / {WEEK // HOUR}",
        panel="Volume",
    ),
    Rule(
        uid="klankbord-fall",
        title="Net sentiment falls",
        summary="{{ .Labels.monitors }}: net sentiment of the last day is well below that of the week before",
        asked=[
            (_told("A", "positive"), DAY, 0),
            (_told("B", "negative"), DAY, 0),
            (_told("C", "positive"), DAY + WEEK, DAY),
            (_told("D", "negative"), DAY + WEEK, DAY),
        ],
        # (A - B) / (A + B) < (C - D) / (C + D) - FALL, multiplied out so that nothing is divided by zero
        means=(
            f"$SA + $SB >= {LEAST_TOLD} && "
            f"($SA - $SB) * ($SC + $SD) < ($SC - $SD) * ($SA + $SB) - {FALL} * ($SA + $SB) * ($SC + $SD)"
        ),
        panel="Net sentiment over time",
        lasts="10m",
    ),
)


def provisioned(rules: Sequence[Rule], *, board: str, panels: Mapping[str, int]) -> dict[str, object]:
    """Grafana's file of alert rules; `panels` are the numbers of the Overview's panels by title."""
    made = [_rule(rule, board, panels[rule.panel]) for rule in rules]
    group = {"orgId": 1, "name": "klankbord", "folder": "klankbord", "interval": "5m", "rules": made}
    return {"apiVersion": 1, "groups": [group]}


def _rule(rule: Rule, board: str, panel: int) -> dict[str, object]:
    sums = [queries.total(query.ref_id or "", ref=f"S{query.ref_id}") for query, _, _ in rule.asked]
    looked = [_query(query, query.ref_id or "", since, until, "klankbord") for query, since, until in rule.asked]
    added = [_query(one, one.ref_id or "", 0, 0, "__expr__") for one in sums]
    meant = _query(queries.calculated(rule.means, ref="MEANS"), "MEANS", 0, 0, "__expr__")
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "MEANS",
        "data": [*looked, *added, meant],
        "dashboardUid": board,
        "panelId": panel,
        "noDataState": "OK",
        "execErrState": "Error",
        "for": rule.lasts,
        "annotations": {"summary": rule.summary},
        "labels": {"product": "klankbord"},
        "isPaused": False,
    }


def _query(model: object, ref: str, since: int, until: int, source: str) -> dict[str, object]:
    return {
        "refId": ref,
        "relativeTimeRange": {"from": since, "to": until},
        "datasourceUid": source,
        "model": {**plain(model), "intervalMs": _INTERVAL, "maxDataPoints": 1000},
    }
