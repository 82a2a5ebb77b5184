"""Bluesky's connector against a local Jetstream, with each way in which a server can misbehave."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError

from core.errors import Retry, Stop
from core.ports import Batch, Tools
from core.time import from_microseconds, now
from core.types import Mark
from ingest import bluesky
from klankbord.player import BlueskyPlayer, Refusal
from tests.ingest.hearing import different, mentions, taken

RECORDED = Path(__file__).parent.parent / "data/bluesky"
START = datetime(2026, 7, 4, 14, 38, 8, tzinfo=UTC)
BEFORE = str(int(START.timestamp() * 1_000_000))


def post(number: int, *, at: datetime = START, did: str = "did:plc:anna", operation: str = "create") -> dict:
    """A Jetstream event, derived from the recorded ones; a millisecond apart."""
    time_us = int(at.timestamp() * 1_000_000) + number * 1_000
    record = {"text": f"bericht {number}", "createdAt": at.isoformat(), "langs": ["nl"]}
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": f"r{number}"}
    if operation != "delete":
        commit["record"] = record
    return {"did": did, "time_us": time_us, "kind": "commit", "commit": commit}


def player_with(count: int) -> BlueskyPlayer:
    player = BlueskyPlayer()
    for number in range(count):
        player.push(post(number))
    return player


@asynccontextmanager
async def connected(url: str, tmp_path: Path, **settings: object) -> AsyncIterator[bluesky.Bluesky]:
    tools = Tools(clock=now, random=Random(1), cache=tmp_path, report=print)
    chosen = bluesky.Settings.model_validate({"hosts": (url,), "appview": url, **settings})
    async with bluesky.build(chosen, tools) as connector:
        yield connector


async def read(
    connector: bluesky.Bluesky, cursor: str | None, *, until: int, patience: int = 40
) -> tuple[list[Batch], str | None]:
    """Until so many different mentions came."""
    return await taken(connector, "posts", cursor, enough=lambda heard, _: different(heard) >= until, patience=patience)


async def test_replays_from_the_cursor_and_says_what_is_covered(tmp_path):
    player = player_with(1200)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, BEFORE, until=1200)
    assert [m.text for m in mentions(batches)] == [f"bericht {number}" for number in range(1200)]
    assert cursor == str(player.events[-1]["time_us"])
    assert batches[0].since == START
    assert batches[-1].until == from_microseconds(int(cursor))
    assert all(earlier.until == later.since for earlier, later in pairwise(batches))


async def test_the_recorded_stream_comes_as_it_was(tmp_path):
    player = BlueskyPlayer()
    for line in (RECORDED / "jetstream_v1_a.jsonl").read_bytes().splitlines():
        player.push(json.loads(line))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=8)
    assert len(mentions(batches)) == 8
    assert "wantedCollections=app.bsky.feed.post" in player.requests[0]


@pytest.mark.parametrize("cuts", [[0], [1, 2, 3], [50, 0, 0, 99]])
async def test_cut_in_the_middle_of_an_event(tmp_path, cuts):
    player = player_with(100)
    player.faults.cut_after = list(cuts)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=100)
    assert {m.text for m in mentions(batches)} == {f"bericht {number}" for number in range(100)}
    assert not any(batch.failed for batch in batches)
    assert player.faults.cut_after == []


async def test_after_a_reconnect_it_reads_five_seconds_again(tmp_path):
    player = player_with(3)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, BEFORE, until=3)
        await read(connector, cursor, until=3)
    assert f"cursor={int(cursor) - 5_000_000}" in player.requests[-1]


async def test_malformed_events_are_failures_and_hold_nothing_up(tmp_path):
    player = player_with(20)
    player.faults.malformed = 5
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, BEFORE, until=20)
    assert len(mentions(batches)) == 20
    assert [f.reason for batch in batches for f in batch.failed] == ["undecodable"] * 4
    assert cursor == str(player.events[-1]["time_us"])


async def test_doubled_and_out_of_order(tmp_path):
    player = player_with(60)
    player.faults.duplicate, player.faults.disorder = True, 7
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, BEFORE, until=60)
    assert {m.text for m in mentions(batches)} == {f"bericht {number}" for number in range(60)}
    assert int(cursor) == max(int(m.seen_at.timestamp() * 1_000_000) for m in mentions(batches))


async def test_a_clock_that_is_ahead_moves_the_cursor_no_further_than_now(tmp_path):
    player = player_with(5)
    player.faults.skew = timedelta(days=1000)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, BEFORE, until=5)
    assert from_microseconds(int(cursor)) <= now()
    assert all(m.created_at <= m.seen_at <= now() for m in mentions(batches))


async def test_a_slow_drip_still_arrives(tmp_path):
    player = player_with(5)
    player.faults.drip = 0.03
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=5)
    assert len(mentions(batches)) == 5


async def test_refused_handshakes_are_tried_again_after_what_was_asked(tmp_path):
    player = player_with(1)
    player.faults.answers = [Refusal(429, retry_after="7"), Refusal(503)]
    async with player.serve() as url, connected(url, tmp_path) as connector:
        with pytest.raises(Retry) as raised:
            await anext(connector.batches("posts", BEFORE))
        with pytest.raises(Retry):
            await anext(connector.batches("posts", BEFORE))
        await read(connector, BEFORE, until=1)
    assert raised.value.after == 7


async def test_a_host_that_is_down_gives_way_to_the_next(tmp_path):
    player = player_with(3)
    async with player.serve() as url, connected(url, tmp_path, hosts=("ws://127.0.0.1:1", url)) as connector:
        batches, _ = await read(connector, BEFORE, until=3, patience=2)
    assert len(mentions(batches)) == 3


async def test_a_server_that_forgot_what_the_cursor_asks_for_is_a_gap(tmp_path):
    player = player_with(10)
    later = START + timedelta(hours=3)
    player.push(post(11, at=later))
    player.keeps_from = START + timedelta(hours=2)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
    assert (batches[0].since, batches[0].until) == (START, from_microseconds(player.events[-1]["time_us"]))
    assert "no longer keeps" in batches[0].gap


async def test_a_quiet_stretch_is_no_gap(tmp_path):
    player = player_with(1)
    player.push(post(2, at=START + timedelta(hours=3)))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=2)
    assert not any(batch.gap for batch in batches)


async def test_the_first_connect_reaches_back_and_marks_history(tmp_path):
    player = BlueskyPlayer()
    for number, hours in enumerate((30, 2, 1)):
        player.push(post(number, at=now() - timedelta(hours=hours)))
    async with player.serve() as url, connected(url, tmp_path, backfill="3h") as connector:
        batches, cursor = await read(connector, None, until=2)
    assert [m.text for m in mentions(batches)] == ["bericht 1", "bericht 2"]
    assert all(m.marks == (Mark.HISTORY,) for m in mentions(batches))
    assert "/" in cursor


async def test_a_backfill_broken_off_goes_on_as_history(tmp_path):
    player = player_with(2)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, f"{BEFORE}/{int(BEFORE) + 500}", until=2)
    assert [m.marks for m in mentions(batches)] == [(Mark.HISTORY,), ()]
    assert "/" not in cursor


async def test_a_post_made_again_after_its_deletion_comes_in_a_later_batch(tmp_path):
    player = player_with(1)
    player.push(post(1) | {"commit": post(0, operation="delete")["commit"]})
    player.push(post(2) | {"commit": post(0, operation="update")["commit"]})
    player.push(post(3))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=2)
    deleted = next(index for index, batch in enumerate(batches) if batch.deletions)
    edited = next(index for index, batch in enumerate(batches) if any(m.edited_at for m in batch.mentions))
    assert deleted < edited


async def test_many_accounts_are_told_after_the_handshake(tmp_path):
    player = player_with(5)
    player.push(post(7, did="did:plc:bob"))
    accounts = ("did:plc:bob", *(f"did:plc:{number:024}" for number in range(200)))
    async with player.serve() as url, connected(url, tmp_path, accounts=accounts) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
    assert [m.author.id for m in mentions(batches)] == ["bluesky:did:plc:bob"]
    assert "wantedDids" not in player.requests[0]


async def test_accounts_may_be_handles(tmp_path):
    player = player_with(1)
    player.push(post(1, did="did:plc:bob"))
    player.profile("did:plc:bob", handle="bob.nl", followers=3)
    async with player.serve() as url, connected(url, tmp_path, accounts=("@bob.nl",)) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
    assert [m.text for m in mentions(batches)] == ["bericht 1"]


async def test_a_handle_that_is_nobodys_stops(tmp_path):
    async with BlueskyPlayer().serve() as url, connected(url, tmp_path, accounts=("bobb.nl",)) as connector:
        with pytest.raises(Stop, match=r"bobb\.nl"):
            await anext(connector.batches("posts", BEFORE))


async def test_followers_are_read_in_batches_and_remembered(tmp_path):
    player = BlueskyPlayer()
    for number in range(60):
        player.push(post(number, did=f"did:plc:{number}"))
        player.profile(f"did:plc:{number}", handle=f"h{number}.nl", followers=number, name="Anna")
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=60)
        found = await connector.lookup(mentions(batches))
        await connector.lookup(mentions(batches))
    assert [(m.author.handle, m.author.followers) for m in found] == [(f"h{n}.nl", n) for n in range(60)]
    assert all(m.author.followers_at is not None for m in found)
    assert sum("getProfiles" in path for path in player.requests) == 3


async def test_engagement_is_read_in_batches_and_remembered_and_unknown_stays_unknown(tmp_path):
    player = BlueskyPlayer()
    for number in range(60):
        player.push(post(number))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=60)
        for number, mention in enumerate(mentions(batches)[:59]):
            player.count(mention.id.removeprefix("bluesky:"), likeCount=number, repostCount=2, quoteCount=0)
        found = await connector.lookup(mentions(batches))
        again = await connector.lookup(found)
    assert [one.engagement.likes for one in found[:59]] == list(range(59))
    assert {(one.engagement.reposts, one.engagement.replies, one.engagement.quotes) for one in found[:59]} == {
        (2, None, 0)
    }
    assert (found[59].engagement, again[58]) == (None, found[58])
    assert all(one.engagement.read_at >= one.seen_at for one in found[:59])
    assert sum("getPosts" in path for path in player.requests) == 4


async def test_nothing_is_asked_where_nothing_is_wanted(tmp_path):
    player = player_with(1)
    async with player.serve() as url, connected(url, tmp_path, followers=False, engagement=False) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
        assert await connector.lookup(mentions(batches)) == mentions(batches)
    assert not any("/xrpc/" in path for path in player.requests)


@pytest.mark.parametrize("refusal", [Refusal(429, "60"), Refusal(500), Refusal(401), Refusal(200, body=b"<html>")])
async def test_an_appview_in_trouble_holds_no_mention_up(tmp_path, refusal):
    player = player_with(1)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
        player.faults.answers = [refusal]
        assert await connector.lookup(mentions(batches)) == mentions(batches)


async def test_an_identity_event_tells_the_handle(tmp_path):
    player = BlueskyPlayer()
    player.push({"did": "did:plc:anna", "time_us": int(BEFORE), "kind": "identity", "identity": {"handle": "anna.nl"}})
    player.push(post(1))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
        (mention,) = await connector.lookup(mentions(batches))
    assert mention.author.handle == "anna.nl"


@pytest.mark.parametrize(
    ("handle", "links"), [("anna.example", ["https://anna.example"]), ("handle.invalid", []), (None, [])]
)
async def test_a_handle_that_the_appview_resolved_is_a_verified_link(tmp_path, handle, links):
    player = player_with(1)
    if handle is not None:
        player.profile("did:plc:anna", handle=handle, followers=3)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, BEFORE, until=1)
        (mention,) = await connector.lookup(mentions(batches))
    assert [link.url for link in mention.author.links] == links
    assert all(link.at >= mention.seen_at for link in mention.author.links)


async def test_another_handle_is_asked_for_before_it_counts_as_verified(tmp_path):
    player = player_with(1)
    player.profile("did:plc:anna", handle="anna.example", followers=3)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, BEFORE, until=1)
        await connector.lookup(mentions(batches))
        renamed = {"did": "did:plc:anna", "kind": "identity", "identity": {"handle": "klant.example"}}
        player.push(renamed | {"time_us": int(cursor) + 1})
        player.push(post(1))
        batches, _ = await read(connector, cursor, until=2)
        player.faults.answers = [Refusal(500)]
        away = await connector.lookup(mentions(batches))
    assert {(m.author.handle, m.author.links) for m in away} == {("klant.example", None)}


def test_settings_refuse_what_cannot_be():
    with pytest.raises(ValidationError):
        bluesky.Settings.model_validate({"hosts": ()})
    with pytest.raises(ValidationError):
        bluesky.Settings.model_validate({"host": "x"})
