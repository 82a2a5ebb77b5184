"""The API's figures against numbers counted by hand."""

import csv
import io

import pytest
from aiohttp.test_utils import TestServer

from core.document import Filter
from desk.web.application import open_link
from tests.desk.api.asking import MONDAY, NOW, WEEK, Client, bearer, closed, collected, parts
from tests.desk.serving import application, fill, opened


async def test_the_overview_holds_the_counted_numbers(client):
    told = await client.told("/overview", **WEEK)
    assert told["mentions"] == 10
    tones = ("positive", "neutral", "negative", "uncertain", "unjudged", "total", "net")
    assert [told["sentiment"][tone] for tone in tones] == [1, 5, 4, 0, 0, 10, -0.6]
    assert [(one["name"], one["mentions"], one["share"]) for one in told["sources"]] == [
        ("bluesky", 6, 0.6),
        ("mastodon", 4, 0.4),
    ]
    assert [(one["topic"], one["now"], one["before"], one["change"]) for one in told["topics"]] == [
        ("delivery", 6, 2, 4),
        ("prices", 4, 6, -2),
    ]


async def test_what_changed_holds_now_before_difference_and_share(client):
    told = await client.told("/changes", topic="delivery", **WEEK)
    now, before = told["now"], told["before"]
    assert (now["mentions"], now["share"], before["mentions"], before["share"]) == (6, 0.6, 2, 0.25)
    assert (told["difference"], told["growth"]) == (4, 3.0)
    assert (now["sentiment"]["net"], before["sentiment"]["net"], told["net_sentiment_change"]) == (-0.6, -1.0, 0.4)
    assert before["since"] == "2026-03-15T23:00:00Z"


async def test_page_api_and_export_agree_on_every_shared_figure(client):
    await client.get(open_link(client.app))
    for narrowed in (
        {},
        {"topic": "delivery"},
        {"sentiment": "neutral", "source": "mastodon"},
        {"q": "parcel NOT 3"},
        {"copies": "once"},
    ):
        asked = WEEK | narrowed
        told = await client.told("/overview", **asked)
        assert told["question"]["copies_count"] is ("copies" not in narrowed)
        page = (await (await client.get("/figures", params=asked)).json())["chart"]
        rows = csv.DictReader(
            io.StringIO((await (await client.get("/export.csv", params=asked)).read()).decode("utf-8-sig"))
        )
        tones = [row["sentiment"] for row in rows]
        volume = await client.told("/volume", **asked)
        listed = await client.told("/mentions", **asked)
        assert told["mentions"] == sum(count or 0 for count in page["counts"]) == len(tones) == listed["total"]
        assert told["mentions"] == volume["mentions"] == sum(point["count"] or 0 for point in volume["points"])
        for tone in ("positive", "neutral", "negative"):
            assert told["sentiment"][tone] == sum(n or 0 for n in page["sentiment"][tone]) == tones.count(tone)


async def test_an_answer_tells_its_question_back_with_links_that_show_the_same(client):
    told = await client.told("/overview", topic="delivery", **WEEK)
    question = told["question"]
    assert (question["since"], question["until"], question["time_zone"]) == (*WEEK.values(), "Europe/Amsterdam")
    assert (question["topic"], question["copies_count"], question["shares_count"]) == ("delivery", True, True)
    await client.get(open_link(client.app))
    page = await client.get(told["links"]["mentions"].partition(str(client.port))[2])
    assert (await page.text()).count('<li class="entry"') == told["mentions"] == 6


async def test_volume_is_split_by_a_field_and_its_parts_add_up(client):
    told = await client.told("/volume", by="topics", **WEEK)
    assert told["labels"] == ["delivery", "prices"]
    assert [sum(point["counts"][label] for point in told["points"] if point["counts"]) for label in told["labels"]] == [
        6,
        4,
    ]


async def test_what_was_not_collected_is_null_and_named_never_zero(client):
    dark = {"since": "2026-01-05T00:00:00Z", "until": "2026-01-06T00:00:00Z"}
    assert {point["count"] for point in (await client.told("/volume", **dark))["points"]} == {None}
    overview, changes = await client.told("/overview", **dark), await client.told("/changes", **dark)
    assert [overview["mentions"], changes["now"]["mentions"], changes["difference"]] == [None] * 3
    assert (overview["question"]["collected_whole"], overview["question"]["not_collected"]) == (False, [])
    quiet = await client.told("/overview", topic="nothing", **WEEK)
    assert (quiet["mentions"], quiet["question"]["collected_whole"]) == (0, True)
    assert (await client.told("/changes", since="2026-02-20T00:00:00Z", until="2026-02-21T00:00:00Z"))["before"] is None
    gap = collected(MONDAY, NOW, "mastodon", gap="the source answered 503")
    await fill(client.archive, [gap])
    told = await client.told("/overview", **WEEK)
    assert [(one["source"], one["reason"]) for one in told["question"]["not_collected"]] == [
        ("mastodon", "the source answered 503")
    ]
    assert told["question"]["collected_whole"] is False
    sources = {one["source"]: one for one in (await client.told("/coverage", **WEEK))["sources"]}
    assert (len(sources["mastodon"]["not_collected"]), sources["bluesky"]["not_collected"]) == (1, [])


async def test_share_of_voice_is_of_all_monitors_whatever_the_size(client):
    whole = await client.told("/shares", by="monitor", **WEEK)
    assert [(one["name"], one["share"]) for one in whole["shares"]] == [("Noorderlijn", 1.0)]
    by_topic = await client.told("/shares", by="topics", size=1, **WEEK)
    assert [(one["name"], one["mentions"], one["share"]) for one in by_topic["shares"]] == [("delivery", 6, 0.6)]


@pytest.mark.parametrize("by", ["sentiment", "emotion", "intent", "toxicity"])
async def test_shares_of_a_finding_that_has_one_label_add_up_to_all_mentions(client, by):
    told = await client.told("/shares", by=by, **WEEK)
    assert sum(one["mentions"] for one in told["shares"]) == told["mentions"] == 10
    split = await client.told("/volume", by=by, **WEEK)
    assert [sum(one["counts"].values()) for one in split["points"]] == [one["count"] for one in split["points"]]


async def test_a_search_for_what_nobody_looked_at_and_without_spam(client):
    for asked in ({"intent": "unjudged"}, {"spam": "without"}):
        assert (await client.told("/mentions", **asked, **WEEK))["total"] == 10
    assert (await client.told("/overview", intent="complaint", **WEEK))["mentions"] == 0


async def test_sentiment_topics_and_monitors_answer(client):
    told = await client.told("/sentiment", **WEEK)
    assert (told["now"]["total"], told["before"]["total"], told["before"]["positive"]) == (10, 8, 6)
    assert [one["topic"] for one in (await client.told("/topics", size=1, **WEEK))["topics"]] == ["delivery"]
    assert (await client.told("/monitors"))["monitors"][2]["query"] == "noorderlijn AND utrecht"


async def test_what_is_not_public_counts_in_no_answer_and_is_in_no_list(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
        await fill(archive, [closed(1, MONDAY), collected(MONDAY, NOW)])
        assert await archive.count(Filter()) == 1
        for admits, total in ((True, 0), (False, 1)):
            api = parts(admits_closed=admits)
            async with Client(TestServer(application(archive, now=lambda: NOW, api=api))) as client:
                told = await client.told("/mentions", q="secret", **WEEK)
                assert (told["total"], told["mentions"], told["withheld"]) == (total, [], total)
                await client.told("/mention", id="bluesky:1", status=404)


@pytest.mark.parametrize("path", ["/overview", "/volume", "/mentions", "/changes"])
async def test_nothing_an_api_token_reads_is_kept_by_a_browser_or_cache(client, path):
    answer = await client.get(f"/api/v1{path}", headers=bearer("both"))
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
