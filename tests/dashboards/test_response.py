"""The Response against numbers counted by hand where it is narrowed, and where nothing is."""

import pytest

from tests.dashboards import corpus
from tests.dashboards.grafana import Range, figure, options_of, shown


@pytest.fixture
def show(door, response, week, cases):
    return lambda title, **chosen: shown(door, response, title, week, **chosen)


def test_it_is_narrowed_to_a_channel(show):
    (median,), (share,) = show("First response, median", source=["mastodon"]), show("In time", source=["mastodon"])
    assert figure(median) == 60 * 60  # of 20, 40, 60, 80, 120
    assert share.value == pytest.approx(4 / 6)


def test_what_has_no_team_is_there_until_a_team_is_chosen(show):
    (every,), (theirs,) = show("Backlog by channel"), show("Backlog by channel", unit=["webcare"])
    assert (sum(every.columns["Count"]), sum(theirs.columns["Count"])) == (9, 8)


def test_what_waits_is_there_in_a_range_long_after_it_was_opened(door, response, cases):
    span = Range(corpus.ago(hours=0.5), corpus.ago(hours=-0.5))
    assert shown(door, response, "Backlog by channel", span)[0].rows("source", "Count") == [
        ("bluesky", 4), ("mastodon", 4), ("rss", 1),
    ]  # fmt: skip
    (opened,) = shown(door, response, "Cases", span)
    assert figure(opened) == 0


def test_where_nothing_was_answered_nothing_is_said(show):
    (median,) = show("First response, median", severity=["critical"])
    assert [value for _, value in median.points if value is not None] == []


def test_teams_channels_and_severities_are_offered(door, response, week, cases):
    offered = {
        name: [one for one, _ in options_of(door, response, name, week)] for name in ("unit", "source", "severity")
    }
    assert offered == {"unit": ["webcare"], "source": ["bluesky", "mastodon"], "severity": ["minor"]}
