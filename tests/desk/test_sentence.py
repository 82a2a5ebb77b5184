"""The sentence of state, in both languages, from the same numbers."""

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.web import words
from desk.web.application import open_link
from desk.web.formats import Formats
from desk.web.sentence import gap_lines
from picture.collected import Gap
from tests.desk import corpus
from tests.desk.serving import application, fill, opened


async def _sentence(path, items, parameters, language="en"):
    async with opened(path / "archive.db") as archive:
        await fill(archive, items)
        async with TestClient(TestServer(application(archive))) as client:
            await client.get(open_link(client.app))
            text = await (await client.get("/", params=parameters, headers={"Accept-Language": language})).text()
    told = text.partition('<p class="sentence">')[2].partition("</p>")[0]
    return text.partition('<section class="state ')[2].partition('"')[0], told


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("normal for a Tuesday", "mostly")), ("nl", ("normaal voor een dinsdag", "vooral"))]
)
async def test_a_busy_tuesday_is_told(tmp_path, language, words):
    items = [*corpus.mentions(), *corpus.coverage()]
    state, told = await _sentence(tmp_path, items, {"range": "today"}, language)
    assert state == "busy"
    assert all(word in told for word in words)


async def test_a_month_without_a_month_before_tells_of_the_last_hours(tmp_path):
    state, told = await _sentence(tmp_path, [*corpus.mentions(), *corpus.coverage()], {"range": "28d"})
    assert state == "busy"
    assert "the last six hours" in told


@pytest.mark.parametrize(
    ("language", "number", "last"), [("en", 6, "and 2 stretches more"), ("nl", 5, "en nog 1 periode")]
)
def test_of_many_gaps_the_first_are_named_and_the_others_counted(language, number, last):
    spoken = words.load(language)
    starts = [corpus.NOW - timedelta(days=1 + day) for day in range(number)]
    gaps = [Gap(source="bluesky", since=at, until=at + timedelta(hours=1), reason="was away") for at in starts]
    form = Formats(spoken, corpus.ZONE, corpus.NOW)
    assert gap_lines(gaps, form, spoken) == (*gap_lines(gaps[:4], form, spoken), last)


async def test_nothing_collected_is_not_nothing_said(tmp_path):
    state, told = await _sentence(tmp_path, [], {"range": "today"})
    assert state == "unknown"
    assert "nothing was collected" in told


async def test_collected_and_quiet_is_no_messages(tmp_path):
    state, told = await _sentence(tmp_path, corpus.coverage(), {"range": "today"})
    assert state == "empty"
    assert "no messages" in told
