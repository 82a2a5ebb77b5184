"""The forecast on the page: a sentence and a line after the chart's last hour, for one monitor alone."""

import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.web.ahead import drawn
from desk.web.application import open_link
from picture.buckets import Width
from picture.forecast import Forecast, History, outlook
from picture.forecast.history import hour_of, hour_start
from picture.volume import Point, Volume
from tests.desk import corpus
from tests.desk.axe import unclean
from tests.desk.conftest import Visitor
from tests.desk.serving import application, fill, opened, serving
from tests.desk.talk import talk


@pytest.fixture
async def client(tmp_path):
    now = [corpus.NOW]
    async with opened(tmp_path / "archive.db", lambda: now[0]) as archive:
        await fill(archive, talk(corpus.NOW))
        async with TestClient(TestServer(application(archive, now=lambda: now[0]))) as one:
            one.now, one.archive = now, archive
            await one.get(open_link(one.app))
            yield one


async def figures(client, **parameters):
    answer = await client.get("/figures", params=parameters, headers={"Accept-Language": "en"})
    found = json.loads(await answer.text())
    said = re.search(r'<p class="ahead">(.*?)</p>', found["html"])
    return (said[1] if said else None), found["chart"]["ahead"], found["chart"]


async def test_it_follows_the_last_hour_of_the_chart(client):
    said, ahead, chart = await figures(client, monitor="Noorderlijn")
    assert re.fullmatch(r"In the 24 hours from 17:00 about \d+ messages are expected, \d+ to \d+ in 8 of 10 cases\. The 21 forecasts before this one were \d+\s?% less wrong than the same hours of the week before\.", said)  # fmt: skip
    assert ahead["starts"][0] == chart["ends"][-1]
    assert len(ahead["starts"]) == len(ahead["middle"]) == 71  # of the first hour some has been heard already
    assert max(chart["counts"][-24:]) > 0


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"monitor": "Noorderlijn", "language": "nl"},
        {"monitor": "Noorderlijn", "q": "trein"},
        {"monitor": "Noorderlijn", "hidden": "1"},
        {"monitor": "Noorderlijn", "since": "2026-03-01T00:00:00Z", "until": "2026-03-08T00:00:00Z"},
    ],
)
async def test_of_anything_else_nothing_is_said(client, asked):
    said, ahead, _ = await figures(client, **asked)
    assert (said, ahead) == (None, None)


async def test_where_buckets_are_no_hours_it_is_said_and_not_drawn(client):
    said, ahead, _ = await figures(client, monitor="Noorderlijn", range="28d")
    assert said.startswith("In the 24 hours from 17:00 about")
    assert ahead is None


async def test_hours_that_are_never_collected_are_holes_and_of_no_day_together(tmp_path):
    items = [
        one for one in talk(corpus.NOW) if hasattr(one, "mention") and one.mention.created_at.hour not in (2, 3, 4)
    ]
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, items)
        async with TestClient(TestServer(application(archive))) as client:
            await client.get(open_link(client.app))
            said, ahead, _ = await figures(client, monitor="Noorderlijn")
    assert said.startswith("The ")
    assert "less wrong" in said
    holes = {
        datetime.fromtimestamp(at, UTC).hour
        for at, one in zip(ahead["starts"], ahead["middle"], strict=True)
        if one is None
    }
    assert holes == {3}


async def test_why_there_is_none(client):
    said, ahead, _ = await figures(client, monitor="Utrecht")
    assert (said, ahead) == ("No forecast: three weeks of collected hours are needed.", None)


async def test_a_clock_that_goes_on_meanwhile_takes_no_forecast_away(tmp_path):
    now = [corpus.NOW]

    def late():
        now[0] += timedelta(seconds=70)
        return now[0]

    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, talk(corpus.NOW))
        async with TestClient(TestServer(application(archive, now=late))) as client:
            await client.get(open_link(client.app))
            said, _, _ = await figures(client, monitor="Noorderlijn")
    assert said.startswith("In the 24 hours from")


def test_where_no_hour_is_after_the_chart_nothing_is_drawn():
    forecast = Forecast(hour_of(corpus.NOW), *(np.ones(72),) * 3)
    found = outlook(History.of(0, [], corpus.ZONE))._replace(forecast=forecast, shown=24)
    until = hour_start(forecast.start + 24)
    assert drawn(found, chart_until(until - timedelta(hours=1)))["middle"] == [1.0]
    assert drawn(found, chart_until(until)) is None


def chart_until(end):
    point = Point(start=end - timedelta(hours=1), end=end, count=1, band=None, sentiment=None)
    return Volume(width=Width.HOUR, points=(point,), gaps=(), usual=None)


async def test_it_is_made_once_an_hour(client):
    first = await figures(client, monitor="Noorderlijn")
    await fill(client.archive, [one for one in talk(corpus.NOW, rate=30.0) if hasattr(one, "mention")][-400:])
    client.now[0] += timedelta(minutes=20)
    assert (await figures(client, monitor="Noorderlijn"))[0] == first[0]
    client.now[0] += timedelta(minutes=40)
    assert (await figures(client, monitor="Noorderlijn"))[0] != first[0]


def test_it_is_drawn_told_when_pointed_at_and_no_way_into_the_future(chromium, tmp_path):
    with serving(tmp_path / "archive.db", talk(corpus.NOW)) as served:
        reader = Visitor(chromium, served)
        path = "/?monitor=Noorderlijn"
        page = reader.enter(path, bypass=True)
        box = page.locator("[data-chart=volume] .u-over").bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40)
        tooltip = page.locator("[data-chart=volume] .tooltip")
        tooltip.wait_for(state="visible")
        assert re.search(r"forecast \d+ \(\d+–\d+\)", tooltip.inner_text())
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + 40)
        page.mouse.up()
        assert page.url == f"{served.url}{path}"
        assert page.locator(".swatch.ahead").count() == 1
        assert unclean(reader, page, [path]) == {path: (0, [])}
        assert reader.wrong == []
        reader.close()
