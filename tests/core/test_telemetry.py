"""The names of what is measured: as Prometheus wants them, all in use, and on their page."""

import re
from pathlib import Path

import pytest

from core.ports import Measured
from core.telemetry import Count, Duration, Gauge, Name
from deploy.metrics import PAGE, page

HOUSE = Path(__file__).parents[2]
ROOMS = ("ingest", "enrich", "stream", "sinks", "desk", "klankbord")
NAMES = [*Count, *Gauge, *Duration]


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_a_name_follows_the_rules_of_prometheus(name: Name) -> None:
    """https://prometheus.io/docs/practices/naming: base units, counters end in _total, no other does."""
    assert re.fullmatch(r"klankbord_[a-z]+(_[a-z]+)*", name)
    assert name.endswith("_total") == isinstance(name, Count)
    assert name.endswith("_seconds") or not isinstance(name, Duration)
    assert name.says
    assert not set(name.labels) & {"mention", "author", "handle", "url", "text", "stream"}


@pytest.mark.parametrize("kind", [Count, Gauge, Duration])
def test_every_name_is_measured_somewhere(kind: type[Name]) -> None:
    code = "\n".join(path.read_text() for room in ROOMS for path in (HOUSE / room).rglob("*.py"))
    assert [name.name for name in kind if not re.search(rf"\b{kind.__name__}\.{name.name}\b", code)] == []


def test_durations_fall_into_their_buckets() -> None:
    measured = Measured(timer=iter([10.0, 10.3]).__next__)
    with measured.timed(Duration.SINK, "archive"):
        measured.observe(Duration.SINK, "archive", seconds=[0.001, 1000])
    spread = measured.spreads[Duration.SINK, ("archive",)]
    filled = dict(zip((*spread.bounds, "above"), spread.counts, strict=True))
    assert {bound: count for bound, count in filled.items() if count} == {0.001: 1, 0.5: 1, "above": 1}
    assert spread.total == pytest.approx(1000.301)


def test_what_is_not_known_any_more_is_taken_away() -> None:
    measured = Measured()
    measured.set(Gauge.LAG, 3, "mentions", "stream")
    measured.set(Gauge.SET_ASIDE, 1)
    measured.forget(Gauge.LAG)
    assert measured.values == {(Gauge.SET_ASIDE, ()): 1}
