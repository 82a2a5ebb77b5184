"""The log on SQLite: conformance, and what only a file can get wrong."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TypeVar

import apsw
import pytest

from core.errors import Retry, Stop
from core.ports import Log
from stream.database import sentences
from stream.segments import SCHEMA
from stream.sqlite import open_log
from stream.topic import Topic
from tests.stream.log_conformance import LONG, TICK, LogConformance, Place, entries, texts

Answer = TypeVar("Answer")
APPENDER = Path(__file__).with_name("appender.py")


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    async with open_log(tmp_path) as log:
        yield log


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


class TestSqliteLog(LogConformance):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return lambda: open_log(tmp_path)


async def test_forgetting_leaves_no_byte_of_the_text(log: Log, tmp_path: Path) -> None:
    for n in range(20):
        filler = [(f"k{n}", b"filler" * 50)] * 40
        await log.append("t", [*filler, ("secret", b"the words to forget " * n), *filler])
    assert b"words to forget" in bytes_of(tmp_path)
    assert await log.forget("t", ["secret"]) == 19
    assert b"words to forget" not in bytes_of(tmp_path)


async def test_forgetting_leaves_no_byte_of_the_key(log: Log, tmp_path: Path) -> None:
    await log.append("t", [("bluesky:someone", b"text"), ("k", b"other")])
    await log.forget("t", ["bluesky:someone"])
    assert b"bluesky:someone" not in bytes_of(tmp_path)


async def test_retention_leaves_no_byte_and_gives_the_disk_back(log: Log, tmp_path: Path) -> None:
    for _ in range(20):
        await log.append("t", entries(*["a text to be dropped " * 20] * 200))
    full = len(bytes_of(tmp_path))
    await asyncio.sleep(TICK)
    await log.retain("t", 0, [])
    assert b"to be dropped" not in bytes_of(tmp_path)
    assert len(bytes_of(tmp_path)) < full / 10


async def test_forgetting_while_another_client_reads_and_appends(log: Log, tmp_path: Path) -> None:
    await log.append("t", [("secret", b"the words to forget"), *entries(*["x" * 1000] * 500)])
    async with open_log(tmp_path) as other, other.reader("t", "g") as reader:
        appending = asyncio.gather(*(other.append("t", entries("more")) for _ in range(50)))
        reading = asyncio.create_task(reader.read(100, LONG))
        await log.forget("t", ["secret"])
        await asyncio.gather(appending, reading)
        await log.forget("t", [])
        assert b"words to forget" not in bytes_of(tmp_path)


async def test_a_deleted_topic_file_does_not_hide_new_records(tmp_path: Path) -> None:
    async with open_log(tmp_path) as log, log.reader("t", "g") as reader:
        await reader.commit(await log.append("t", entries("a", "b", "c")))
    (tmp_path / "t.db").unlink()
    async with open_log(tmp_path) as log, log.reader("t", "g") as reader:
        await log.append("t", entries("new"))
        assert texts(await reader.read(10, LONG)) == ["new"]


async def test_names_cannot_leave_the_folder(log: Log, tmp_path: Path) -> None:
    await log.append("../t", entries("a"))
    assert texts(await log.tail("../t", 1)) == ["a"]
    assert [path.name for path in tmp_path.parent.glob("*.db")] == []


async def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.db").write_bytes(b"this is not a database" * 400)
    async with open_log(tmp_path) as log:
        with pytest.raises(Stop, match=r"t\.db is damaged"):
            await log.append("t", entries("a"))


async def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    with closing(apsw.Connection(str(tmp_path / "t.db"))) as connection:
        connection.execute("PRAGMA max_page_count = 2; CREATE TABLE t(a)").fetchall()
        with pytest.raises(Stop, match=r"the disk is full: .*t\.db"), sentences(tmp_path / "t.db"):
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")


async def test_a_file_that_stays_locked_is_tried_again_later(log: Log, tmp_path: Path) -> None:
    await log.append("t", entries("a"))
    async with open_log(tmp_path, patience=0.02) as hasty:
        with closing(apsw.Connection(str(tmp_path / "t.db"))) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Retry, match="locked by another program"):
                await hasty.append("t", entries("b"))
        await hasty.append("t", entries("c"))
    assert texts(await log.tail("t", 10)) == ["a", "c"]


async def test_a_folder_that_is_a_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    async with open_log(tmp_path / "log") as log:
        with pytest.raises(Stop, match="cannot be opened"):
            await log.append("t", entries("a"))


# --- other processes ---


async def appender(folder: Path, name: str, *, bytes_left: int = 0) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        APPENDER,
        folder,
        name,
        str(bytes_left),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


async def test_a_full_disk_stops_and_loses_nothing_confirmed(log: Log, tmp_path: Path) -> None:
    process = await appender(tmp_path, "a", bytes_left=300_000)
    out, _ = await process.communicate()
    *confirmed, sentence = out.decode().splitlines()
    assert sentence.startswith("the disk")
    found = texts(await log.after("t", 0, 100_000))
    assert confirmed
    assert found[: len(confirmed)] == confirmed
    assert await log.append("t", entries("there is room again")) > len(found)


async def test_two_processes_append_and_one_reads(log: Log, tmp_path: Path) -> None:
    processes = [await appender(tmp_path, name) for name in "ab"]
    async with log.reader("t", "g") as reader:
        found: list[str] = []
        while len({text[0] for text in found}) < 2 or len(found) < 500:
            found += texts(await reader.read(100, LONG))
        for process in processes:
            process.send_signal(signal.SIGKILL)
            await process.communicate()
        found += texts(await reader.read(100_000, 0))
    for name in "ab":
        numbers = [int(text[1:]) for text in found if text[0] == name]
        assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("seed", range(3))
async def test_a_kill_during_appends_loses_nothing_confirmed(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    for round_ in range(2):
        process = await appender(tmp_path, f"{round_}")
        assert process.stdout is not None
        confirmed = [await process.stdout.readline() for _ in range(random.randint(1, 400))]
        await asyncio.sleep(random.random() * 0.01)
        os.kill(process.pid, signal.SIGKILL)
        confirmed += (await process.communicate())[0].splitlines(keepends=True)
        said = [line.decode().strip() for line in confirmed if line.endswith(b"\n")]
        async with open_log(tmp_path) as log:
            found = [text for text in texts(await log.after("t", 0, 1_000_000)) if text[0] == str(round_)]
        assert found[: len(said)] == said
        assert found == [f"{round_}{n}" for n in range(len(found))]


async def test_who_begins_to_wait_beside_another_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = Topic(tmp_path / "t.db", SCHEMA, patience=10, milliseconds=lambda: 0)
    run, asked, held = topic._reader.run, [], asyncio.Event()

    async def second_late(job: Callable[[apsw.Connection], Answer]) -> Answer:
        asked.append(job)
        second = len(asked) == 2
        answer = await run(job)
        if second:
            await held.wait()
        return answer

    monkeypatch.setattr(topic._reader, "run", second_late)
    first, other = (asyncio.create_task(topic.version()) for _ in range(2))
    before = await first
    await topic.append([("k", b"said meanwhile")])
    held.set()
    await other
    assert await topic.version() != before
    await topic.close()
