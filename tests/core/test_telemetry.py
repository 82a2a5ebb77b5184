"""The names of what is measured: as Prometheus wants them, all in use, and on their page."""

import re

import pytest

from core.ports import Measured
from core.telemetry import Count, Duration, Gauge, Name
from deploy.metrics import PAGE, page

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
