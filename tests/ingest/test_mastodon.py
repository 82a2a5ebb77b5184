"""Mastodon's connector against a local instance, with each way in which a server can misbehave."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from core.errors import Retry, Stop
from core.ports import Batch, Tools
from core.time import milliseconds, now
from core.types import Mark
from ingest import mastodon
from klankbord.player import MastodonPlayer, Refusal
from tests.ingest.hearing import different, mentions, taken

START = datetime(2026, 8, 2, 5, 25, tzinfo=UTC)


def native(number: int, at: datetime = START) -> str:
    return str((milliseconds(at) + number * 1000) << 16)


def status(number: int, *, at: datetime = START, **fields: object) -> dict[str, object]:
    """A status as Mastodon 4.6 writes it, derived from the recorded ones."""
    account = {"id": "7", "acct": "anna", "display_name": "Anna", "url": "http://x/@anna", "followers_count": 12}
    return {
        "id": native(number, at),
        "created_at": (at + timedelta(seconds=number)).isoformat().replace("+00:00", "Z"),
        "visibility": "public",
        "content": f"<p>bericht {number}</p>",
        "account": account,
        "tags": [{"name": "ns"}],
        **fields,
    }


@asynccontextmanager
async def connected(url: str, tmp_path: Path, **settings: object) -> AsyncIterator[mastodon.Mastodon]:
    tools = Tools(clock=now, random=Random(1), cache=tmp_path, report=print)
    chosen = mastodon.Settings.model_validate({"instance": url, "token": "token", "streaming": url, **settings})
    async with mastodon.build(chosen, tools) as connector:
        yield connector


async def read(
    connector: mastodon.Mastodon, cursor: str | None, *, until: int, patience: int = 40, stream: str = "public"
) -> tuple[list[Batch], str | None]:
    """Until so many different mentions came."""
    return await taken(connector, stream, cursor, enough=lambda heard, _: different(heard) >= until, patience=patience)


async def push_when_caught_up(player: MastodonPlayer, events: Iterable[tuple[str, Any]], *, pages: int = 1) -> None:
    """Push once a stream was opened and the timeline was asked so often, which then shows no more: as live events come."""
    while sum("/timelines/" in path for path in player.requests) < pages:
        await player.news(0.005)
    for name, payload in events:
        player.push(name, payload)


@asynccontextmanager
async def live(player: MastodonPlayer, numbers: range, *, pages: int = 1) -> AsyncIterator[None]:
    """Statuses that come once somebody is connected and has read so many pages, and stay on the timelines."""
    events = [("update", status(number)) for number in numbers]
    async with asyncio.TaskGroup() as group:
        pushing = group.create_task(push_when_caught_up(player, events, pages=pages))
        yield
        pushing.cancel()


async def until_quiet(coming: AsyncIterator[Batch]) -> AsyncIterator[Batch]:
    """The batches up to the one that ends catching up, and the one after it."""
    async for batch in coming:
        yield batch
        if not batch.mentions and batch.cursor:
            yield await anext(coming)
            return


def texts(batches: list[Batch]) -> set[str]:
    return {mention.text for mention in mentions(batches)}


async def test_what_was_missed_comes_oldest_first(tmp_path):
    player = MastodonPlayer()
    for number in range(100):
        player.keep(status(number))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, native(0), until=99)
    ids = [mention.id for mention in mentions(batches)]
    assert ids == sorted(ids, key=lambda name: int(name.rpartition("/")[2]))
    assert cursor == native(99)
    assert ids[0].startswith(f"mastodon:{url.removeprefix('http://')}/")


async def test_live_events_follow_without_a_hole(tmp_path):
    player = MastodonPlayer()
    for number in range(30):
        player.keep(status(number))
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(30, 90), pages=2):
        batches, cursor = await read(connector, native(-1), until=90)
    assert len(mentions(batches)) == 90
    assert cursor == native(89)


@pytest.mark.parametrize("cuts", [[0], [1, 0, 7], [40]])
async def test_cut_in_the_middle_of_an_event(tmp_path, cuts):
    player = MastodonPlayer()
    player.faults.cut_after = list(cuts)
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(60)):
        batches, _ = await read(connector, native(-1), until=60)
    assert texts(batches) == {f"bericht {number}" for number in range(60)}
    assert not any(batch.failed for batch in batches)


async def test_a_slow_drip_splits_events_anywhere(tmp_path):
    player = MastodonPlayer()
    player.faults.drip, player.faults.piece = 0.001, 37
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(5)):
        batches, _ = await read(connector, native(-1), until=5)
    assert texts(batches) == {f"bericht {number}" for number in range(5)}


async def test_malformed_events_are_failures_and_hold_nothing_up(tmp_path):
    player = MastodonPlayer()
    player.faults.malformed = 4
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(12)):
        batches, _ = await read(connector, native(-1), until=12)
    assert [f.reason for batch in batches for f in batch.failed] == ["undecodable"] * 3


async def test_doubled_and_out_of_order(tmp_path):
    player = MastodonPlayer()
    player.faults.duplicate, player.faults.disorder = True, 7
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(30)):
        batches, cursor = await read(connector, native(-1), until=30)
    assert texts(batches) == {f"bericht {number}" for number in range(30)}
    assert cursor == max((m.id.rpartition("/")[2] for m in mentions(batches)), key=int)


async def test_a_clock_that_is_ahead_makes_no_message_of_tomorrow(tmp_path):
    player = MastodonPlayer()
    player.faults.skew = timedelta(days=400)
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(3)):
        batches, _ = await read(connector, native(-1), until=3)
    assert all(m.created_at <= m.seen_at for m in mentions(batches))


async def test_an_edit_and_a_deletion_come_as_such(tmp_path):
    player = MastodonPlayer()
    edited = status(1, content="<p>beter</p>", edited_at="2026-08-02T06:00:00Z")
    events = [("update", status(1)), ("status.update", edited), ("filters_changed", ""), ("delete", native(1))]
    async with player.serve() as url, connected(url, tmp_path) as connector, asyncio.TaskGroup() as group:
        group.create_task(push_when_caught_up(player, [*events, ("update", status(2))]))
        batches, _ = await read(connector, native(0), until=2)
    assert [m.text for m in mentions(batches)] == ["bericht 1", "beter", "bericht 2"]
    assert [d.target for batch in batches for d in batch.deletions] == [mentions(batches)[0].id]


async def test_what_other_servers_wrote_may_come_a_little_late(tmp_path):
    player = MastodonPlayer()
    player.keep(status(60))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, native(0), until=1)
        player.keep(status(30))
        batches, after = await read(connector, cursor, until=2)
    assert texts(batches) == {"bericht 30", "bericht 60"}
    assert after == cursor == native(60)


async def test_what_was_edited_or_deleted_while_nobody_listened_is_found(tmp_path):
    player = MastodonPlayer()
    for number in range(1, 31):
        player.keep(status(number))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, native(0), until=30)
        player.keep(status(4, content="<p>beter</p>", edited_at="2026-08-02T06:00:00Z"))
        del player.statuses[int(native(5))]
        async with aclosing(connector.batches("public", cursor)) as coming:
            batches = [batch async for batch in until_quiet(coming)]
    assert [d.target.rpartition("/")[2] for batch in batches for d in batch.deletions] == [native(5)]
    assert "beter" in texts(batches)


async def test_a_server_that_cannot_be_asked_for_several_deleted_nothing(tmp_path):
    player = MastodonPlayer()
    player.keep(status(1))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, native(0), until=1)
        player.faults.skip, player.faults.answers = 3, [Refusal(404)]
        async with aclosing(connector.batches("public", cursor)) as coming:
            batches = [batch async for batch in until_quiet(coming)]
    assert not any(batch.deletions for batch in batches)


async def test_a_refused_token_stops_and_is_never_shown(tmp_path):
    async with MastodonPlayer().serve() as url, connected(url, tmp_path, token="s3cret") as connector:
        with pytest.raises(Stop, match="token in the configuration") as raised:
            await anext(connector.batches("public", None))
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("refusal", "after"), [(Refusal(429, "9"), 9.0), (Refusal(503, "2"), 2.0), (Refusal(502), None)]
)
async def test_a_server_in_trouble_is_tried_again(tmp_path, refusal, after):
    player = MastodonPlayer()
    player.faults.answers = [refusal]
    async with player.serve() as url, connected(url, tmp_path) as connector:
        with pytest.raises(Retry) as raised:
            await anext(connector.batches("public", native(0)))
    assert raised.value.after == after


async def test_a_used_up_rate_limit_waits_for_its_end_and_goes_on(tmp_path):
    player = MastodonPlayer(per_window=4)
    for number in range(200):
        player.keep(status(number))
    got: list[Batch] = []
    async with player.serve() as url, connected(url, tmp_path) as connector:
        coming = connector.batches("public", native(0))
        got += [await anext(coming) for _ in range(3)]
        with pytest.raises(Retry, match="no more requests") as raised:
            await anext(coming)
        player.per_window = None
        batches, _ = await read(connector, got[-1].cursor, until=200 - len(texts(got)))
    assert 200 < raised.value.after <= 300
    assert texts(got + batches) == {f"bericht {number}" for number in range(200)}


@pytest.mark.parametrize("dial", ["cuts", "broken"])
async def test_pages_cut_or_broken_are_asked_again(tmp_path, dial):
    player = MastodonPlayer()
    for number in range(90):
        player.keep(status(number))
    player.faults.skip = 2
    setattr(player.faults, dial, 2)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, native(-1), until=90)
    assert texts(batches) == {f"bericht {number}" for number in range(90)}


async def test_the_first_connect_reaches_back_and_marks_history(tmp_path):
    player = MastodonPlayer()
    for number, hours in enumerate((30, 2, 1)):
        player.keep(status(number, at=now() - timedelta(hours=hours)))
    async with player.serve() as url, connected(url, tmp_path, backfill="3h") as connector:
        batches, _ = await read(connector, None, until=2)
    assert [m.text for m in mentions(batches)] == ["bericht 1", "bericht 2"]
    assert all(m.marks == (Mark.HISTORY,) for m in mentions(batches))


async def test_without_backfill_the_first_connect_starts_now(tmp_path):
    player = MastodonPlayer()
    for number in range(30):
        player.keep(status(number))
    async with player.serve() as url, connected(url, tmp_path) as connector, live(player, range(30, 33), pages=2):
        batches, _ = await read(connector, None, until=3)
    assert texts(batches) == {"bericht 30", "bericht 31", "bericht 32"}
    assert not any(m.marks for m in mentions(batches))


async def test_ids_that_do_not_tell_time_are_followed_too(tmp_path):
    player = MastodonPlayer()
    for number in range(90, 130):
        player.keep({**status(number), "id": str(number)})
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, "95", until=34)
    assert [int(m.id.rpartition("/")[2]) for m in mentions(batches)] == list(range(96, 130))
    assert cursor == "129"


@pytest.mark.parametrize(
    ("stream", "address", "timeline"),
    [
        ("public", "streaming/public", "timelines/public?"),
        ("public:local", "streaming/public/local", "timelines/public?local=true"),
        ("public:remote", "streaming/public/remote", "timelines/public?remote=true"),
        ("hashtag:ns", "streaming/hashtag?tag=ns", "timelines/tag/ns"),
        ("hashtag:local:ns", "streaming/hashtag/local?tag=ns", "timelines/tag/ns?local=true"),
        ("list:12", "streaming/list?list=12", "timelines/list/12"),
        ("user", "streaming/user", "timelines/home"),
    ],
)
async def test_each_stream_has_its_address_and_its_timeline(tmp_path, stream, address, timeline):
    player = MastodonPlayer()
    player.keep(status(1))
    async with player.serve() as url, connected(url, tmp_path, streams=(stream,)) as connector:
        await read(connector, native(0), until=1, stream=stream)
    assert f"/api/v1/{address}" in player.requests[0]
    assert f"/api/v1/{timeline}" in player.requests[1]


def test_a_stream_that_does_not_exist_is_named():
    with pytest.raises(ValidationError, match='"publik" is no stream'):
        mastodon.Settings.model_validate({"instance": "https://mastodon.nl", "streams": ["publik"]})
