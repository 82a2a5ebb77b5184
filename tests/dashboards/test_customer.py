"""Each panel of the Customer against numbers counted by hand: one account, and two of one customer."""

import pytest

from core.document import Filter
from core.query import Field, FieldName
from tests.dashboards import corpus
from tests.dashboards.grafana import columns_of, figure, options_of, panel_of, shown

ANNA, TWO = ["bluesky:anna"], ["bluesky:bo", "mastodon:chris"]


@pytest.fixture
def show(door, customer, week):
    return lambda title, account: shown(door, customer, title, week, account=account)


def counted(frames, name) -> dict[str, int]:
    (table,) = frames
    return dict(table.rows(name, "Count"))


@pytest.mark.parametrize(("account", "expected"), [(ANNA, 2), (TWO, 7), ([], 0), (["bluesky:dirk"], 0)])
async def test_mentions(show, archive, account, expected):
    (series,) = show("Mentions", account)
    assert figure(series) == expected
    counts = [
        await archive.count(
            Filter(
                since=corpus.ago(days=7), until=corpus.ago(hours=-1), query=Field(name=FieldName.AUTHOR, value=author)
            )
        )
        for author in account
    ]
    assert sum(counts) == expected


@pytest.mark.parametrize(("account", "expected"), [(ANNA, 0.0), (TWO, 0.2)])
def test_net_sentiment(show, account, expected):
    (number,) = show("Net sentiment", account)
    assert number.value == pytest.approx(expected)


def test_first_and_last_heard(show):
    (first,), (last,) = show("First heard", TWO), show("Last heard", TWO)
    assert figure(first, "min") == (corpus.ago(hours=12 * 9).timestamp() - 1800) * 1000
    assert figure(last, "max") == (corpus.ago(hours=12 * 3).timestamp() - 1800) * 1000


def test_volume_by_channel(show):
    assert {one.labels["source"]: figure(one) for one in show("Volume by channel", TWO)} == {
        "bluesky": 4,
        "mastodon": 3,
    }


def test_sentiment_over_time(show):
    found = {one.labels["filter"]: figure(one) for one in show("Sentiment over time", TWO)}
    assert found == {"positive": 3, "neutral": 1, "negative": 2, "uncertain": 0, "unjudged": 1}


def test_lists(show):
    assert counted(show("Topics", TWO), "topics") == {"vertraging": 4, "prijzen": 3}
    assert counted(show("Channels", TWO), "source") == {"bluesky": 4, "mastodon": 3}
    assert counted(show("Kinds", TWO), "kind") == {"post": 6, "reply": 1}


def test_latest_mentions(show, customer):
    (table,) = show("Latest mentions", ANNA)
    assert columns_of(panel_of(customer, "Latest mentions"), table).columns["id"] == ["bluesky:1", "bluesky:2"]


def test_the_most_heard_accounts_are_offered(door, customer, week):
    (variable,) = (one for one in customer["templating"]["list"] if one["name"] == "account")
    assert options_of(door, variable, week) == ["bluesky:bo", "mastodon:chris", "bluesky:anna", "rss:krant"]


def test_no_feeling_and_no_reach_of_a_person_is_asked(customer):
    asked = str([panel["targets"] for panel in customer["panels"]])
    assert "emotion" not in asked
    assert "followers" not in asked
    listed = panel_of(customer, "Latest mentions")["transformations"][0]["options"]["include"]["names"]
    assert not {"emotion", "followers", "body.mention.author.followers"} & set(listed)
