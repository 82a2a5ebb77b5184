"""Killed, locked out or without a disk half-way: what was begun is done whole the next time."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from threading import Event, Thread

import apsw
import pytest
import yaml

from core.codec import encode
from core.document import Filter
from core.errors import Retry
from core.ports import Batch, Measured, Tools
from core.time import now
from core.topics import COVERAGE, JUDGEMENTS, MENTIONS
from core.types import Author, Enriched, Judgement
from ingest._admit import Policy
from ingest._runner import run
from klankbord import configuration
from klankbord.commands.export import _export
from klankbord.folder import Folder
from klankbord.privacy.erase import erase
from klankbord.privacy.erasures import DIGEST, Erasures
from klankbord.stores import open_stores
from sinks import sqlite
from sinks._deliver import deliver
from stream.sqlite import open_log
from tests.ingest.hearing import AT_ONCE, MORNING, Scripted, hearing, mention
from tests.sinks.house import until

SECRET = "fluistertekst"


@pytest.fixture
async def stores(tmp_path):
    (tmp_path / "klankbord.yaml").write_text(yaml.safe_dump({"organisation": {"name": "K"}}))
    async with open_stores(configuration.read(tmp_path / "klankbord.yaml"), lambda _: None) as stores:
        yield stores


def traces(folder, *words):
    """Files below the folder that hold one of the words."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
    return sorted(path.name for path in files if any(word.encode() in path.read_bytes() for word in words))


async def test_an_erasure_that_was_cut_short_is_whole_the_second_time(stores):
    said = Judgement(mention="test:1", name="tags", labels=(SECRET,), by="ruth", at=now())
    one = Enriched(mention=mention(1, author=Author(id="test:quirina")))
    await stores.archive.write([one])
    await stores.log.append(JUDGEMENTS, [(said.mention, encode(said))])
    first = erase(stores, authors=["test:quirina"])
    await anext(first)
    await first.aclose()
    assert [row async for row in erase(stores, authors=["test:quirina"])]
    assert traces(stores.folder.root, SECRET) == []


async def test_an_erasure_that_could_not_clear_the_log_clears_it_the_second_time(tmp_path):
    one = mention(1, SECRET, author=Author(id="test:quirina"))
    async with open_log(tmp_path / "log", patience=0.05) as log:
        await log.append(MENTIONS, [(one.id, encode(one))])
        reading = apsw.Connection(str(tmp_path / "log" / "mentions.db"))
        reading.execute("BEGIN; SELECT * FROM segments").fetchall()
        with pytest.raises(Retry):
            await log.forget(MENTIONS, [one.id])
        reading.close()
        (tmp_path / "klankbord.yaml").write_text(yaml.safe_dump({"organisation": {"name": "K"}}))
        async with open_stores(configuration.read(tmp_path / "klankbord.yaml"), lambda _: None) as stores:
            shutil.copytree(tmp_path / "log", stores.folder.log, dirs_exist_ok=True)
            assert [row async for row in erase(stores, authors=["test:quirina"])]
            assert traces(stores.folder.root, SECRET) == []


async def test_a_purge_that_was_killed_before_it_cleared_the_archive_is_cleared_at_the_next_start(tmp_path):
    tools = Tools(clock=now, random=Random(), cache=tmp_path, report=print)
    wiring = {"erased": lambda _: False, "matches": lambda *_: True, "spans": lambda *_: []}
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    async with sqlite.build(sqlite.Settings(path=first / "archive.db"), tools, **wiring) as archive:
        await archive.write([Enriched(mention=mention(1, SECRET))])
        dying = apsw.Connection(str(first / "archive.db"))
        dying.pragma("secure_delete", True)
        dying.execute("DELETE FROM words; DELETE FROM documents; DELETE FROM facts")
        shutil.copytree(first, second)
        dying.close()
    assert traces(second, SECRET)
    async with sqlite.build(sqlite.Settings(path=second / "archive.db"), tools, **wiring):
        assert traces(second, SECRET) == []


async def test_what_is_said_of_a_message_while_its_author_is_erased_is_not_kept(stores):
    await stores.archive.write([Enriched(mention=mention(1, author=Author(id="test:quirina")))])
    assert [row async for row in erase(stores, authors=["test:quirina"])]
    await stores.archive.write([Judgement(mention="test:1", name="tags", labels=(SECRET,), by="ruth", at=now())])
    assert traces(stores.folder.root, SECRET) == []


async def test_an_export_holds_nobody_whose_erasure_has_begun(stores):
    await stores.archive.write(
        [Enriched(mention=mention(number, author=Author(id=f"test:{number}"))) for number in (1, 2)]
    )
    stores.erased.add(["test:1"])
    where, path = Filter(), stores.folder.root / "out.jsonl"
    assert await _export(configuration.read(stores.folder.root.parent / "klankbord.yaml"), where, path, "jsonl") == 1
    assert b'"test:1"' not in path.read_bytes()


def test_an_erasure_that_filled_the_disk_half_way_puts_no_later_one_out_of_step(tmp_path):
    (tmp_path / "erased").write_bytes(b"half a h")
    Erasures(tmp_path / "erased", b"key").add(["test:quirina"])
    again = Erasures(tmp_path / "erased", b"key")
    assert again("test:quirina")
    assert (tmp_path / "erased").stat().st_size == DIGEST


def test_threads_that_ask_at_once_miss_no_erasure(tmp_path):
    erased, told, done = Erasures(tmp_path / "erased", b"key"), Erasures(tmp_path / "erased", b"key"), Event()

    def ask():
        while not done.is_set():
            erased("test:nobody")

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(300):
        told.add([f"test:{number}"])
    done.set()
    for thread in threads:
        thread.join()
    assert [number for number in range(300) if not erased(f"test:{number}")] == []


def test_several_processes_at_once_make_one_secret(tmp_path):
    for attempt in range(20):
        folder = Folder(tmp_path / str(attempt))
        folder.make()
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(lambda _, folder=folder: folder.secret(), range(8)))
        assert [len(secret) for secret in secrets] == [32]
        assert [path.name for path in folder.root.glob("secret*")] == ["secret"]


@contextmanager
def held(path):
    """Hold a database, as a program that makes a copy of it may."""
    other = apsw.Connection(str(path))
    other.pragma("locking_mode", "exclusive")
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_a_source_starts_though_its_cursor_is_locked_for_a_while(tmp_path):
    async with hearing(tmp_path) as heard, open_log(tmp_path / "other", patience=0.02) as log:
        await log.append(COVERAGE, [])
    async with hearing(tmp_path) as heard, open_log(tmp_path / "other", patience=0.02) as log:
        with held(tmp_path / "other" / "coverage.db"):
            running = asyncio.create_task(heard.run(Scripted(Batch(mentions=(mention(1),), cursor="1")), log=log))
            await until(lambda: "test/one is away" in " ".join(heard.said))
        await running
        assert await log.cursor("test", "one") == "1"


async def test_a_sink_starts_though_its_group_is_locked_for_a_while(tmp_path, stores):
    async with open_log(tmp_path / "other", patience=0.02) as log, log.reader(MENTIONS, "archive"):
        pass
    said, stop = [], asyncio.Event()
    async with open_log(tmp_path / "other", patience=0.02) as log:
        with held(tmp_path / "other" / "groups" / "archive.db"):
            delivering = asyncio.create_task(
                deliver(
                    log,
                    stores.archive,
                    topics=[MENTIONS],
                    stop=stop,
                    measured=Measured(),
                    clock=now,
                    random=Random(7),
                    report=said.append,
                )
            )
            await until(lambda: "waits and tries again" in " ".join(said))
        await until(lambda: "goes on" in " ".join(said))
        stop.set()
        await delivering


async def test_what_was_put_off_does_not_cover_a_gap_that_comes_after_it(tmp_path):
    times = [MORNING + timedelta(hours=hour) for hour in range(5)]
    steps = (
        Batch(mentions=(mention(1),), since=times[0], until=times[1]),
        Batch(since=times[1], until=times[2]),
        Batch(since=times[2], until=times[3], gap="the server was away"),
        Batch(mentions=(mention(2),), since=times[3], until=times[4]),
    )
    async with hearing(tmp_path) as heard:
        await heard.run(Scripted(*steps))
        rows = await heard.coverage()
    assert [(row.since, row.until) for row in rows if not row.gap] == [
        (times[0], times[1]),
        (times[1], times[2]),
        (times[3], times[4]),
    ]


async def test_a_clock_that_was_set_back_does_not_put_the_cursor_off_for_an_hour(tmp_path):
    start = now()
    steps = [Batch(mentions=(mention(1),), cursor="1"), Batch(cursor="2")]
    times = iter([start, start - timedelta(hours=1)])
    async with hearing(tmp_path) as heard:
        connector = Scripted(*steps, Retry("away"))

        def clock():
            return next(times, start)

        await run(
            connector,
            source="test",
            log=heard.log,
            admit=heard.admission,
            policy=Policy(),
            clock=clock,
            random=Random(7),
            measured=Measured(),
            report=lambda line: heard.stop.set(),
            stop=heard.stop,
            backoff=AT_ONCE,
        )
        assert await heard.log.cursor("test", "one") == "2"
