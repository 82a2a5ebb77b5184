"""What each HTTP answer means, and how requests are paced."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from core.errors import Reject, Retry, Stop
from ingest import _http
from klankbord.player import FeedPlayer, MastodonPlayer, Refusal

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with _http.client() as opened:
        yield opened


async def fetch(session: aiohttp.ClientSession, url: str, **options: object) -> _http.Answer:
    return await _http.get(session, url + "/feed", source="rss", clock=lambda: NOW, **options)


async def test_a_whole_answer_comes_back_with_lower_case_headers(session):
    player = FeedPlayer()
    player.push("/feed", b"<rss/>")
    async with player.serve() as url:
        answer = await fetch(session, url)
    assert (answer.status, answer.body) == (200, b"<rss/>")
    assert answer.headers["content-type"].startswith("application/rss+xml")


@pytest.mark.parametrize("status", [404, 410, 400, 422])
async def test_answers_for_the_caller_to_judge(session, status):
    player = FeedPlayer()
    player.faults.answers = [Refusal(status)]
    async with player.serve() as url:
        assert (await fetch(session, url)).status == status


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("17", 17.0), ("Tue, 24 Nov 2026 12:02:00 GMT", 120.0), (None, None), ("soon", None)],
)
async def test_too_many_requests_says_how_long_to_wait(session, retry_after, seconds):
    player = FeedPlayer()
    player.faults.answers = [Refusal(429, retry_after)]
    async with player.serve() as url:
        with pytest.raises(Retry, match="429") as raised:
            await fetch(session, url)
    assert raised.value.after == seconds


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        ("X-RateLimit-Reset", "2026-11-24T12:01:00.916474Z", 60.916474),
        ("ratelimit-reset", str(int(NOW.timestamp()) + 30), 30.0),
        ("x-ratelimit-reset", "45", 45.0),
        ("Retry-After", "7", 7.0),
    ],
)
def test_the_end_of_a_rate_limit_in_each_of_its_spellings(header, value, seconds):
    assert _http.wait_asked({header: value}, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 408])
async def test_a_server_in_trouble_is_tried_again(session, status):
    player = FeedPlayer()
    player.faults.answers = [Refusal(status)]
    async with player.serve() as url:
        with pytest.raises(Retry, match=str(status)):
            await fetch(session, url)


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_access_stops_and_never_shows_the_token(session, status):
    player = FeedPlayer()
    player.faults.answers = [Refusal(status)]
    async with player.serve() as url:
        with pytest.raises(Stop, match="check the key") as raised:
            await fetch(session, url, parameters={"key": "s3cret"}, check="the key")
    assert "s3cret" not in str(raised.value)


async def test_a_body_beyond_the_limit_is_rejected(session):
    player = FeedPlayer()
    player.push("/feed", b"x" * 2_000)
    async with player.serve() as url:
        with pytest.raises(Reject, match="more than 1000 bytes") as raised:
            await fetch(session, url, most=1000)
    assert raised.value.reason == "too large"


async def test_a_slow_drip_ends_in_time(session):
    player = FeedPlayer()
    player.push("/feed", b"x" * 1_000)
    player.faults.drip = 0.05
    async with player.serve() as url:
        with pytest.raises(Retry, match="in time"):
            await fetch(session, url, total=0.2)


async def test_a_cut_body_is_tried_again(session):
    player = FeedPlayer()
    player.push("/feed", b"x" * 1_000)
    player.faults.cuts = 1
    async with player.serve() as url:
        with pytest.raises(Retry):
            await fetch(session, url)
        assert len((await fetch(session, url)).body) == 1000


async def test_a_stream_that_says_nothing_is_left_and_tried_again(session):
    player = MastodonPlayer(tokens=None)
    player.faults.silent = True
    async with player.serve() as url:
        with pytest.raises(Retry, match="in time"):
            async with _http.stream(
                session, url + "/api/v1/streaming/public", source="mastodon", quiet=0.1
            ) as response:
                await response.content.readany()


async def test_nobody_there_is_tried_again_and_nonsense_stops(session):
    with pytest.raises(Retry, match=r"127\.0\.0\.1 cannot be reached"):
        await fetch(session, "http://127.0.0.1:1")
    with pytest.raises(Stop, match="not an address"):
        await fetch(session, "gopher://x")


def test_pace_lets_a_burst_pass_and_then_spreads():
    moment = [NOW]
    pace = _http.Pace(2, clock=lambda: moment[0], burst=3)
    assert [pace.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    moment[0] += timedelta(seconds=60)
    assert [pace.take() for _ in range(4)] == [0, 0, 0, 0.5]


def test_pace_pauses_when_asked_and_bears_a_clock_that_jumps_back():
    moment = [NOW]
    pace = _http.Pace(1, clock=lambda: moment[0])
    pace.pause(10)
    assert pace.take() == 10
    moment[0] -= timedelta(days=3)
    assert pace.take() <= 1000


async def test_a_paced_wait_waits():
    pace = _http.Pace(1000, clock=lambda: NOW)
    async with asyncio.timeout(60):
        waited = await asyncio.gather(*(pace.wait() for _ in range(5)))
    assert len(waited) == 5
