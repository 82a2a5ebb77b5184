"""Hacker News: what its items say, and the connector against a local API that misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import encode
from core.errors import Retry
from core.ports import Batch, Tools
from core.time import now
from core.types import Deletion, Failure, Kind, Mark, Mention
from ingest import hackernews
from ingest.hackernews import parse
from klankbord.player import HackerNewsPlayer, Refusal
from tests.ingest.hearing import taken

RECORDED = Path(__file__).parent.parent / "data/hackernews"
SEEN = datetime(2026, 11, 24, tzinfo=UTC)
DERIVED = "items built by comment() are derived from the documented ones"


def parsed(payload: bytes):
    return list(parse(payload, "item.json", SEEN))


def comment(number: int, **fields: object) -> dict[str, object]:
    base = {"id": number, "type": "comment", "by": "anna", "time": 1_780_000_000 + number, "text": f"comment {number}"}
    return {**base, "parent": 1, **fields}


def test_the_documented_story():
    (mention,) = parsed((RECORDED / "item_8863.json").read_bytes())
    assert (mention.id, mention.kind, mention.site) == ("hackernews:8863", Kind.POST, "getdropbox.com")
    assert mention.title == "My YC app: Dropbox - Throw away your USB drive"
    assert mention.created_at == datetime(2007, 4, 4, 19, 16, 40, tzinfo=UTC)
    assert (mention.engagement.likes, mention.engagement.replies) == (111, 71)


def test_the_documented_comment():
    (mention,) = parsed((RECORDED / "item_2921983.json").read_bytes())
    assert (mention.kind, mention.reply_to, mention.author.handle) == (Kind.COMMENT, "hackernews:2921506", "norvig")
    assert "compliments.\n\nTell you what" in mention.text


def test_the_documented_poll():
    (mention,) = parsed((RECORDED / "item_126809.json").read_bytes())
    assert (mention.title, mention.text) == ("Poll: What would happen if News.YC had explicit support for polls?", "")


@pytest.mark.parametrize("name", ["maxitem.json", "updates.json"])
def test_documents_that_hold_no_item_say_nothing(name):
    assert parsed((RECORDED / name).read_bytes()) == []


@pytest.mark.parametrize(("mark", "reversible"), [("deleted", False), ("dead", True)])
def test_the_deleted_are_gone_for_good_and_the_dead_are_hidden(mark, reversible):
    (gone,) = parsed(json.dumps({"id": 7, "type": "comment", "time": 5, mark: True}).encode())
    assert isinstance(gone, Deletion)
    assert (gone.target, gone.at, gone.reversible) == ("hackernews:7", SEEN, reversible)


def test_a_list_with_nothing_in_between_and_the_thread_it_shows():
    story = {"id": 1, "type": "story", "by": "pg", "time": 5, "title": "x"}
    items = [story, None, comment(2), comment(3, parent=2), comment(4, parent=99), {"id": "pg", "karma": 5}]
    first, second, third, fourth = parsed(json.dumps(items).encode())
    assert (first.thread, second.thread, third.thread) == (None, "hackernews:1", "hackernews:1")
    assert (third.reply_to, fourth.thread) == ("hackernews:2", None)


def test_an_item_without_any_text_says_nothing():
    assert parsed(json.dumps([comment(1, text="<p>"), comment(2, text=None)]).encode()) == []


def test_jobs_and_poll_options():
    items = [
        {"id": 1, "type": "job", "by": "co", "time": 5, "title": "Hiring", "url": "https://co.example/jobs"},
        {"id": 2, "type": "pollopt", "by": "pg", "time": 5, "poll": 9, "text": "Yes, ban &quot;them&quot;", "score": 3},
    ]
    job, option = parsed("\n".join(map(json.dumps, items)).encode())
    assert (job.kind, job.title) == (Kind.POST, "Hiring")
    assert (option.reply_to, option.text, option.engagement.likes) == ("hackernews:9", 'Yes, ban "them"', 3)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff", "undecodable"),
        (b'{"id": 1,', "undecodable"),
        (b'"x"', "wrong type"),
        (b'{"type": "story"}', "incomplete"),
        (json.dumps(comment(1, by=None)).encode(), "incomplete"),
        (json.dumps(comment(1, type="poem")).encode(), "incomplete"),
        (json.dumps(comment(1, time=10**15)).encode(), "bad time"),
        (json.dumps(comment(1, time="x")).encode(), "bad time"),
    ],
)
def test_what_cannot_be_read_is_a_failure(payload, reason):
    (failure,) = parsed(payload)
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.payload) == (reason, payload)


@given(st.binary())
def test_never_raises_on_bytes(payload):
    assert all(isinstance(outcome, Mention | Deletion | Failure) for outcome in parsed(payload))


@given(
    st.dictionaries(
        st.sampled_from(["id", "by", "kids", "url", "parent", "score", "text", "title", "dead"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers(), max_size=2),
    )
)
def test_never_raises_on_odd_items(fields):
    for outcome in parsed(json.dumps(comment(5, **fields)).encode()):
        assert isinstance(outcome, Failure) or encode(outcome)


@asynccontextmanager
async def connected(
    url: str, tmp_path: Path, reports: list[str] | None = None, **settings: object
) -> AsyncIterator[hackernews.HackerNews]:
    report = print if reports is None else reports.append
    tools = Tools(clock=now, random=Random(1), cache=tmp_path, report=report)
    chosen = hackernews.Settings.model_validate({"url": url, "every": "0.01s", "pause": "0.01s", **settings})
    async with hackernews.build(chosen, tools) as connector:
        yield connector


async def read(
    connector: hackernews.HackerNews, cursor: str | None, *, to: int, patience: int = 30
) -> tuple[list[Batch], str | None]:
    """Until the cursor is at `to`."""

    def there(_: list[Batch], reached: str | None) -> bool:
        return reached is not None and int(reached.partition("/")[0]) >= to

    return await taken(connector, "items", cursor, enough=there, patience=patience)


def numbers(batches: list[Batch]) -> list[int]:
    return [int(mention.id.partition(":")[2]) for batch in batches for mention in batch.mentions]


def player_with(count: int) -> HackerNewsPlayer:
    player = HackerNewsPlayer()
    player.push({"id": 1, "type": "story", "by": "pg", "time": 1_780_000_000, "title": "x"})
    for number in range(2, count + 1):
        player.push(comment(number))
    return player


async def test_catches_up_in_order_and_knows_the_thread(tmp_path):
    player = player_with(250)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, cursor = await read(connector, "0", to=250)
    assert numbers(batches) == list(range(1, 251))
    assert cursor == "250"
    assert batches[-1].mentions[-1].thread == "hackernews:1"


@pytest.mark.parametrize("faults", [{"cuts": 5}, {"broken": 5}, {"answers": [Refusal(503, "1"), Refusal(500)]}])
async def test_a_server_in_trouble_loses_nothing(tmp_path, faults):
    player = player_with(120)
    player.faults.skip = 3
    for name, value in faults.items():
        setattr(player.faults, name, list(value) if isinstance(value, list) else value)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, "0", to=120)
    assert sorted(set(numbers(batches))) == list(range(1, 121))
    assert not any(batch.failed for batch in batches)


async def test_a_rate_limit_says_how_long_to_wait(tmp_path):
    player = player_with(2)
    player.faults.answers = [Refusal(429, "11")]
    async with player.serve() as url, connected(url, tmp_path) as connector:
        with pytest.raises(Retry) as raised:
            await anext(connector.batches("items", "0"))
    assert raised.value.after == 11


async def test_what_is_not_there_yet_is_waited_for(tmp_path):
    player = player_with(5)
    player.hidden = {4}
    async with player.serve() as url, connected(url, tmp_path, pause="0.2s") as connector:
        coming = connector.batches("items", "0")
        reading = asyncio.ensure_future(anext(coming))
        while not any("item/4.json" in path for path in player.requests):
            await player.news(0.005)
        player.hidden = set()
        batch = await reading
        await coming.aclose()
    assert numbers([batch]) == [1, 2, 3, 4, 5]


async def test_what_never_comes_is_passed_over_and_told(tmp_path):
    player = player_with(5)
    player.hidden = {3, 4}
    reports: list[str] = []
    async with player.serve() as url, connected(url, tmp_path, reports) as connector:
        batches, cursor = await read(connector, "0", to=5)
    assert (numbers(batches), cursor) == ([1, 2, 5], "5")
    assert reports == ["hackernews: 2 items from 3 to 4 never came and are passed over"]


async def test_an_item_that_stays_broken_is_a_failure(tmp_path):
    player = player_with(5)
    player.push(comment(6, time="soon"))
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, "0", to=6)
    assert [failure.key for batch in batches for failure in batch.failed] == ["hackernews:6"]


async def test_edits_and_deaths_come_by_what_changed(tmp_path):
    player = player_with(5)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, "0", to=5)
        player.push(comment(3, text="beter"))
        player.push(comment(4, dead=True))
        batch = await anext(connector.batches("items", cursor))
    assert [mention.text for mention in batch.mentions] == ["beter"]
    assert [gone.target for gone in batch.deletions] == ["hackernews:4"]
    assert batch.mentions[0].marks == ()


async def test_what_was_dead_and_is_alive_again_shows_again_also_after_a_restart(tmp_path):
    player = player_with(5)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        _, cursor = await read(connector, "0", to=5)
        player.push(comment(4, dead=True))
        died = await anext(connector.batches("items", cursor))
        await asyncio.sleep(0.01)  # two looks are at least so far apart, and times are in whole milliseconds
        player.push(comment(4))
        revived = await anext(connector.batches("items", died.cursor))
        again = await anext(connector.batches("items", revived.cursor))
    assert [(gone.target, gone.reversible, gone.lifted) for gone in died.deletions] == [("hackernews:4", True, False)]
    assert [(gone.target, gone.reversible, gone.lifted) for gone in revived.deletions] == [("hackernews:4", True, True)]
    assert revived.deletions[0].at > died.deletions[0].at
    assert (again.deletions, again.cursor) == ((), "5")


async def test_the_first_connect_reaches_back_and_marks_history(tmp_path):
    player = player_with(300)
    async with player.serve() as url, connected(url, tmp_path, backfill=150) as connector:
        batches, cursor = await read(connector, None, to=300)
    assert numbers(batches) == list(range(151, 301))
    assert all(mention.marks == (Mark.HISTORY,) for batch in batches for mention in batch.mentions)
    assert cursor == "300"
    assert batches[0].cursor == "250/300"


async def test_a_clock_that_is_ahead_makes_no_message_of_tomorrow(tmp_path):
    player = player_with(5)
    player.faults.skew = timedelta(days=4000)
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, "0", to=5)
    mentions: list[Mention] = [mention for batch in batches for mention in batch.mentions]
    assert all(mention.created_at == mention.seen_at for mention in mentions)


async def test_a_slow_drip_still_arrives(tmp_path):
    player = player_with(4)
    player.faults.drip = 0.002
    async with player.serve() as url, connected(url, tmp_path) as connector:
        batches, _ = await read(connector, "0", to=4)
    assert numbers(batches) == [1, 2, 3, 4]
