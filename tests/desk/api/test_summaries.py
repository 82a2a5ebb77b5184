"""A summary over the API, by a strict double of a language model."""

import pytest
from aiohttp.test_utils import TestServer

from desk.store import audit
from desk.summaries.parts import Summaries
from tests.desk.api.asking import NOW, WEEK, Client, Policies, bearer, counted, parts
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk
from tests.desk.summaries.double import KEY, double, status


@pytest.fixture
async def summarised(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
        double() as server,
    ):
        await fill(archive, counted())
        made = Summaries(settings=server.settings, database=desk, leaving=Policies(), redact=str)
        app = application(archive, now=lambda: NOW, api=parts(), kept=kept(desk), summaries=made)
        async with Client(TestServer(app)) as one:
            one.double, one.desk = server, desk
            yield one


async def test_each_sentence_comes_with_the_mentions_it_rests_on(summarised):
    summarised.double.says = "Pakketten zijn laat [1, 2].\nDat is jammer."
    told = await summarised.told("/summary", topic="delivery", written_in="nl", **WEEK)
    (sentence,) = told["sentences"]
    assert sentence["text"] == "Pakketten zijn laat."
    assert [one["id"] for one in sentence["evidence"]] == ["bluesky:5", "bluesky:4"]
    assert sentence["evidence"][0]["page"].endswith("/mention?id=bluesky%3A5")
    assert (told["read"], told["total"], told["dropped"], told["whole"], told["model"]) == (6, 6, 1, True, "small")
    assert (told["question"]["topic"], told["question"]["copies_count"]) == ("delivery", False)
    assert "in Dutch" in summarised.double.asked[0]["messages"][0]["content"]


async def test_the_audit_has_each_message_that_was_sent_by_the_tokens_name(summarised):
    await summarised.told("/summary", topic="delivery", **WEEK)
    entries = await audit.latest(summarised.desk)
    assert {(one.by, one.what) for one in entries} == {("token both", "mention")}
    assert len(entries) == 6


async def test_it_takes_the_scope_for_mentions(summarised):
    assert (await summarised.get("/api/v1/summary", headers=bearer("figures"))).status == 403
    assert summarised.double.requests == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"q": "followers:>10"}, "never of a person"),
        ({"source": "mastodon", "topic": "nothing"}, "nothing of this may be sent"),
    ],
)
async def test_what_may_not_be_summarised_is_a_sentence(summarised, asked, sentence):
    told = await summarised.told("/summary", status=400, **asked, **WEEK)
    assert sentence in told["detail"]
    assert summarised.double.requests == 0


async def test_a_model_that_refuses_the_key_is_a_sentence_without_it(summarised):
    summarised.double.acts = [status(401)]
    told = await summarised.told("/summary", status=503, topic="delivery", **WEEK)
    assert "refuses the key" in told["detail"]
    assert KEY not in told["detail"]


async def test_without_a_language_model_it_says_how_to_have_one(client):
    told = await client.told("/summary", status=404)
    assert (
        told["detail"] == "no language model is configured, so nothing is summarised: give llm.base_url and llm.model"
    )
