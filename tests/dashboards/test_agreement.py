"""Page, Grafana, API and export: one corpus on one Elasticsearch, the same filter, the same figures, counted by hand."""

import csv
import io
from collections import Counter

import pytest
from aiohttp.test_utils import TestServer

from desk.web.application import open_link
from tests.dashboards import corpus
from tests.dashboards.corpus import PRICES
from tests.dashboards.grafana import figure, shown
from tests.desk.api.asking import Client, parts
from tests.desk.serving import application

RANGE = {"since": corpus.ago(days=7).isoformat(), "until": corpus.ago(hours=-1).isoformat()}
TONES = ("positive", "neutral", "negative")
COUNTED = [
    ({}, (10, (4, 1, 3), {"bluesky": 6, "mastodon": 3, "rss": 1}, {"vertraging": 6, "prijzen": 3})),
    ({"monitor": PRICES}, (4, (2, 0, 0), {"mastodon": 3, "rss": 1}, {"prijzen": 3})),
    ({"source": "bluesky"}, (6, (2, 1, 3), {"bluesky": 6}, {"vertraging": 6})),
    ({"language": "en"}, (3, (2, 0, 0), {"mastodon": 3}, {"prijzen": 3})),
]


@pytest.fixture
async def client(archive):
    """The page and the API over the archive that Grafana asks."""
    app = application(archive, now=lambda: corpus.ago(hours=-1), api=parts())
    async with Client(TestServer(app)) as one:
        await one.get(open_link(one.app))
        yield one


@pytest.fixture
def grafana(door, overview, week):
    """Mentions, sentiment, sources and topics as its panels show them."""

    def asked_of(asked):
        chosen = {name: [value] for name, value in asked.items()}
        show = lambda title: shown(door, overview, title, week, **chosen)  # noqa: E731 - four panels, one question
        (count,), (sources,), (topics,) = show("Mentions"), show("Sources"), show("Topics")
        tones = {series.labels["filter"]: figure(series) for series in show("Sentiment")}
        listed = dict(sources.rows("source", "Count")), dict(topics.rows("topics", "Count"))
        return figure(count), tuple(tones.get(tone) or 0 for tone in TONES), *listed

    return asked_of


async def api(client, asked):
    told = await client.told("/overview", **RANGE | asked)
    sources = {one["name"]: one["mentions"] for one in told["sources"]}
    topics = {one["topic"]: one["now"] for one in told["topics"] if one["now"]}
    return told["mentions"], tuple(told["sentiment"][tone] for tone in TONES), sources, topics


async def page(client, asked):
    """Mentions and sentiment, summed over the page's charts."""
    chart = (await (await client.get("/figures", params=RANGE | asked)).json())["chart"]
    return sum(n or 0 for n in chart["counts"]), tuple(sum(n or 0 for n in chart["sentiment"][tone]) for tone in TONES)


async def export(client, asked):
    text = (await (await client.get("/export.csv", params=RANGE | asked)).read()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    tones = Counter(row["sentiment"] for row in rows)
    topics = Counter(topic for row in rows for topic in row["topics"].split(";") if topic)
    return len(rows), tuple(tones[tone] for tone in TONES), dict(Counter(row["source"] for row in rows)), dict(topics)


@pytest.mark.parametrize(("asked", "expected"), COUNTED)
async def test_four_ways_to_ask_give_the_same_figures(client, grafana, asked, expected):
    assert grafana(asked) == expected
    assert await api(client, asked) == expected
    assert await export(client, asked) == expected
    assert await page(client, asked) == expected[:2]


async def test_grafana_and_api_agree_on_net_sentiment_share_of_voice_and_languages(client, door, overview, week):
    told = await client.told("/overview", **RANGE)
    (net,) = shown(door, overview, "Net sentiment", week)
    assert net.value == pytest.approx(1 / 7) == told["sentiment"]["net"]
    for title, field, name in (("Share of voice", "monitors", "monitors"), ("Languages", "language", "languages")):
        (table,) = shown(door, overview, title, week)
        assert dict(table.rows(field, "Count")) == {one["name"]: one["mentions"] for one in told[name]}
