"""The Response: how soon authors are answered, whether promises are kept, and what waits. Of teams and channels, never of a person."""

from grafana_foundation_sdk.cog.variants import Dataquery

from deploy.dashboards import case_queries, queries
from deploy.dashboards.board import Board
from deploy.dashboards.fields import of_case
from deploy.dashboards.panels import Panel, Shape
from deploy.dashboards.variables import of_cases

_ASKED = case_queries.narrowed(unit="unit", source="source", severity="severity")


def _within(title: str, question: str, field: str, percent: int) -> Panel:
    return Panel(
        title=title,
        question=question,
        shape=Shape.FIGURE,
        targets=[case_queries.percentile(_ASKED, field, percent)],
        width=6,
        height=5,
        unit="s",
    )


def _ranked(title: str, question: str, field: str, target: Dataquery) -> Panel:
    return Panel(
        title=title,
        question=question,
        shape=Shape.ROWS,
        targets=[target],
        width=6,
        columns={of_case(field): title.lower(), "Count": "cases"},
    )


def _share() -> list[Dataquery]:
    """Yes / (yes + no) of all cases together."""
    promise = of_case("in_sla")
    sides = [
        case_queries.over_time(f"({_ASKED}) AND {promise}:{side}", ref=ref, hide=True)
        for ref, side in (("A", "yes"), ("B", "no"))
    ]
    return queries.of_sums(sides, "$C / ($C + $D)")


BOARD = Board(
    uid="klankbord-response",
    title="klankbord: response",
    description="Cases opened in the range: how soon they were answered, and whether what was promised was kept. And what waits now.",
    since="now-28d",
    variables=[
        of_cases("unit", "Team", "unit"),
        of_cases("source", "Channel", "source"),
        of_cases("severity", "Severity", "severity"),
    ],
    panels=[
        Panel(
            title="Cases",
            question="How many were opened?",
            shape=Shape.FIGURE,
            targets=[case_queries.over_time(_ASKED)],
            width=6,
            height=5,
        ),
        _within(
            "First response, median",
            "Within how much of the team's hours had half of those answered their answer?",
            "answer_open",
            50,
        ),
        _within("First response, 90 %", "And nine in ten?", "answer_open", 90),
        _within(
            "First response by the clock, median",
            "How long did half of the authors wait at most, nights and weekends too?",
            "answer_clock",
            50,
        ),
        Panel(
            title="In time",
            question="Which share of those whose promise is over was answered in time? What may still be answered in time, and what was promised nothing, is not in it.",
            shape=Shape.FIGURE,
            targets=_share(),
            width=6,
            height=5,
            sums="lastNotNull",
            unit="percentunit",
        ),
        Panel(
            title="Promise kept",
            question="How many were answered in time, how many not, and of how many is it not known?",
            shape=Shape.SHARES,
            targets=[case_queries.kept_or_not(_ASKED)],
            width=6,
            height=5,
        ),
        _within(
            "Handling time, median",
            "By the clock, how long did half of those that are closed take at most?",
            "handling",
            50,
        ),
        _within("Handling time, 90 %", "And nine in ten?", "handling", 90),
        Panel(
            title="First response over time, median",
            question="When are answers slow, in the team's hours, by when a case was opened?",
            shape=Shape.LINES,
            targets=[case_queries.percentile(_ASKED, "answer_open", 50, over_time=True)],
            unit="s",
        ),
        Panel(
            title="Cases by channel over time",
            question="When do how many come in, and where?",
            shape=Shape.LINES,
            targets=[case_queries.over_time(_ASKED, by="source")],
            stacked=True,
        ),
        _ranked(
            "Backlog by channel",
            "Where do cases wait, whenever they were opened?",
            "source",
            case_queries.backlog(_ASKED, "source"),
        ),
        _ranked(
            "Backlog by reason", "Why were those that wait opened?", "outcome", case_queries.backlog(_ASKED, "outcome")
        ),
        _ranked("Backlog by team", "Who has them?", "unit", case_queries.backlog(_ASKED, "unit")),
        _ranked(
            "Closed by reason",
            "Why were those closed that were opened in the range?",
            "reason",
            case_queries.most_frequent(_ASKED, "reason"),
        ),
    ],
    notes=False,
)
