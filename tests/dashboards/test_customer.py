"""Each panel of the Customer against numbers counted by hand: one account, and two of one customer."""

import pytest

from core.document import Filter
from core.query import Field, FieldName
from core.time import now
from deploy.dashboards.customer import KNOWN
from picture import portrait
from tests.dashboards import corpus
from tests.dashboards.grafana import Range, columns_of, figure, options_of, panel_of, shown, variable_of
from tests.dashboards.joined import ANNA, JOINED, MUTED, PAIR

HERS, TWO = ["bluesky:anna"], ["bluesky:bo", "mastodon:chris"]


@pytest.fixture
def show(door, customer, week):
    return lambda title, account: shown(door, customer, title, week, account=account)


def counted(frames, name) -> dict[str, int]:
    (table,) = frames
    return dict(table.rows(name, "Count"))


@pytest.mark.parametrize(("account", "expected"), [(HERS, 2), (TWO, 7), ([], 0), (["bluesky:dirk"], 0)])
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


@pytest.mark.parametrize(("account", "expected"), [(HERS, 0.0), (TWO, 0.2)])
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
    (table,) = show("Latest mentions", HERS)
    assert columns_of(panel_of(customer, "Latest mentions"), table).columns["id"] == ["bluesky:1", "bluesky:2"]


@pytest.fixture
def offered(door, customer, week):
    return lambda name, **chosen: values(door, customer, name, week, **chosen)


def values(door, board, name, span, **chosen):
    return [value for _, value in options_of(door, board, name, span, **chosen)]


def test_customers_are_offered_by_name(door, customer, week, customers):
    named = {PAIR: PAIR, MUTED: MUTED, ANNA: "bluesky:anna"}
    assert options_of(door, customer, "customer", week) == [(named[one], customers[one]) for one in (PAIR, MUTED, ANNA)]


@pytest.mark.parametrize(("name", "expected"), [(PAIR, TWO), (ANNA, ["bluesky:anna"]), (MUTED, ["bluesky:dirk"])])
def test_the_accounts_of_the_chosen_customer_are_offered(offered, customers, name, expected):
    assert offered("account", customer=[customers[name]]) == expected


def test_of_no_customer_no_account_is_offered(offered, customer):
    assert offered("account", customer=[]) == []
    assert variable_of(customer, "account")["current"]["value"] == ["$__all"]


def test_whoever_was_heard_in_an_earlier_range_is_offered_there(door, customer, customers):
    before = Range(corpus.ago(days=9.5), corpus.ago(days=8.5))
    assert values(door, customer, "customer", before) == [customers[ANNA]]
    long_before = Range(corpus.ago(days=90), corpus.ago(days=80))
    assert values(door, customer, "customer", long_before) == []


def test_what_is_known_of_the_customer(door, customer, week, customers):
    (table,) = shown(door, customer, "Known", today(week), customer=[customers[PAIR]])
    ((name, accounts, segment, owner),) = table.rows("name", "accounts", "segment", "owner")
    assert (name, accounts, segment, owner) == (PAIR, TWO, ["goud"], ["Els"])
    ((first, last, mentions, net, topics),) = table.rows("first", "last", "mentions", "net", "topics")
    assert (first, last) == tuple((corpus.ago(hours=12 * n).timestamp() - 1800) * 1000 for n in (9, 3))
    assert (mentions, net, topics) == (7, pytest.approx(0.2), ["vertraging", "prijzen"])
    columns = columns_of(panel_of(customer, "Known"), table).columns
    assert list(columns) == list(KNOWN.values())
    assert {one["matcher"]["options"] for one in panel_of(customer, "Known")["fieldConfig"]["overrides"]} <= set(
        columns
    )


def today(week):
    """A range up to now: a document's own time is when it was counted."""
    return Range(week.since, now())


def test_of_whom_nothing_counts_the_document_is_there(door, customer, week, customers):
    (table,) = shown(door, customer, "Known", today(week), customer=[customers[MUTED]])
    assert table.rows("name", "mentions") == [(MUTED, 0)]


async def test_the_document_is_the_portrait_asked_for_and_what_grafana_shows(door, customer, archive, customers):
    """Since long before the first mention, so that all three count everything."""
    always = Range(corpus.ago(days=80), now(), 86_400_000)
    for name, authors in JOINED.items():
        (document,) = (await archive.customers.get([customers[name]])).values()
        accounts = values(door, customer, "account", always, customer=[customers[name]])
        asked = await portrait.customers(
            archive, Filter(), {"it": authors}, starts=[one.start for one in document.trend]
        )
        show = lambda title, of=tuple(accounts): shown(door, customer, title, always, account=of)  # noqa: E731 - five panels, one question
        (series,) = show("Mentions")
        assert figure(series) == document.mentions == (asked["it"].mentions if asked else 0)
        assert accounts == [one.author for one in document.accounts] == sorted(authors)
        if not document.mentions:
            continue
        assert (document.first_at, document.last_at) == (asked["it"].first_at, asked["it"].last_at)
        ((first,), (last,)) = show("First heard"), show("Last heard")
        assert (figure(first, "min"), figure(last, "max")) == tuple(
            at.timestamp() * 1000 for at in (document.first_at, document.last_at)
        )
        for title, column, counts in (("Topics", "topics", document.topics), ("Channels", "source", document.channels)):
            assert counted(show(title), column) == counts
        (net,) = show("Net sentiment")
        assert document.net == pytest.approx(net.value)
        assert dict(asked["it"].topics) == document.topics


def test_no_feeling_and_no_reach_of_a_person_is_asked(customer):
    asked = str([panel["targets"] for panel in customer["panels"]])
    assert "emotion" not in asked
    assert "followers" not in asked
    listed = panel_of(customer, "Latest mentions")["transformations"][0]["options"]["include"]["names"]
    assert not {"emotion", "followers", "body.mention.author.followers"} & set(listed)
