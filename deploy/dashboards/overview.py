"""The Overview: what is said, how it is meant, by whom, and what moved."""

from grafana_foundation_sdk.cog.variants import Dataquery

from core.document import Group
from deploy.dashboards import page, queries
from deploy.dashboards.board import Board
from deploy.dashboards.fields import CREATED, field
from deploy.dashboards.panels import Panel, Shape
from deploy.dashboards.variables import several
from desk.web.view import ONCE

ASKED = queries.narrowed(monitor=Group.MONITOR, source=Group.SOURCE, language=Group.LANGUAGE, topic=Group.TOPIC)
_NAMED = '${__data.fields["%s"]:percentencode}'
_COUNT = "Count"

LISTED = {
    "created": "when",
    "source": "source",
    "sentiment": "sentiment",
    "topics": "topics",
    "body.mention.author.handle": "author",
    "body.mention.text": "text",
    "id": "id",
}
"""Columns of a list of mentions: those of the document, and those of the Enriched in its body."""


def ranked(title: str, question: str, group: Group, *, parameter: str, size: int = 12, width: int = 6) -> Panel:
    name = field(group)
    link = page.search(**{parameter: _NAMED % name})
    return Panel(
        title=title,
        question=question,
        shape=Shape.ROWS,
        targets=[queries.most_frequent(ASKED, group, size=size)],
        width=width,
        columns={name: title.lower(), _COUNT: "mentions"},
        link=link,
    )


def net(query: str, *, over_time: bool) -> list[Dataquery]:
    """(positive - negative) / (positive + negative): picture.sentiment.Sentiment.net, of each stretch or of all together."""
    sentiment = field(Group.SENTIMENT)
    sides = [
        queries.over_time(f"({query}) AND {sentiment}:{side}", ref=ref, hide=True)
        for ref, side in (("A", "positive"), ("B", "negative"))
    ]
    if over_time:
        return [*sides, queries.calculated("($A - $B) / ($A + $B)", ref="C")]
    return queries.of_sums(sides, "($C - $D) / ($C + $D)")


def moved() -> list[Dataquery]:
    """Mentions of each topic in the last seven days less those of the seven before, as picture.moved compares them."""
    weeks = (("A", "[now-7d TO now]"), ("B", "[now-14d TO now-7d}"))
    counted = [
        queries.over_time(
            f"({ASKED}) AND {CREATED}:{week}", ref=ref, by=Group.TOPIC, size=queries.MOST, empty=True, hide=True
        )
        for ref, week in weeks
    ]
    return queries.of_sums(counted, "$C - $D")


def latest(query: str) -> Panel:
    """The newest mentions."""
    return Panel(
        title="Latest mentions",
        question="What was said last?",
        shape=Shape.ROWS,
        targets=[queries.latest(query)],
        width=24,
        height=12,
        columns=LISTED,
        link=page.mention(_NAMED % "id"),
    )


SHARES = queries.over_time(ASKED, by=Group.SENTIMENT)
NARROWED = [
    several("monitor", "Monitor", Group.MONITOR),
    several("source", "Source", Group.SOURCE),
    several("language", "Language", Group.LANGUAGE),
    several("topic", "Topic", Group.TOPIC),
]
"""What boards on mentions can be narrowed to."""

BOARD = Board(
    uid="klankbord-overview",
    title="klankbord: overview",
    description="Counts what the page counts: nothing judged irrelevant, muted, part of an exercise or deleted; only what is public. Copies of a text count each, but for Voices.",
    variables=NARROWED,
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
            link=page.search(copies=ONCE),
        ),
        Panel(
            title="Net sentiment",
            question="Is more of it positive or negative, from -1 to 1?",
            shape=Shape.FIGURE,
            targets=net(ASKED, over_time=False),
            width=4,
            height=5,
            sums="lastNotNull",
            unit="none",
        ),
        Panel(
            title="Sentiment",
            question="Which share is positive, neutral, negative, uncertain, or not judged?",
            shape=Shape.SHARES,
            targets=[SHARES],
            width=6,
            height=5,
        ),
        Panel(
            title="Share of voice",
            question="Which share of all that the monitors hear does each of them hear?",
            shape=Shape.SHARES,
            targets=[queries.most_frequent(ASKED, Group.MONITOR, size=queries.MOST)],
            width=6,
            height=5,
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
        Panel(
            title="Net sentiment over time",
            question="When does it turn?",
            shape=Shape.LINES,
            targets=net(ASKED, over_time=True),
            unit="none",
        ),
        Panel(
            title="What moved",
            question="Which topics grew or shrank in the last seven days, against the seven before?",
            shape=Shape.BARS,
            targets=moved(),
            sums="lastNotNull",
            name="${__field.labels.topics}",
            last="14d",
        ),
        ranked("Topics", "What is it about?", Group.TOPIC, parameter="topic"),
        ranked("Languages", "In which languages?", Group.LANGUAGE, parameter="language"),
        ranked("Sources", "Where?", Group.SOURCE, parameter="source"),
        Panel(
            title="Authors by reach",
            question="Which accounts with many followers speak, and how often? Followers are the most that were read in the range.",
            shape=Shape.ROWS,
            targets=[queries.most_followed(ASKED)],
            width=6,
            columns={"author": "author", _COUNT: "mentions", "Max": "followers"},
            link=page.search(author=_NAMED % "author"),
        ),
        Panel(
            title="Intent",
            question="Which share complains, asks, praises, suggests, wants to buy, or reports an incident? Not judged is what no model looked at.",
            shape=Shape.SHARES,
            targets=[queries.over_time(ASKED, by=Group.INTENT)],
            width=12,
        ),
        ranked(
            "Aspects",
            "Which things are spoken of, and what is felt about each?",
            Group.ASPECT,
            parameter="aspect",
            size=queries.MOST,
            width=12,
        ),
        Panel(
            title="NPS",
            question="Would people recommend us, from -100 to 100? By day, of the latest 20,000 answers that other systems told, whatever is chosen above.",
            shape=Shape.LINES,
            targets=queries.recommended(),
            width=24,
            unit="none",
        ),
        latest(ASKED),
    ],
)
