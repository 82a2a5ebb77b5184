"""Business events over the API: told by a token that may, once by their key, and read beside the figures."""

import json

import pytest

from desk.store import audit, happenings

TOLD = {"key": "7", "kind": "outage", "since": "2026-11-02T08:00:00Z", "title": "App down", "source": "status"}
PATH = "/api/v1/happenings"


async def tell(client, body, *, token="happenings", kind="application/json"):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    async with client.post(PATH, data=json.dumps(body), headers=headers) as answer:
        return answer.status, json.loads(await answer.text())


async def test_what_is_told_twice_stands_once_as_it_was_told_last(client):
    assert await tell(client, TOLD) == (200, {"taken": 1, "new": 1})
    assert await tell(client, [TOLD | {"until": "2026-11-02T09:00:00Z"}]) == (200, {"taken": 1, "new": 0})
    (one,) = await happenings.latest(client.desk)
    assert one.until is not None
    (entry,) = {(each.by, each.what, each.subject) for each in await audit.latest(client.desk) if each.did == "told"}
    assert entry == ("token happenings", "happening", "status")


async def test_a_cloud_event_is_taken(client):
    event = {
        "specversion": "1.0",
        "id": "9",
        "source": "https://shop.example",
        "type": "nl.klank.happening.campaign",
        "time": "2026-11-02T08:00:00Z",
        "data": {"title": "Winter"},
    }
    assert await tell(client, event, kind="application/cloudevents+json") == (200, {"taken": 1, "new": 1})
    (one,) = await happenings.latest(client.desk)
    assert (one.key, one.source, one.title) == ("9", "https://shop.example", "Winter")


@pytest.mark.parametrize("token", ["figures", "all"])
async def test_it_is_read_by_whoever_may_see_figures(client, token):
    await tell(client, TOLD)
    asked = {"since": "2026-11-02T00:00:00Z", "until": "2026-11-03T00:00:00Z"}
    answer = await client.told("/happenings", token, **asked)
    assert [one["title"] for one in answer["happenings"]] == ["App down"]
    assert (await client.told("/happenings", token, kind="order", **asked))["happenings"] == []


async def test_who_may_only_read_tells_nothing(client):
    status, problem = await tell(client, TOLD, token="figures")
    assert (status, problem["detail"]) == (403, "the token needs the scope happenings")
    assert not await happenings.latest(client.desk)


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (TOLD | {"kind": "x"}, "application/json", 400, "kind: Invalid enum value 'x'"),
        (TOLD, "text/plain", 415, "give the body one of these types"),
        ([TOLD] * 1001, "application/json", 400, "at most 1000 at once"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_sentence(client, body, kind, status, said):
    got, problem = await tell(client, body, kind=kind)
    assert got == status
    assert said in problem["detail"]
    assert not await happenings.latest(client.desk)


@pytest.mark.parametrize(
    ("change", "there"),
    [
        ({}, ["App down"]),
        ({"until": "2026-11-02T09:00:00Z"}, []),
        ({"kind": "campaign"}, ["App down"]),
        ({"kind": "other"}, []),
    ],
)
async def test_what_is_not_over_stands_in_each_stretch_after_it_began(client, change, there):
    await tell(client, TOLD | change)
    answer = await client.told("/happenings", since="2026-11-10T00:00:00Z", until="2026-11-11T00:00:00Z")
    assert [one["title"] for one in answer["happenings"]] == there
    before = await client.told("/happenings", since="2026-11-01T00:00:00Z", until="2026-11-02T00:00:00Z")
    assert before["happenings"] == []
