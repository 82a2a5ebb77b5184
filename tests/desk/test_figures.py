"""The same filter gives the same figure on the page, in the list and in the export."""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from core.types import Judgement
from desk.web.application import open_link
from desk.web.pages.export import csv_rows
from desk.web.site import SITE
from desk.web.view import View, read
from tests.desk import corpus
from tests.desk.serving import application, fill, opened


@pytest.fixture
async def client(tmp_path):
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, [*corpus.mentions(), *corpus.coverage()])
        async with TestClient(TestServer(application(archive))) as one:
            await one.get(open_link(one.app))
            yield one


async def _exported(client, parameters):
    text = (await (await client.get("/export.csv", params=parameters)).read()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "extra", [{}, {"sentiment": "negative"}, {"topic": "storing"}, {"monitor": "Utrecht", "source": "mastodon"}]
)
async def test_the_spikes_count_equals_the_messages_listed_and_the_rows_exported(client, extra):
    spike = {"since": corpus.SPIKE[0].isoformat(), "until": corpus.SPIKE[1].isoformat(), **extra}
    figures = await (await client.get("/figures", params=spike)).json()
    counted = sum(count or 0 for count in figures["chart"]["counts"])
    rows = await _exported(client, spike)
    lines = (await (await client.get("/export.jsonl", params=spike)).text()).splitlines()
    listed, link = 0, f"/search?{urlencode(spike)}"
    for _ in range(20):
        page = await (await client.get(URL(link, encoded=True))).text()
        listed += page.count('<li class="entry"')
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        link = unescape(following.group(1))
    assert counted > 10
    assert counted == listed == len(rows) == len(lines) == len({row["id"] for row in rows})


async def test_an_export_holds_no_vector_and_its_lines_can_be_read(client):
    line = (await (await client.get("/export.jsonl", params={"range": "today"})).text()).splitlines()[0]
    read = json.loads(line)
    assert "vector" not in read
    assert read["mention"]["text"]


def test_a_cell_that_looks_like_a_formula_is_made_harmless():
    assert csv_rows([["=1+1", "@x", "-2", "fine"]]) == b"'=1+1,'@x,'-2,fine\r\n"


async def test_irrelevant_messages_leave_every_figure(client, tmp_path):
    before = await _exported(client, {"range": "today"})
    said = Judgement(mention=before[0]["id"], name="irrelevant", labels=("yes",), by="a person", at=corpus.NOW)
    await client.app[SITE].judge([said])
    figures = await (await client.get("/figures", params={"range": "today"})).json()
    assert sum(count or 0 for count in figures["chart"]["counts"]) == len(before) - 1
    assert len(await _exported(client, {"range": "today"})) == len(before) - 1


async def test_an_address_that_makes_no_sense_is_a_sentence(client):
    for parameters in (
        {"range": "9y"},
        {"since": "2026-01-01T00:00:00Z"},
        {"since": "x", "until": "y"},
        {"order": "best"},
    ):
        answer = await client.get("/", params=parameters)
        assert answer.status == 400
        assert re.search("het adres|de periode", await answer.text())


def test_a_view_and_its_address_are_the_same():
    view = View(range="28d", q='storing "geen treinen"', source="bluesky", sentiment="negative")
    assert read(dict(parse_qsl(view.link("/").partition("?")[2]))) == view
    assert msgspec.structs.replace(view, after="x").link("/") == view.link("/")
