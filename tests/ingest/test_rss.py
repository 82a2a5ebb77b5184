"""Feeds: every recorded one, and a server that misbehaves."""

import asyncio
import gzip
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Misconfigured, Retry, Stop
from core.settings import check
from core.types import Failure, Kind, Mark, Mention
from ingest import _feed
from ingest.rss import Settings, build, parse
from tests.ingest.hearing import hearing, tools

FEEDS = Path(__file__).parent.parent / "data" / "rss"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def parsed(name):
    return list(parse((FEEDS / name).read_bytes(), name, NOW))


def one(name):
    """The only entry; where the parser's own suite gives it no text, with a title, so that it says something."""
    payload = (FEEDS / name).read_bytes()
    for end in () if parsed(name) else (b"</item>", b"</entry>"):
        payload = payload.replace(end, b"<title>Kop</title>" + end)
    (found,) = parse(payload, name, NOW)
    assert isinstance(found, Mention), found
    return found


COUNTS = {
    "real_AtomEscapedHTMLInPreTag.xml": 1,
    "real_DuplicateContentAtomFeed.xml": 10,
    "real_HuffPostCanada.xml": 2,
    "real_InvalidDateFormat.xml": 2,
    "real_RSSWithComments.xml": 30,
    "real_TypePadNews.xml": 10,
    "real_google_alerts_atom.xml": 20,
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_real_feed_gives_all_its_entries_with_ids_of_their_own(name):
    found = parsed(name)
    assert all(isinstance(item, Mention) for item in found)
    assert len({item.id for item in found}) == len(found) == COUNTS[name]


@pytest.mark.parametrize("name", sorted(path.name for path in FEEDS.glob("*.xml")))
def test_every_recorded_feed_gives_messages_or_failures(name):
    assert all(isinstance(item, (Mention, Failure)) for item in parsed(name))


EXPECTED = {
    "encoding_demoronize-1.xml": {"text": "don’t"},
    "illformed_chardet_gb2312.xml": {"title": "不归移民漫画系列：专业工作"},
    "illformed_chardet_koi8r.xml": {"title": "Как пережить новогоднюю ночь"},
    "illformed_rss_item_link_corrupted_ampersands.xml": {"url": "http://link/get?a=1&b=2"},
    "wellformed_atom10_entry_content_and_summary.xml": {"text": "Example Atom"},
    "wellformed_atom10_entry_content_base64.xml": {"text": "Example Atom"},
    "wellformed_atom10_entry_id.xml": {"id": "rss:http://example.com/"},
    "wellformed_atom10_entry_title_escaped_markup.xml": {"title": "Example Atom"},
    "wellformed_rdf_rdf_item_rdf_about.xml": {"id": "rss:http://example.org/1", "url": "http://example.org/1"},
    "wellformed_rss_item_comments.xml": {"url": "http://example.com/"},
    "wellformed_rss_item_description_escaped_markup.xml": {"text": "Example description"},
    "wellformed_rss_item_guid_isPermaLink_conflict_link.xml": {
        "id": "rss:http://guid.example.com/",
        "url": "http://link.example.com/",
    },
    "wellformed_rss_item_guid_map_link.xml": {"url": "http://guid.example.com/"},
    "wellformed_rss_item_pubDate_map_updated_parsed.xml": {"created_at": datetime(2004, 1, 1, 19, 48, 21, tzinfo=UTC)},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_parsers_own_suite_expects(name):
    found = one(name)
    assert {field: getattr(found, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", ["illformed_rss_empty_document.xml", "real_TechCrunchFirstEntry.xml"])
def test_what_is_no_feed_is_one_failure_that_carries_it(name):
    (failure,) = parsed(name)
    assert (failure.reason, failure.payload) == ("not a feed", (FEEDS / name).read_bytes())


def test_the_named_source_of_an_item_is_its_author():
    assert one("wellformed_rss_item_source_url.xml").author.name == "Example source"


def test_google_alerts_lead_to_the_article_itself():
    first = parsed("real_google_alerts_atom.xml")[0]
    assert first.url.startswith("https://www.aglobalmarketresearch.com/report-offers")
    assert first.site == "www.aglobalmarketresearch.com"
    assert first.title.startswith("Report offers Prediction of Automotive Slack Market")
    assert "<b>" not in first.text


def test_an_article_with_its_facts():
    found = parsed("real_HuffPostCanada.xml")[0]
    assert (found.kind, found.author.name, found.language) == (Kind.ARTICLE, "Canadian Press", "en")
    assert found.text.startswith("Winnipeg high school student")
    assert "\n\nThe black and gold garment" in found.text
    assert found.tags[:2] == ("Dakota Collegiate", "hijab")
    assert {item.kind for item in found.media} == {"image", "video"}


def test_an_entry_updated_after_it_was_published_is_edited():
    edited = {m.title: m.edited_at for m in parsed("real_DuplicateContentAtomFeed.xml")}
    assert edited["Kickstarting failure"] == datetime(2014, 7, 17, 10, 54, 57, tzinfo=UTC)
    assert edited["Down time"] is None


def test_text_about_markup_keeps_it():
    assert one("real_AtomEscapedHTMLInPreTag.xml").text == "This is escaped html:\n\n<b>test<b>"


def test_a_link_to_comments_is_no_text():
    first = parsed("real_RSSWithComments.xml")[0]
    assert first.text == first.title == "AWS Lambda Function URLs: Built-In HTTPS Endpoints for Lambda"
    assert first.media[0].url == "https://news.ycombinator.com/item?id=30937433"


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_failures(payload):
    assert all(isinstance(item, (Mention, Failure)) for item in parse(payload, "x.xml", NOW))


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("24-11-2025 09:00", datetime(2025, 11, 24, 9, tzinfo=UTC)),
        ("2025/11/24 09:00", datetime(2025, 11, 24, 9, tzinfo=UTC)),
        ("Mon, 24 Nov 2025 09:00:00 CET", datetime(2025, 11, 24, 8, tzinfo=UTC)),
    ],
)
def test_dates_as_dutch_feeds_write_them(date, moment):
    (found,) = parse(rss(item(1, "Storing", date)).encode(), "x.xml", NOW)
    assert found.created_at == moment


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "0001-01-01T00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 02 Mar 2099 08:00:00 GMT",
        "banaan",
    ],
)
def test_a_date_that_cannot_be_true_is_first_sight(date):
    (found,) = parse(rss(item(1, "Storing", date)).encode(), "x.xml", NOW)
    assert (found.created_at, found.edited_at) == (NOW, None)


def test_the_same_guid_in_two_feeds_of_one_host_is_two_messages():
    addresses = ["https://blad.nl/a", "https://blad.nl/b", "https://blad.nl/a?key=geheim", "http://blad.nl:81/a"]
    feed = rss(item(1, "Storing")).replace("<guid>", "<guid isPermaLink='false'>").encode()
    ids = [_feed.read(feed, url=url, seen_at=NOW).mentions[0].id for url in addresses]
    assert ids[:2] == ["rss:blad.nl/a#1", "rss:blad.nl/b#1"]
    assert len(set(ids)) == 4
    assert "geheim" not in str(ids)


GUIDS = {
    "<guid>1</guid>": ("blad.nl/feed#1", None),
    "<guid><![CDATA[ a&b ]]></guid>": ("blad.nl/feed#a&b", None),
    "<guid isPermaLink='true'>post 7</guid>": ("blad.nl/feed#post 7", None),
    "<guid>urn:x:1</guid>": ("urn:x:1", None),
    "<guid>1</guid><link>https://blad.nl/een</link>": ("blad.nl/feed#1", "https://blad.nl/een"),
    "<link>https://blad.nl/een</link><guid>1</guid>": ("blad.nl/feed#1", "https://blad.nl/een"),
    "<guid>1</guid><link>/een</link>": ("blad.nl/feed#1", "https://blad.nl/een"),
    "<guid>https://blad.nl/1?a=1&amp;b=2</guid>": ("https://blad.nl/1?a=1&b=2", "https://blad.nl/1?a=1&b=2"),
    "<guid isPermaLink='false'>1</guid>": ("blad.nl/feed#1", None),
}


@pytest.mark.parametrize("guid", GUIDS)
def test_a_guid_that_is_no_address_does_not_become_one(guid):
    feed = f"<rss version='2.0'><channel><item>{guid}<title>Storing</title></item></channel></rss>"
    (found,) = _feed.read(feed.encode(), url="https://blad.nl/feed", seen_at=NOW).mentions
    assert (found.id, found.url) == (f"rss:{GUIDS[guid][0]}", GUIDS[guid][1])


def test_a_guid_that_nobody_can_read_spoils_nothing():
    feed = rss(item("//[1", "Storing")).encode()
    assert [m.text for m in _feed.read(feed, url="https://blad.nl/feed", seen_at=NOW).mentions] == ["Storing"]


def test_an_entry_without_text_and_title_says_nothing():
    assert [m.text for m in parse(rss(item(1, " "), item(2, "Storing")).encode(), "x.xml", NOW)] == ["Storing"]


def test_dutch_in_an_old_encoding_that_nobody_declared():
    feed = rss(item(1, "Eén café in België is té duur")).encode("cp1252")
    assert [m.title for m in parse(feed, "x.xml", NOW)] == ["Eén café in België is té duur"]


# --- a server that misbehaves ----------------------------------------------------------------------------------------


def rss(*items):
    return f"<rss version='2.0'><channel><title>Nieuws</title>{''.join(items)}</channel></rss>"


def item(number, title, date="Mon, 02 Mar 2020 08:00:00 GMT"):
    return f"<item><guid>{number}</guid><title>{title}</title><pubDate>{date}</pubDate></item>"


class Site:
    """Serves the given answers in turn, the last for ever; an answer is a body, a response, or what makes one."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []
        self.url = ""

    async def answer(self, request):
        self.asked.append(request.headers)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        answer = await answer(request) if callable(answer) else answer
        return web.Response(text=answer, content_type="application/rss+xml") if isinstance(answer, str) else answer


@asynccontextmanager
async def serving(*answers):
    site = Site(*answers)
    application = web.Application()
    application.router.add_get("/{any:.*}", site.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed.xml"
    try:
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def reading(site, tmp_path, *, cursor=None, said=None, **settings):
    given = Settings(feeds=({"url": site.url, "name": "news"},), **({"every": "0.01s"} | settings))
    report = said.append if said is not None else lambda _: None
    async with (
        build(given, tools(tmp_path, report)) as connector,
        aclosing(connector.batches(connector.streams()[0], cursor)) as batches,
    ):
        yield batches


async def test_the_first_reading_is_history_and_what_comes_later_is_live(tmp_path):
    async with (
        serving(rss(item(1, "oud")), rss(item(2, "nieuw"), item(1, "oud"))) as site,
        reading(site, tmp_path) as batches,
    ):
        first, second = await anext(batches), await anext(batches)
    assert [(m.text, m.marks) for m in first.mentions] == [("oud", (Mark.HISTORY,))]
    assert [(m.text, m.marks) for m in second.mentions] == [("nieuw", ())]


async def test_an_entry_whose_content_changes_is_edited_when_that_is_seen(tmp_path):
    async with (
        serving(rss(item(1, "te laat")), rss(item(1, "op tijd"))) as site,
        reading(site, tmp_path) as batches,
    ):
        first, second = (await anext(batches)).mentions[0], (await anext(batches)).mentions[0]
    assert first.id == second.id
    assert (first.edited_at, second.edited_at) == (None, second.seen_at)


async def test_what_did_not_change_is_not_sent_again(tmp_path):
    given = web.Response(
        text=rss(item(1, "a")), headers={"ETag": '"x"', "Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"}
    )
    async with serving(given, web.Response(status=304)) as site, reading(site, tmp_path) as batches:
        first, second = await anext(batches), await anext(batches)
    assert site.asked[1]["If-None-Match"] == '"x"'
    assert site.asked[1]["If-Modified-Since"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert (len(first.mentions), second.mentions, second.failed) == (1, (), ())


async def test_the_question_is_conditional_after_a_restart_too(tmp_path):
    given = web.Response(text=rss(item(1, "a")), headers={"ETag": '"x"'})
    async with serving(given, web.Response(status=304)) as site:
        async with reading(site, tmp_path) as batches:
            cursor = (await anext(batches)).cursor
        async with reading(site, tmp_path, cursor=cursor) as batches:
            await anext(batches)
    assert site.asked[1]["If-None-Match"] == '"x"'


async def test_a_feed_that_moved_on_by_more_than_it_shows_is_a_gap(tmp_path):
    pages = (rss(*(item(number, "a") for number in range(start, start + 6))) for start in (0, 100))
    async with serving(*pages) as site, reading(site, tmp_path) as batches:
        first, second = await anext(batches), await anext(batches)
    assert (first.gap, second.gap) == (None, "the feed moved on by more than it shows; ask it more often")
    assert len(second.mentions) == 6


async def test_a_bad_entry_is_set_aside_once_while_it_stays_in_its_feed(tmp_path):
    feed = rss(item(1, "a" * 1_000_001), item(2, "b"))
    async with serving(feed) as site, reading(site, tmp_path) as batches:
        first, second = await anext(batches), await anext(batches)
    assert ([failure.reason for failure in first.failed], second.failed) == (["text too long"], ())


async def test_a_server_that_asks_to_wait_is_heeded(tmp_path):
    slow_down = web.Response(status=429, headers={"Retry-After": "77"})
    async with serving(slow_down) as site, reading(site, tmp_path) as batches:
        with pytest.raises(Retry) as raised:
            await anext(batches)
    assert raised.value.after == 77


async def cut(request):
    response = web.StreamResponse(headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(rss(item(1, "half")).encode()[:60])
    request.transport.close()
    return response


async def drip(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for piece in rss(item(1, "traag")):
        await response.write(piece.encode())
        await asyncio.sleep(0)
    return response


@pytest.mark.parametrize("answer", [web.Response(status=503), web.Response(status=500), web.Response(status=404), cut])
async def test_a_server_that_fails_is_tried_again(tmp_path, answer):
    async with serving(answer) as site, reading(site, tmp_path) as batches:
        with pytest.raises(Retry):
            await anext(batches)


async def test_a_slow_drip_is_read_to_its_end(tmp_path):
    async with serving(drip) as site, reading(site, tmp_path) as batches:
        assert [m.text for m in (await anext(batches)).mentions] == ["traag"]


async def test_a_packed_answer_is_unpacked(tmp_path):
    body = gzip.compress(rss(item(1, "klein")).encode())
    async with (
        serving(web.Response(body=body, headers={"Content-Encoding": "gzip"})) as site,
        reading(site, tmp_path) as batches,
    ):
        assert [m.text for m in (await anext(batches)).mentions] == ["klein"]


async def test_what_is_no_feed_is_set_aside_once_and_tried_again(tmp_path):
    pages = (f"<p>Storing {nonce}" for nonce in range(3))
    async with hearing(tmp_path) as heard, serving(*pages, rss(item(1, "a"))) as site:
        settings = Settings(feeds=(site.url,), every="0.01s")
        async with build(settings, tools(tmp_path)) as connector:
            running = asyncio.create_task(heard.run(connector))
            while not await heard.mentions():  # noqa: ASYNC110 - the log wakes nobody here
                await asyncio.sleep(0.02)
            heard.stop.set()
            await running
        assert [letter.error for letter in await heard.dead()] == ["not a feed"]
        assert "is not a feed" in heard.said[0]


async def test_a_feed_that_is_gone_for_good_stops(tmp_path):
    async with serving(web.Response(status=410)) as site, reading(site, tmp_path) as batches:
        with pytest.raises(Stop, match="gone for good"):
            await anext(batches)


async def test_a_refused_token_stops(tmp_path):
    async with serving(web.Response(status=401)) as site, reading(site, tmp_path) as batches:
        with pytest.raises(Stop):
            await anext(batches)


async def test_a_permanent_move_is_followed_and_said_once(tmp_path):
    said = []

    async def moved(request):
        if request.path == "/feed.xml":
            return web.Response(status=301, headers={"Location": "/elders.xml"})
        return web.Response(text=rss(item(1, "verhuisd")))

    async with serving(moved) as site, reading(site, tmp_path, said=said) as batches:
        first, _ = await anext(batches), await anext(batches)
    assert [m.text for m in first.mentions] == ["verhuisd"]
    assert len(said) == 1
    assert said[0].endswith("/elders.xml")


async def test_an_endless_answer_is_refused(tmp_path):
    async def endless(request):
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"})
        await response.prepare(request)
        await response.write(gzip.compress(b" " * 17 * 1024 * 1024))
        return response

    async with serving(endless) as site, reading(site, tmp_path) as batches:
        first, second = await anext(batches), await anext(batches)
    assert ([failure.reason for failure in first.failed], second.failed) == (["too large"], ())


async def test_a_feed_away_is_told_without_its_secret(tmp_path):
    settings = Settings(feeds=("http://user:geheim@127.0.0.1:9/feed?key=geheim",), every="0.01s")
    async with (
        build(settings, tools(tmp_path)) as connector,
        aclosing(connector.batches(connector.streams()[0], None)) as it,
    ):
        with pytest.raises(Retry) as raised:
            await anext(it)
    assert "geheim" not in f"{raised.value} {connector.streams()}"


def test_an_address_that_is_none_is_a_mistake_with_its_path():
    with pytest.raises(Misconfigured, match=r"feeds\[0\]\.url"):
        check(Settings, {"feeds": ["ftp://x"]}, where="rss")
