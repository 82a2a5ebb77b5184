"""The Crisis: how much is said against the week before, what and where, who is heard, and what it does to cases. Crises are drawn as notes."""

from grafana_foundation_sdk.cog.variants import Dataquery

from core.document import Group
from deploy.dashboards import case_queries, page, queries
from deploy.dashboards.board import Board
from deploy.dashboards.fields import field, of_case
from deploy.dashboards.overview import ASKED, NARROWED, SHARES, latest, ranked
from deploy.dashboards.panels import Panel, Shape
from deploy.dashboards.variables import of_cases


def _negative() -> list[Dataquery]:
    """Negative / all: of all together."""
    negative = f"({ASKED}) AND {field(Group.SENTIMENT)}:negative"
    sides = [queries.over_time(negative, ref="A", hide=True), queries.over_time(ASKED, ref="B", hide=True)]
    return queries.of_sums(sides, "$C / $D")


def _by_state(title: str, question: str, query: str) -> Panel:
    return Panel(
        title=title,
        question=question,
        shape=Shape.ROWS,
        targets=[case_queries.most_frequent(query, "state")],
        width=6,
        height=5,
        columns={of_case("state"): "state", "Count": "cases"},
    )


_ATTACHED = f"{of_case('crisis')}:* AND {case_queries.narrowed(crisis='crisis')}"
"""Cases of a crisis."""

BOARD = Board(
    uid="klankbord-crisis",
    title="klankbord: crisis",
    description="What the watched monitors hear, by when it was published; choose the monitors that ring. Counts what the page counts, so nothing that is part of an exercise. Crises stand in the charts as notes.",
    since="now-24h",
    variables=[*NARROWED, of_cases("crisis", "Crisis", "crisis")],
    panels=[
        Panel(
            title="Mentions",
            question="How much is said?",
            shape=Shape.FIGURE,
            targets=[queries.over_time(ASKED)],
            width=4,
            height=5,
            link=page.search(),
        ),
        Panel(
            title="Voices",
            question="How much is it when all copies of a text together count once? Above 40,000 to within a percent or two.",
            shape=Shape.FIGURE,
            targets=[queries.voices(ASKED)],
            width=4,
            height=5,
        ),
        Panel(
            title="Negative share",
            question="Which share of it is negative? The uncertain and those nobody looked at are part of the whole.",
            shape=Shape.FIGURE,
            targets=_negative(),
            width=4,
            height=5,
            sums="lastNotNull",
            unit="percentunit",
        ),
        _by_state(
            "Cases by state", "How many cases were opened, and how do they stand? All of them.", queries.EVERYTHING
        ),
        _by_state(
            "Attached cases by state",
            "How do those of them stand that belong to a crisis: to any, or to the one chosen?",
            _ATTACHED,
        ),
        Panel(
            title="Against the week before",
            question="Is it more than at the same hour a week ago? Always the last fourteen days, whatever the range.",
            shape=Shape.LINES,
            targets=[queries.over_time(ASKED)],
            width=24,
            stacked=True,
            last="14d",
        ),
        Panel(
            title="Volume",
            question="When is how much said?",
            shape=Shape.LINES,
            targets=[queries.over_time(ASKED)],
            stacked=True,
            link=page.search(),
        ),
        Panel(
            title="Sentiment over time",
            question="When is what felt?",
            shape=Shape.LINES,
            targets=[SHARES],
            stacked=True,
        ),
        ranked("Topics", "What is it about?", Group.TOPIC, parameter="topic"),
        ranked("Sources", "Where?", Group.SOURCE, parameter="source"),
        Panel(
            title="Authors by reach",
            question="Which accounts with many followers speak, and how often? Followers are the most that were read in the range.",
            shape=Shape.ROWS,
            targets=[queries.most_followed(ASKED)],
            columns={"author": "author", "Count": "mentions", "Max": "followers"},
        ),
        latest(ASKED),
    ],
)
