"""What comes of a request, where the other side or the way to it misbehaves."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from core.errors import Denied, Misconfigured, Retry, Unsure
from core.settings import check
from core.time import now
from publish import _http
from publish.mastodon import Settings

PATIENCE = timedelta(seconds=30)


@asynccontextmanager
async def spoken(*answers: bytes):
    """A server that says these bytes, one after another, each to one connection; and how often it was asked."""
    asked = []

    async def say(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        asked.append(1)
        writer.write(answers[min(len(asked), len(answers)) - 1])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


@asynccontextmanager
async def client(address, *, settles=timedelta(seconds=9)):
    async with _http.session() as session:
        yield _http.Client(
            session, address, name="source", clock=now, secrets=["s3cret"], patience=PATIENCE, settles=settles
        )


def http(status: str, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers, "", body]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("status", ["408 Late", "500 Broken", "503 Away", "504 Late"])
@pytest.mark.parametrize(("sends", "raised"), [(True, Unsure), (False, Retry)])
async def test_what_may_have_been_done_is_unsure_for_whoever_sends(status, sends, raised):
    async with spoken(http(status)) as (address, _), client(address) as asking:
        with pytest.raises(raised):
            await asking.ask("POST", "/", body={}, sends=sends)


async def test_who_is_unsure_is_told_how_long_to_wait():
    async with spoken(http("500 Broken")) as (address, _), client(address) as asking:
        with pytest.raises(Unsure) as caught:
            await asking.ask("POST", "/", body={}, sends=True)
    assert caught.value.after == 9


async def test_where_nobody_listens_nothing_was_sent():
    async with spoken() as (address, _):
        pass
    async with client(address) as asking:
        with pytest.raises(Retry):
            await asking.ask("POST", "/", body={}, sends=True)


async def test_a_limit_says_when_there_is_more():
    async with spoken(http("429 Slower", "", "Retry-After: 17")) as (address, _), client(address) as asking:
        with pytest.raises(Retry) as caught:
            await asking.ask("POST", "/", body={}, sends=True)
    assert caught.value.after == 17


async def test_a_token_does_not_follow_elsewhere():
    async with spoken() as (elsewhere, asked), spoken(http("302 There", "", f"Location: {elsewhere}/")) as (address, _):
        async with client(address) as asking:
            with pytest.raises(Denied):
                await asking.ask("GET", "/", headers={"Authorization": "Bearer s3cret"})
        assert asked == []


async def test_an_answer_that_comes_twice_is_not_taken_for_the_next_one():
    twice = http("200 Fine", '{"id":1}') * 2
    async with spoken(twice, http("200 Fine", '{"id":2}')) as (address, _), client(address) as asking:
        first = await asking.ask("POST", "/", body={}, sends=True)
        second = await asking.ask("POST", "/", body={}, sends=True)
    assert (first.value, second.value) == ({"id": 1}, {"id": 2})


async def test_more_than_anybody_says_is_not_read(monkeypatch):
    monkeypatch.setattr(_http, "MOST_BODY", 100)
    async with spoken(http("200 Fine", f'"{"a" * 200}"')) as (address, _), client(address) as asking:
        with pytest.raises(Unsure):
            await asking.ask("POST", "/", body={}, sends=True)


async def test_what_it_says_of_a_secret_is_not_said_on():
    async with spoken(http("401 No", '{"error":"s3cret is no token"}')) as (address, _), client(address) as asking:
        with pytest.raises(Denied) as caught:
            await asking.ask("GET", "/")
    assert "s3cret" not in str(caught.value)
    assert "... is no token" in str(caught.value)


@pytest.mark.parametrize(
    "instance", ["http://mastodon.nl", "ftp://a", "https://u:p@mastodon.nl", "mastodon.nl", "https://a?b"]
)
def test_a_token_goes_to_no_address_that_others_can_read(instance):
    with pytest.raises(Misconfigured) as caught:
        check(Settings, {"instance": instance, "account": "a", "token": "s3cret"}, where="mastodon")
    assert "give an https:// address" in str(caught.value)
    assert "s3cret" not in str(caught.value)
