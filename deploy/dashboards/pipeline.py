"""The Pipeline: whether what is said arrives, how fast, and what was lost on the way."""

from core.telemetry import Count, Duration, Gauge
from deploy.dashboards.board import Board
from deploy.dashboards.measures import grown, measured, most, quantile, rate, since
from deploy.dashboards.panels import Panel, Shape

_REFS = "ABCDEFG"


def _lines(title: str, question: str, unit: str, *series: tuple[str, str]) -> Panel:
    """Expressions with their legends, over time."""
    targets = [measured(asked, legend, ref=ref) for ref, (asked, legend) in zip(_REFS, series, strict=False)]
    return Panel(title=title, question=question, shape=Shape.LINES, targets=targets, width=8, unit=unit)


def _bars(title: str, question: str, unit: str, asked: str, legend: str) -> Panel:
    """What an expression says at the end of the range, one bar a series."""
    return Panel(
        title=title,
        question=question,
        shape=Shape.BARS,
        targets=[measured(asked, legend, now=True)],
        width=6,
        sums="lastNotNull",
        unit=unit,
    )


_READER = "{{topic}} {{group}}"

BOARD = Board(
    uid="klankbord-pipeline",
    title="klankbord: pipeline",
    description="Measured by the parts themselves and scraped by Prometheus.",
    since="now-6h",
    refresh="30s",
    notes=False,
    panels=[
        _bars("Waiting", "Which stage waits for its other side?", "none", most(Gauge.WAITING, "stage"), "{{stage}}"),
        _bars(
            "Stopped sinks",
            "Which sink sends nothing until a person acts?",
            "none",
            most(Gauge.STOPPED, "sink"),
            "{{sink}}",
        ),
        _bars(
            "Ended sources",
            "Which source is not read any more until a person acts?",
            "none",
            most(Gauge.ENDED, "source"),
            "{{source}}",
        ),
        _bars(
            "Engines",
            "Which engine answers (1) and which does not (0)?",
            "none",
            most(Gauge.REACHABLE, "engine"),
            "{{engine}}",
        ),
        _lines("Lag", "How much waits for each reader?", "short", (most(Gauge.LAG, "topic", "group"), _READER)),
        _lines(
            "Oldest that waits",
            "How long has the oldest been waiting?",
            "s",
            (most(Gauge.OLDEST, "topic", "group"), _READER),
        ),
        _lines(
            "Progress", "How long ago did each reader get on?", "s", (since(Gauge.PROGRESS, "topic", "group"), _READER)
        ),
        _lines(
            "From first sight to delivery",
            "How long until a message is searchable, or with another system?",
            "s",
            (quantile(0.5, Duration.ARRIVAL, "sink"), "{{sink}} half"),
            (quantile(0.95, Duration.ARRIVAL, "sink"), "{{sink}} 95 %"),
        ),
        _lines(
            "Time a batch",
            "Which stage takes long (95 %)?",
            "s",
            (quantile(0.95, Duration.INGEST, "source"), "ingest {{source}}"),
            (quantile(0.95, Duration.STREAM), "stream"),
            (quantile(0.95, Duration.SINK, "sink"), "sink {{sink}}"),
            (quantile(0.95, Duration.ENRICHER, "enricher"), "enricher {{enricher}}"),
        ),
        _lines(
            "Throughput",
            "How much goes through each stage?",
            "cps",
            (rate(Count.SEEN, "source"), "seen {{source}}"),
            (rate(Count.KEPT, "source"), "kept {{source}}"),
            (rate(Count.STEPPED), "understood"),
            (rate(Count.WRITTEN, "sink"), "delivered {{sink}}"),
        ),
        _lines(
            "Silence", "How long has each source said nothing?", "s", (since(Gauge.LAST_SEEN, "source"), "{{source}}")
        ),
        _lines(
            "Retries", "What is tried again?", "cps", (rate(Count.RETRIED, "stage", "source"), "{{stage}} {{source}}")
        ),
        _lines(
            "Page",
            "How long does the page take to answer (95 %)?",
            "s",
            (quantile(0.95, Duration.PAGE, "route"), "{{route}}"),
        ),
        _bars(
            "Dead letters",
            "What was set aside in the range, and why?",
            "short",
            grown(Count.DEAD, "stage", "error"),
            "{{stage}} {{error}}",
        ),
        _bars(
            "Dropped",
            "What was well-formed and not kept, and why?",
            "short",
            grown(Count.DROPPED, "stage", "reason"),
            "{{stage}} {{reason}}",
        ),
        _bars(
            "Coverage gaps",
            "How long could each source not be collected?",
            "s",
            grown(Count.LOST, "source"),
            "{{source}}",
        ),
        _bars(
            "Cost a source",
            "What did the messages of each source cost?",
            "none",
            grown(Count.COST, "source"),
            "{{source}}",
        ),
    ],
)
