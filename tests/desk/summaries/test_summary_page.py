"""The button on the list, without a script and with one."""

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.store import audit
from desk.summaries.parts import Summaries
from desk.web.application import open_link
from tests.desk.api.asking import NOW, Policies, said
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk
from tests.desk.summaries.double import KEY, double, status


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
        double() as server,
    ):
        parts = Summaries(settings=server.settings, database=desk, leaving=Policies(), redact=str)
        await fill(archive, [said(number, NOW, text=f"trein {number}") for number in (1, 2)])
        app = application(archive, now=lambda: NOW, kept=kept(desk), summaries=parts)
        async with TestClient(TestServer(app)) as one:
            await one.get(open_link(app))
            one.token = re.search(r'name="csrf" value="([^"]+)"', await (await one.get("/search")).text())[1]
            one.double, one.desk = server, desk
            yield one


async def summary(client, expected=200, language="nl", **fields):
    answer = await client.post("/summary", data={"csrf": client.token, **fields}, headers={"Accept-Language": language})
    text = await answer.text()
    assert answer.status == expected, text
    return text


async def test_the_list_has_a_button_that_asks_what_it_shows(client):
    page = await (await client.get("/search?q=trein&topic=delivery&order=oldest")).text()
    form = page.partition('action="/summary"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields | {"csrf": ""} == {"csrf": "", "q": "trein", "topic": "delivery", "order": "oldest"}


async def test_it_is_a_page_of_its_own_with_links_to_the_evidence(client):
    client.double.says = "De trein [2]."
    page = await summary(client, q="trein")
    assert "<html" in page
    (number,) = {one["n"] for one in client.double.sent() if one["n"] == 2}
    evidence = re.findall(r'<li dir="auto"><bdi>([^<]*)</bdi> <a class="chip" href="/mention\?id=bluesky%3A(\d)"', page)
    assert [(text, len(mention)) for text, mention in evidence] == [("De trein.", 1)]
    assert (number, (await audit.latest(client.desk))[0].by[:5]) == (2, "desk:")


async def test_a_script_gets_the_part_alone(client):
    part = await summary(client, part="1")
    assert "<html" not in part
    assert "<h2>Samenvatting</h2>" in part


async def test_what_a_model_writes_is_text(client):
    client.double.says = "<script>alert(1)</script> <a href='http://evil.example'>klik</a> [1]"
    page = await summary(client)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<a href='http" not in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "het taalmodel weigert de sleutel (antwoord 401): zie llm.key"),
        ("en", "the language model refuses the key"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_in_the_language_of_the_page(client, language, sentence):
    client.double.acts = [status(401)]
    page = await summary(client, 503, language)
    assert sentence in page
    assert KEY not in page


@pytest.mark.parametrize(
    ("fields", "expected"), [({"q": "("}, 400), ({"range": "x"}, 400), ({"author": "bluesky:x"}, 400)]
)
async def test_what_cannot_be_asked_is_a_sentence(client, fields, expected):
    assert 'role="alert"' in await summary(client, expected, **fields)


async def test_without_the_forms_token_nobody_is_asked(client):
    client.token = "guessed"
    await summary(client, 403)
    assert client.double.requests == 0


async def test_without_a_language_model_there_is_none_of_it(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
        await fill(archive, [said(1, NOW)])
        app = application(archive, now=lambda: NOW)
        async with TestClient(TestServer(app)) as client:
            await client.get(open_link(app))
            page = await (await client.get("/search")).text()
            token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
            assert not re.search(r"/summary\b[^>]|data-summar", page)
            assert (await client.post("/summary", data={"csrf": token})).status == 404
