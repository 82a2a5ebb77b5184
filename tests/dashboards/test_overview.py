"""Each panel of the Overview against numbers counted by hand, and against picture/'s answers on the same corpus."""

import pytest

from core.document import Filter
from picture.moved import period_before
from picture.overview import overview as picture_of
from picture.search import search
from picture.sentiment import LABELS
from picture.volume import volume
from tests.dashboards import corpus
from tests.dashboards.corpus import NOORDERLIJN, PRICES
from tests.dashboards.grafana import Table, columns_of, figure, options_of, panel_of, shown
from tests.desk.corpus import ZONE

WHERE = Filter(since=corpus.ago(days=7), until=corpus.ago(hours=-1))


@pytest.fixture
def show(door, overview, week):
    return lambda title, **chosen: shown(door, overview, title, week, **chosen)


@pytest.fixture
async def told(archive):
    return await picture_of(archive, WHERE, zone=ZONE, now=corpus.ago(hours=-1))


def counted(frames, name) -> dict[str, int]:
    (table,) = frames
    return dict(table.rows(name, "Count"))


def by_label(frames) -> dict[str, float]:
    return {series.labels["filter"]: figure(series) for series in frames}


async def test_mentions(show, told):
    (series,) = show("Mentions")
    assert figure(series) == 10 == told.total


@pytest.mark.parametrize(("chosen", "expected"), [({}, 4), ({"monitor": [PRICES]}, 3), ({"source": ["bluesky"]}, 1)])
async def test_voices_count_what_is_passed_on_once(show, archive, chosen, expected):
    """Six of one text, one with a copy, and two that nobody passes on."""
    (series,) = show("Voices", **chosen)
    names = {"monitor": "monitors", "source": "sources"}
    narrowed = {names[name]: tuple(values) for name, values in chosen.items()}
    page = Filter(since=WHERE.since, until=WHERE.until, copies=False, **narrowed)
    assert figure(series) == expected == await archive.count(page)


async def test_volume_stands_where_it_was_said(show, archive):
    (series,) = show("Volume")
    found = {at: count for at, count in series.points if count}
    hours = [round(corpus.ago(hours=12 * number + 1).timestamp() * 1000) for number in range(10, 0, -1)]
    assert found == dict.fromkeys(hours, 1)
    page = await volume(archive, WHERE, zone=ZONE, now=corpus.ago(hours=-1))
    assert {round(one.start.timestamp() * 1000): one.count for one in page.points if one.count} == found


async def test_sentiment_over_time_and_its_shares(show, told):
    expected = {"positive": 4, "neutral": 1, "negative": 3, "uncertain": 1, "unjudged": 1}
    assert by_label(show("Sentiment over time")) == by_label(show("Sentiment")) == expected
    assert {label: getattr(told.sentiment, label) for label in LABELS} == expected


async def test_intent_adds_up_to_all_mentions(show, told):
    found = {label: count for label, count in by_label(show("Intent")).items() if count}
    assert (
        found
        == {one.name: one.mentions for one in told.intents}
        == {"complaint": 2, "question": 1, "uncertain": 1, "unjudged": 6}
    )
    assert sum(found.values()) == told.total


async def test_aspects(show, told):
    assert counted(show("Aspects"), "aspects") == {"trein:negative": 2, "trein:uncertain": 1, "app:positive": 1}
    assert [(one.name, one.felt.negative, one.felt.uncertain, one.felt.positive) for one in told.aspects] == [
        ("trein", 2, 1, 0),
        ("app", 0, 0, 1),
    ]


async def test_net_sentiment(show, told):
    (number,) = show("Net sentiment")
    assert number.value == pytest.approx(1 / 7) == told.sentiment.net


async def test_net_sentiment_over_time_says_nothing_where_nothing_is_told(show, archive):
    (series,) = show("Net sentiment over time")
    found = [value for _, value in series.points if value is not None]
    page = await volume(archive, WHERE, zone=ZONE, now=corpus.ago(hours=-1))
    assert found == [1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0]
    assert found == [
        point.sentiment.net for point in page.points if point.sentiment and point.sentiment.net is not None
    ]


async def test_share_of_voice(show, told):
    assert counted(show("Share of voice"), "monitors") == {NOORDERLIJN: 9, PRICES: 4}
    assert {one.name: one.mentions for one in told.voices} == {NOORDERLIJN: 9, PRICES: 4}


@pytest.mark.parametrize(
    ("title", "field", "expected"),
    [
        ("Topics", "topics", {"vertraging": 6, "prijzen": 3}),
        ("Languages", "language", {"nl": 6, "en": 3, "de": 1}),
        ("Sources", "source", {"bluesky": 6, "mastodon": 3, "rss": 1}),
    ],
)
async def test_lists(show, told, title, field, expected):
    page = {
        "Topics": {one.topic: one.now for one in told.moved if one.now},
        "Languages": {one.name: one.mentions for one in told.languages},
        "Sources": {one.name: one.mentions for one in told.sources},
    }
    assert counted(show(title), field) == expected == page[title]


async def test_what_moved(show, told, archive):
    moved = {number.labels["topics"]: number.value for number in show("What moved")}
    assert moved == {"vertraging": 4, "prijzen": 3, "storing": -3}
    since, _ = period_before(WHERE.since, WHERE.until)
    assert since == corpus.ago(days=21)  # seven days and an hour are held against two weeks before
    week = Filter(since=corpus.ago(days=7, hours=-1), until=corpus.ago(hours=-1))
    page = await picture_of(archive, week, zone=ZONE, now=corpus.ago(hours=-1))
    assert {one.topic: one.change for one in page.moved} == moved


async def test_authors_by_reach(show, told):
    """The page tells followers as last read, anywhere; Grafana the most that were read in the range."""
    (table,) = show("Authors by reach")
    assert table.rows("author", "Count", "Max") == [
        ("bluesky:bo", 4, 9000.0),
        ("bluesky:anna", 2, 120.0),
        ("mastodon:chris", 3, None),
        ("rss:krant", 1, None),
    ]
    assert [(one.id, one.mentions) for one in told.authors] == table.rows("author", "Count")
    assert [one.followers for one in told.authors] == [9000, 100, None, None]


async def test_latest_mentions(show, overview, archive):
    (table,) = show("Latest mentions")
    listed: Table = columns_of(panel_of(overview, "Latest mentions"), table)
    page = await search(archive, WHERE)
    assert list(listed.columns) == ["when", "source", "sentiment", "topics", "author", "text", "id"]
    assert listed.columns["id"] == [one.enriched.mention.id for one in page.mentions]
    assert listed.rows("id", "sentiment", "author", "text")[0] == (
        "bluesky:1",
        "positive",
        "anna",
        "de trein naar Assen",
    )


async def test_an_export_holds_what_is_counted(show, archive):
    (series,) = show("Mentions")
    exported = [one.enriched.mention.id async for chunk in archive.scan(WHERE) for one in chunk]
    (table,) = show("Latest mentions")
    assert len(exported) == figure(series)
    assert set(exported) == set(table.columns["id"])


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"monitor": [PRICES]}, 4),
        ({"monitor": [NOORDERLIJN, PRICES]}, 10),
        ({"source": ["mastodon", "rss"]}, 4),
        ({"language": ["nl"]}, 6),
        ({"topic": ["prijzen", "storing"]}, 3),
        ({"monitor": [PRICES], "language": ["de"]}, 1),
        ({"topic": ["$__all"]}, 10),
        ({"topic": []}, 0),
    ],
)
async def test_variables_narrow_as_the_pages_filter_does(show, archive, chosen, expected):
    (series,) = show("Mentions", **chosen)
    assert figure(series) == expected
    if "topic" not in chosen:
        names = {"monitor": "monitors", "source": "sources", "language": "languages"}
        narrowed = {names[name]: tuple(values) for name, values in chosen.items()}
        assert await archive.count(Filter(since=WHERE.since, until=WHERE.until, **narrowed)) == expected


def test_variables_offer_what_there_is(door, overview, week):
    offered = {
        one["name"]: [value for _, value in options_of(door, overview, one["name"], week)]
        for one in overview["templating"]["list"]
        if one["type"] == "query"
    }
    assert offered == {
        "monitor": sorted([NOORDERLIJN, PRICES]),
        "source": ["bluesky", "mastodon", "rss"],
        "language": ["de", "en", "nl"],
        "topic": ["prijzen", "vertraging"],
    }


def test_no_panel_is_empty(door, overview, week):
    empty = []
    for panel in overview["panels"]:
        frames = shown(door, overview, panel["title"], week)
        if not frames or all(isinstance(one, Table) and not one.columns for one in frames):
            empty.append(panel["title"])
    assert not empty
