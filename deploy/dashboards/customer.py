"""The Customer: what is known of one, and what its accounts say. No emotion and no reach: those are not shown a person."""

from grafana_foundation_sdk.models import elasticsearch as elastic

from core.document import Group
from deploy.dashboards import page, queries
from deploy.dashboards.board import Board
from deploy.dashboards.fields import CREATED, field, of_customer
from deploy.dashboards.overview import latest, net
from deploy.dashboards.panels import Panel, Shape
from deploy.dashboards.variables import accounts_of, customers

_ASKED = queries.narrowed(account=Group.AUTHOR)

KNOWN = {
    of_customer(name): title
    for name, title in (
        ("name", "name"),
        ("accounts", "accounts"),
        ("segment", "segment"),
        ("owner", "owner"),
        ("first", "first heard"),
        ("last", "last heard"),
        ("mentions", "mentions"),
        ("net", "net sentiment"),
        ("topics", "topics"),
        ("counted", "counted"),
        ("id", "id"),
    )
}
"""Columns of a customer's document; net sentiment is of its last twelve weeks."""


def _edge(title: str, question: str, metric: elastic.MetricAggregation, sums: str) -> Panel:
    return Panel(
        title=title,
        question=question,
        shape=Shape.FIGURE,
        targets=[queries.over_time(_ASKED, metric=metric)],
        width=6,
        height=5,
        sums=sums,
        unit="dateTimeAsLocal",
    )


def _ranked(title: str, question: str, group: Group) -> Panel:
    return Panel(
        title=title,
        question=question,
        shape=Shape.ROWS,
        targets=[queries.most_frequent(_ASKED, group)],
        width=8,
        columns={field(group): title.lower(), "Count": "mentions"},
    )


BOARD = Board(
    uid="klankbord-customer",
    title="klankbord: customer",
    description="What is known of the chosen customers, and what their accounts said in public, over the range. Copies of a text count each.",
    since="now-90d",
    variables=[customers("customer", "Customer"), accounts_of("customer", "account", "Accounts")],
    panels=[
        Panel(
            title="Known",
            question="Who is it, who looks after them, and what is there of them in all? Not narrowed by the range or the accounts.",
            shape=Shape.ROWS,
            targets=[queries.documents(f"{of_customer('id')}:$customer")],
            width=24,
            height=5,
            columns=KNOWN,
            units=dict.fromkeys(("first heard", "last heard", "counted"), "dateTimeAsLocal"),
        ),
        Panel(
            title="Mentions",
            question="How much do they say?",
            shape=Shape.FIGURE,
            targets=[queries.over_time(_ASKED)],
            width=6,
            height=5,
            link=page.search(author="${account:percentencode}"),
        ),
        Panel(
            title="Net sentiment",
            question="Are they rather positive or negative, from -1 to 1?",
            shape=Shape.FIGURE,
            targets=net(_ASKED, over_time=False),
            width=6,
            height=5,
            sums="lastNotNull",
            unit="none",
        ),
        _edge("First heard", "Since when?", elastic.Min(id_val="1", field=CREATED), "min"),
        _edge("Last heard", "Until when?", elastic.Max(id_val="1", field=CREATED), "max"),
        Panel(
            title="Volume by channel",
            question="When do they say how much, and where?",
            shape=Shape.LINES,
            targets=[queries.over_time(_ASKED, by=Group.SOURCE)],
            stacked=True,
        ),
        Panel(
            title="Sentiment over time",
            question="How do they feel, and when did it turn?",
            shape=Shape.LINES,
            targets=[queries.over_time(_ASKED, by=Group.SENTIMENT)],
            stacked=True,
        ),
        _ranked("Topics", "What do they speak about?", Group.TOPIC),
        _ranked("Channels", "Where do they speak?", Group.SOURCE),
        _ranked("Kinds", "Do they post, reply, review?", Group.KIND),
        latest(_ASKED),
    ],
)
