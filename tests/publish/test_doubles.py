"""The local servers refuse what their sources refuse: a suite against servers that take everything would prove nothing."""

import aiohttp
import pytest

from klankbord.player.bluesky_home import POST, BlueskyHome
from klankbord.player.mastodon_home import MastodonHome
from tests.publish.doubles.meta import MetaDouble
from tests.publish.doubles.x import XDouble

MOMENT = "2026-03-02T09:30:00.000Z"
BEARER = {"Authorization": "Bearer token"}


async def asked(address, method, path, *, body=None, headers=None):
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address + path, json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"status": " "}, 422),
        ({"status": 17}, 422),
        ({"status": "a" * 501}, 422),
        ({"status": "a" * 477 + " https://a.nl/" + "b" * 99}, 422),
        ({"status": "a" * 476 + " https://a.nl/" + "b" * 99}, 200),
        ({"visibility": "everybody"}, 422),
        ({"language": "Dutch"}, 422),
        ({"in_reply_to_id": 17}, 422),
        ({"in_reply_to_id": "17"}, 404),
        ({"replyto": "17"}, 422),
    ],
)
async def test_mastodon_takes_only_what_is_right(change, status):
    async with MastodonHome().serve() as address:
        body = {"status": "Dag!"} | change
        assert (await asked(address, "POST", "/api/v1/statuses", body=body, headers=BEARER))[0] == status


async def test_mastodon_lets_in_whom_it_knows_and_who_may():
    home = MastodonHome()
    async with home.serve() as address:
        assert (await asked(address, "POST", "/api/v1/statuses", body={"status": "a"}))[0] == 401
        home.scopes = frozenset({"read"})
        assert (await asked(address, "POST", "/api/v1/statuses", body={"status": "a"}, headers=BEARER))[0] == 403
        said = home.said("klant", "dag")
        assert (await asked(address, "DELETE", f"/api/v1/statuses/{said['id']}", headers=BEARER))[0] == 403


async def test_mastodon_gives_a_key_one_status():
    home = MastodonHome()
    async with home.serve() as address:
        headers = {**BEARER, "Idempotency-Key": "k"}
        made = [
            await asked(address, "POST", "/api/v1/statuses", body={"status": "a"}, headers=headers) for _ in range(2)
        ]
    assert made[0] == made[1]
    assert home.written == ["a"]


def facet(start, end, **feature):
    kind = feature or {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.nl"}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [kind]}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"$type": "app.bsky.feed.like"}, 400),
        ({"text": "a" * 301}, 400),
        ({"text": "👩‍👩‍👧" * 200}, 400),
        ({"text": 17}, 400),
        ({"createdAt": "yesterday"}, 400),
        ({"langs": ["nl", "en", "de", "fr"]}, 400),
        ({"mood": "good"}, 400),
        ({"facets": [facet(0, 3)]}, 200),
        ({"facets": [facet(0, 2)]}, 400),
        ({"facets": [facet(0, 99)]}, 400),
        ({"facets": [facet(2, 3)]}, 400),
        ({"facets": [facet(3, 3)]}, 400),
        ({"facets": [facet(0, 3, **{"$type": "app.bsky.richtext.facet#link"})]}, 400),
        ({"reply": {"parent": {"uri": "https://a", "cid": "b"}}}, 400),
        ({"reply": {name: {"uri": "https://a", "cid": "b"} for name in ("root", "parent")}}, 400),
    ],
)
async def test_bluesky_takes_only_what_its_lexicon_lets_stand(change, status):
    home = BlueskyHome()
    async with home.serve() as address:
        record = {"$type": POST, "text": "Déé, dag!", "createdAt": MOMENT} | change
        assert (await created(home, address, record=record))[0] == status


@pytest.mark.parametrize("key", ["self", "3jzfcijpj2z2", "zzzzzzzzzzzzz", "3JZFCIJPJ2Z2A", "0000000000000"])
async def test_bluesky_takes_only_keys_that_tell_a_time(key):
    home = BlueskyHome()
    async with home.serve() as address:
        assert (await created(home, address, rkey=key))[0] == 400


async def test_bluesky_makes_no_record_twice():
    home = BlueskyHome()
    async with home.serve() as address:
        assert (await created(home, address))[0] == 200
        assert await created(home, address) == (
            500,
            {"error": "InternalServerError", "message": "Internal Server Error"},
        )
    assert home.written == ["Dag!"]


async def test_bluesky_lets_in_whom_it_knows():
    home = BlueskyHome()
    async with home.serve() as address:
        wrong = {"identifier": home.handle, "password": "no"}
        assert (await asked(address, "POST", "/xrpc/com.atproto.server.createSession", body=wrong))[0] == 401
        assert (await asked(address, "POST", "/xrpc/com.atproto.repo.createRecord", body={}))[0] == 401
        assert (await created(home, address, repo="did:plc:klant"))[0] == 403


async def created(home, address, **change):
    entry = {"identifier": home.handle, "password": home.password}
    _, session = await asked(address, "POST", "/xrpc/com.atproto.server.createSession", body=entry)
    record = {"$type": POST, "text": "Dag!", "createdAt": MOMENT}
    body = {"repo": home.did, "collection": POST, "rkey": "3jzfcijpj2z2a", "record": record, "validate": True} | change
    headers = {"Authorization": f"Bearer {session['accessJwt']}"}
    return await asked(address, "POST", "/xrpc/com.atproto.repo.createRecord", body=body, headers=headers)


async def test_x_takes_nothing_that_is_not_signed():
    async with XDouble().serve() as address:
        for headers in ({}, BEARER, {"Authorization": 'OAuth oauth_consumer_key="app-key", oauth_token="7001-token"'}):
            assert (await asked(address, "GET", "/2/users/me", headers=headers))[0] == 401


async def test_meta_takes_only_known_fields_of_who_is_known():
    double = MetaDouble()
    double.said("2001", "dag")
    bearer = {"Authorization": f"Bearer {double.token}"}
    async with double.serve() as address:
        assert (await asked(address, "GET", "/900_5001/comments?fields=id&limit=5"))[1]["error"]["code"] == 190
        for path in ("/900_5001/comments?fields=text&limit=5", "/900_5001?fields=mood"):
            assert (await asked(address, "GET", path, headers=bearer))[1]["error"]["code"] == 100
        assert (await asked(address, "POST", "/900_5001/comments", body={"text": "a"}, headers=bearer))[0] == 400
        gone = await asked(address, "GET", "/900_1?fields=id", headers=bearer)
        assert (gone[1]["error"]["code"], gone[1]["error"]["error_subcode"]) == (100, 33)
