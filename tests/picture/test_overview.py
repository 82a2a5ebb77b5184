"""The overview over a real archive of a month."""

from datetime import timedelta

import msgspec
import pytest

from core.document import Filter, Order
from picture.mention import known, labels_of
from picture.moved import Moved, compare, period_before
from picture.overview import comparable, overview
from picture.search import cut, search
from picture.sentiment import sentiment_of
from picture.trial import try_out
from playbook.queries import parse
from tests.desk import corpus
from tests.desk.serving import fill, opened

WEEK = Filter(since=corpus.NOW - timedelta(days=7), until=corpus.NOW)


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db") as one:
        await fill(one, [*corpus.mentions(), *corpus.coverage()])
        yield one


async def test_every_part_counts_the_same_mentions(archive):
    told = await overview(archive, WEEK, zone=corpus.ZONE, now=corpus.NOW)
    charted = sum(point.count or 0 for point in told.volume.points)
    shares = sum(point.sentiment.total for point in told.volume.points if point.sentiment)
    listed = (await search(archive, WEEK)).total
    assert told.total == charted == shares == listed == await archive.count(WEEK)
    assert told.total == sum(share.mentions for share in told.sources)


async def test_the_spike_stands_out_and_its_topic_is_new(archive):
    told = await overview(archive, WEEK, zone=corpus.ZONE, now=corpus.NOW)
    peak = max(told.volume.points, key=lambda point: point.count or 0)
    assert corpus.SPIKE[0] <= peak.start < corpus.SPIKE[1]
    assert peak.count > peak.band.high
    assert [one.moved.topic for one in told.emerging] == ["storing"]
    assert told.volume.recent > 2


async def test_what_was_not_collected_is_none_and_named(archive):
    told = await overview(archive, WEEK, zone=corpus.ZONE, now=corpus.NOW)
    dark = [point for point in told.volume.points if point.start >= corpus.DARK[0] and point.end <= corpus.DARK[1]]
    assert {point.count for point in dark} == {None}
    assert {gap.source for gap in told.volume.gaps} == set(corpus.SOURCES)


async def test_nothing_is_compared_with_a_stretch_in_which_one_source_was_away(archive):
    week = timedelta(weeks=1)
    where = Filter(since=corpus.DEAF[0] + week, until=corpus.DEAF[1] + week)
    heard = msgspec.structs.replace(where, sources=("mastodon",))
    assert await comparable(archive, where, until=where.until) is None
    assert await comparable(archive, heard, until=where.until) is not None


async def test_before_the_first_collected_moment_nothing_is_zero(archive):
    where = Filter(since=corpus.BEGAN - timedelta(days=60), until=corpus.NOW)
    told = await overview(archive, where, zone=corpus.ZONE, now=corpus.NOW)
    assert {point.count for point in told.volume.points if point.end <= corpus.BEGAN} == {None}
    assert told.before is None
    assert {one.before for one in told.moved} == {None}


async def test_a_trial_counts_what_a_search_of_those_days_lists(archive):
    node = parse("storing NEAR/8 utrecht")
    told = await try_out(archive, node, now=corpus.NOW)
    assert told.count == await archive.count(Filter(since=told.since, until=told.until, query=node)) > 20
    assert all(sample.highlights for sample in told.samples)
    assert dict(told.collected_since) == dict.fromkeys(corpus.SOURCES, corpus.BEGAN)


async def test_one_mention_is_known_with_its_author(archive):
    newest = (await search(archive, Filter(), order=Order.NEWEST, size=1)).mentions[0].enriched.mention
    told = await known(archive, newest.id)
    assert told.stored.enriched.mention == newest
    assert {one.enriched.mention.author.id for one in told.from_author} <= {newest.author.id}
    assert labels_of(told.stored, "topics")
    assert await known(archive, "bluesky:nobody") is None


def test_net_sentiment_leaves_the_uncertain_out():
    told = sentiment_of({"": 10, "positive": 3, "negative": 1, "uncertain": 2})
    assert (told.net, told.unjudged, told.share("uncertain")) == (0.5, 4, 0.2)
    assert sentiment_of({"": 2, "neutral": 2}).net is None
    assert sentiment_of({}).share("negative") is None


def test_topics_are_sorted_by_change_and_unknown_is_not_zero():
    told = compare([("a", 10), ("b", 9)], {"b": 2, "c": 20})
    assert [one.topic for one in told] == ["c", "a", "b"]
    assert compare([("a", 10)], None) == [Moved(topic="a", now=10, before=None)]


def test_a_tuesday_is_held_against_a_tuesday():
    since, until = corpus.NOW - timedelta(hours=24), corpus.NOW
    assert period_before(since, until) == (since - timedelta(weeks=1), until - timedelta(weeks=1))
    assert period_before(until - timedelta(days=28), until)[1] == until - timedelta(days=28)


def test_a_cut_text_is_the_text():
    text = "geen treinen naar Zwolle"
    assert "".join(piece.text for piece in cut(text, [(5, 12), (8, 15), (90, 99), (3, 3)])) == text
    assert [piece.text for piece in cut(text, [(5, 12)]) if piece.matched] == ["treinen"]
    assert msgspec.to_builtins(cut("", [])) == []
