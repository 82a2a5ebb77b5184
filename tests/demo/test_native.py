"""Every native form of the demo, read by the real connectors, gives what the truth says."""

import json
from collections import Counter

import pytest

from core.types import Failure, Mention, Scope, Visibility
from ingest import webhook
from klankbord.demo.comparison import native
from klankbord.demo.messages import Source
from klankbord.demo.native import bluesky, feeds, mastodon, reviews
from klankbord.demo.play import perform
from klankbord.demo.truth import BROKEN
from tests.demo.reading import Heard, read


def differences(truth, source: str, heard: Heard) -> list[str]:
    wanted = {key: meant for key, meant in truth.found.items() if key[0] == source}
    wrong = []
    for key, meant in wanted.items():
        mention = heard.mentions.get(key)
        if mention is None:
            wrong.append(f"{key} is missing")
        elif (mention.text.split(), mention.created_at) != (meant.text.split(), meant.at):
            wrong.append(f"{key}: {mention.text!r} at {mention.created_at}, not {meant.text!r} at {meant.at}")
    return wrong[:3]


@pytest.fixture
async def demo(told, tmp_path):
    async with perform(tmp_path, told) as playing:
        yield playing


def count(told, source: Source) -> int:
    return sum(message.source is source for message in told.messages)


class TestConnectors:
    async def test_bluesky_reads_all_and_tells_the_gap(self, demo, truth, tmp_path):
        last = int(bluesky.events(demo.timeline)[-1]["time_us"])
        heard = await read(demo.configuration, "bluesky", tmp_path, lambda heard: _reached(heard, last), at=truth.now)
        assert differences(truth, "bluesky", heard) == []
        assert len(heard.failed) == BROKEN[Source.BLUESKY]
        (gap,) = heard.gaps
        assert gap.since <= truth.gap.since < truth.gap.until <= gap.until

    async def test_mastodon_reads_all_and_who_may_see_it(self, demo, truth, tmp_path):
        heard = await read(demo.configuration, "mastodon", tmp_path, lambda _: False, at=truth.now)
        assert differences(truth, "mastodon", heard) == []
        assert len(heard.failed) == BROKEN[Source.MASTODON]
        seen_by = Counter(mention.visibility for mention in heard.mentions.values())
        assert seen_by[Visibility.FOLLOWERS] == truth.private
        assert set(seen_by) == {Visibility.PUBLIC, Visibility.FOLLOWERS}

    async def test_hackernews_reads_every_item(self, demo, truth, tmp_path):
        heard = await read(demo.configuration, "hackernews", tmp_path, lambda _: False, at=truth.now)
        assert differences(truth, "hackernews", heard) == []
        assert len(heard.failed) == BROKEN[Source.HACKERNEWS]

    async def test_rss_reads_both_feeds(self, demo, truth, tmp_path):
        heard = await read(demo.configuration, "rss", tmp_path, lambda _: True, at=truth.now)
        assert differences(truth, "rss", heard) == []
        assert len(heard.failed) == BROKEN[Source.NEWS]

    async def test_file_reads_the_export(self, demo, truth, tmp_path):
        heard = await read(
            demo.configuration, "file", tmp_path, lambda heard: len(heard.mentions) >= truth.kept["file"], at=truth.now
        )
        assert differences(truth, "file", heard) == []
        assert len(heard.failed) == BROKEN[Source.CONTACT]


def _reached(heard: Heard, micros: int) -> bool:
    moments = [mention.seen_at for mention in heard.mentions.values()]
    return bool(moments) and max(moments).timestamp() * 1e6 >= micros - 90_000_000


def test_reviews_are_read_with_their_stars(told, truth):
    heard = Heard()
    for event in reviews.events(told):
        for parsed in webhook.parse(json.dumps(event).encode(), "reviews", told.now):
            if isinstance(parsed, Mention):
                heard.mentions[native(parsed.id)] = parsed
            elif isinstance(parsed, Failure):
                heard.failed.append(parsed)
    assert differences(truth, "webhook", heard) == []
    assert len(heard.failed) == BROKEN[Source.REVIEWS]
    assert {mention.rating for mention in heard.mentions.values()} == {1, 2, 3, 4, 5}


def test_the_same_timeline_gives_the_same_bytes(told):
    assert json.dumps(bluesky.events(told)) == json.dumps(bluesky.events(told))
    assert feeds.documents(told) == feeds.documents(told)


def test_accounts_that_go_are_deletions_of_authors(told):
    from ingest import _bluesky

    events = [json.dumps(bluesky.of_account(change)).encode() for change in told.accounts]
    scopes = {parsed.scope for event in events for parsed in _bluesky.parse(event, "accounts", told.now)}
    assert scopes == {Scope.AUTHOR}


def test_status_ids_are_unique_and_in_order(told):
    ids = [int(status["id"]) for status in mastodon.statuses(told)]
    assert ids == sorted(set(ids))


def test_record_keys_are_unique(told):
    keys = [bluesky.key(message) for message in told.messages if message.source is Source.BLUESKY]
    assert len(set(keys)) == len(keys)


def test_facets_point_at_their_words(told):
    event = next(
        event
        for event in bluesky.events(told)
        if event["kind"] == "commit" and event["commit"].get("record", {}).get("facets")
    )
    record = event["commit"]["record"]
    index = record["facets"][0]["index"]
    assert record["text"].encode()[index["byteStart"] : index["byteEnd"]].decode()[0] in "#@"
