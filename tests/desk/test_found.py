"""Intent, aspects and spam on the page: shares that add up, filters, and what a person says instead."""

import re
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from core.document import Filter, Stored
from core.types import Finding, Judgement
from desk.web.application import open_link
from desk.web.pages.judging import messages
from picture.overview import overview
from tests.desk import corpus
from tests.desk.serving import application, fill, opened

WEEK = {"range": "7d"}
MENTIONS = list(corpus.mentions())[-400:]


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, [*MENTIONS, *corpus.coverage()])
        yield archive


@pytest.fixture
async def client(archive):
    async with TestClient(TestServer(application(archive))) as one:
        await one.get(open_link(one.app))
        yield one


async def shown(client, path, **parameters):
    answer = await client.get(path, params=parameters, headers={"Accept-Language": "en"})
    assert answer.status == 200
    return await answer.text()


async def test_the_overview_shows_intents_that_add_up_aspects_and_the_way_to_leave_spam_out(client):
    page = await shown(client, "/", **WEEK)
    card = page.partition('id="intent-title"')[2].partition("</section>")[0]
    counts = [int(one.replace(",", "")) for one in re.findall(r'<span class="n">([\d,]+)</span>', card)]
    assert sum(counts) > 100
    assert f"{sum(counts)} messages" in await shown(client, "/search", **WEEK)
    assert "intent=uncertain" in card
    assert "intent=unjudged" in card
    assert "aspect=trein" in page
    assert "spam=without" in page
    assert "Spam left out" in await shown(client, "/", spam="without", **WEEK)


async def test_every_part_of_the_overview_counts_the_same_mentions_without_spam(archive):
    where = Filter(since=corpus.NOW - timedelta(days=7), until=corpus.NOW)
    whole = await overview(archive, where, zone=corpus.ZONE, now=corpus.NOW)
    without = await overview(archive, replace(where, spam=False), zone=corpus.ZONE, now=corpus.NOW)
    assert whole.total - without.total == whole.spam > 0
    assert without.spam == 0
    assert sum(one.mentions for one in without.intents) == without.sentiment.total == without.total


async def test_a_list_by_intent_or_aspect_holds_as_many_as_the_overview_says(client):
    page = await shown(client, "/", **WEEK)
    for name, label in (("intent", "complaint"), ("intent", "unjudged"), ("aspect", "trein")):
        found = re.search(rf'{name}={label}"[^\n]*?<span class="n">([\d,]+)</span>', page)
        assert f"{found[1]} messages" in await shown(client, "/search", **{name: label}, **WEEK)


@pytest.mark.parametrize(
    ("form", "name", "labels"),
    [
        ({"act": "intent", "intent": "question"}, "intent", ("question",)),
        ({"act": "spam:yes"}, "spam", ("judged",)),
        ({"act": "spam:no"}, "spam", ()),
    ],
)
def test_a_person_says_what_it_is_for_and_whether_it_is_spam(form, name, labels):
    stored = Stored(enriched=MENTIONS[-1])
    (said,) = messages(form, [stored], by="ruth", at=corpus.NOW)
    assert said == Judgement(mention=stored.enriched.mention.id, name=name, labels=labels, by="ruth", at=corpus.NOW)


async def test_a_mention_says_what_was_undecided_how_sure_and_what_was_not_read(client, archive):
    first = next(one for one in MENTIONS if one.finding("intent"))
    findings = tuple(
        replace(one, labels=(), truncated=True, scores={"complaint": 0.4, "question": 0.35})
        if one.name == "intent"
        else one
        for one in first.findings
    )
    await fill(archive, [replace(first, findings=findings, generation=5)])
    page = await shown(client, "/mention", id=first.mention.id)
    for words in ("uncertain", "only the beginning was read", "probabilities", "40"):
        assert words in page


async def test_toxicity_where_it_is_switched_on_is_asked_for_and_stands_on_the_message(client, archive):
    first, second = MENTIONS[-1], MENTIONS[-2]
    given = (("offensive",), first), ((), second)
    for labels, one in given:
        found = Finding(name="toxicity", model="toxicity 1", labels=labels, confidence=0.8)
        await fill(archive, [replace(one, findings=(*one.findings, found), generation=6)])
    assert "1 message<" in await shown(client, "/search", q="toxicity:offensive", **WEEK)
    assert "1 message<" in await shown(client, "/search", q="toxicity:uncertain", **WEEK)
    row = '<th scope="row">offensive</th><td>{}'
    assert row.format("yes") in await shown(client, "/mention", id=first.mention.id)
    assert row.format('<span class="tone uncertain">') in await shown(client, "/mention", id=second.mention.id)
