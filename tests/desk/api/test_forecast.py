"""The forecast over the API: what is shown of it, and why nothing is."""

from datetime import datetime

import pytest
from aiohttp.test_utils import TestServer

from core.types import Enriched, Mark, Visibility
from tests.desk.api.asking import NOW, Client, closed, counted, parts, said
from tests.desk.serving import application, fill, opened
from tests.desk.talk import talk


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as found:
        yield found


async def asked(archive, monitor="Noorderlijn", status=200, **policy):
    made = application(archive, now=lambda: NOW, api=parts(**policy))
    async with Client(TestServer(made)) as client:
        return await client.told("/forecast", secret="figures", status=status, monitor=monitor)


async def test_hours_days_and_how_good_they_were(archive):
    await fill(archive, talk(NOW))
    told = await asked(archive)
    assert (told["why"], told["monitor"], told["time_zone"]) == (None, "Noorderlijn", "Europe/Amsterdam")
    assert len(told["hours"]) == 72
    assert told["hours"][0]["since"] == "2026-03-24T16:00:00Z"
    assert all(one["low"] <= one["middle"] <= one["high"] for one in told["hours"])
    assert [one["error"] < 1 for one in told["days"]] == [True] * 3
    assert told["days"][0]["low"] < told["days"][0]["middle"] < told["days"][0]["high"]
    assert told["forecasts"] == 21
    assert 0.7 < told["covered"] < 0.95


async def test_too_little_history_says_so(archive):
    await fill(archive, counted())
    told = await asked(archive)
    assert (told["why"], told["hours"], told["covered"]) == ("history", [], None)
    assert [one["error"] for one in told["days"]] == [one["middle"] for one in told["days"]] == [None] * 3


async def test_hours_that_are_never_collected_are_null(archive):
    items = [one for one in talk(NOW) if isinstance(one, Enriched) and one.mention.created_at.hour not in (2, 3, 4)]
    await fill(archive, items)
    told = await asked(archive)
    unknown = {one["since"][11:13] for one in told["hours"] if one["middle"] is None}
    assert unknown == {"03"}  # one neighbour of the others is known
    assert [one["middle"] for one in told["days"]] == [None] * 3
    assert {one["low"] for one in told["hours"] if one["middle"] is None} == {None}


async def test_drills_and_what_is_not_public_are_not_forecast(archive):
    await fill(archive, talk(NOW))
    plain = await asked(archive, admits_closed=True)
    hour = datetime.fromisoformat(plain["hours"][0]["since"]) - (NOW - NOW.replace(minute=0)) / 2
    loud = [closed(5000 + n, hour) for n in range(200)]
    assert {one.mention.visibility for one in loud} == {Visibility.DIRECT}
    drill = said(9000, hour, marks=(Mark.DRILL,))
    await fill(archive, [*loud, drill])
    assert (await asked(archive, admits_closed=True))["hours"] == plain["hours"]
    assert (await asked(archive))["hours"][0]["middle"] > plain["hours"][0]["middle"]


async def test_a_monitor_that_is_not_there(archive):
    problem = await asked(archive, monitor="Nobody", status=404)
    assert problem["detail"] == "there is no such monitor"
