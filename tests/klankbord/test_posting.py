"""Webhooks of alerts on a real socket: signed so that the public library takes them, refused where they must not go."""

from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from core.errors import Reject, Retry
from core.time import now
from desk.alerts.secret import new_secret
from klankbord.keeping.posting import post_signed

HERE = (ip_network("127.0.0.1"),)


@asynccontextmanager
async def receiver(*statuses):
    """Answers with these statuses in turn, then with 204; gives its address and what it was sent."""
    left, came = list(statuses), []

    async def take(request):
        came.append((dict(request.headers), await request.read()))
        headers = {"Retry-After": "90", "Location": "/elsewhere"}
        return web.Response(status=left.pop(0) if left else 204, headers=headers)

    app = web.Application()
    app.add_routes([web.post("/hook", take), web.post("/elsewhere", take)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", came
    await runner.cleanup()


async def send(address, secret, *, private=HERE):
    await post_signed(address, "a1", b'{"type":"klankbord.alert"}', secret, private=private, clock=now)


async def test_it_is_signed_as_standard_webhooks_says():
    secret = new_secret()
    async with receiver() as (address, came):
        await send(address, secret)
    ((headers, body),) = came
    assert Webhook(secret).verify(body, headers) == {"type": "klankbord.alert"}
    assert headers["webhook-id"] == "a1"
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(new_secret()).verify(body, headers)


@pytest.mark.parametrize(("status", "error"), [(410, Reject), (400, Reject), (429, Retry), (503, Retry), (302, Retry)])
async def test_an_answer_that_is_no_success_fails_for_good_or_for_now(status, error):
    async with receiver(status) as (address, came):
        with pytest.raises(error, match=f"answered {status}") as raised:
            await send(address, new_secret())
    assert len(came) == 1  # and is followed nowhere
    assert getattr(raised.value, "after", None) in (90, None)


async def test_a_private_address_is_reached_only_where_a_person_named_it():
    async with receiver() as (address, came):
        with pytest.raises(Retry, match="is not public"):
            await send(address, new_secret(), private=())
    assert came == []


async def test_a_receiver_that_is_away_is_waited_for():
    async with receiver() as (address, _):
        pass
    with pytest.raises(Retry, match="cannot be reached"):
        await send(address, new_secret())
