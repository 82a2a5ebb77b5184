"""Signs of life of a part, and the command that reads them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from core.time import now
from klankbord.configuration import MetricsSettings
from klankbord.folder import Folder
from klankbord.health.beating import SILENT, VARIABLE, beating, condition
from klankbord.health.metrics import exposed
from klankbord.health.watched import Watched

LATER = timedelta(seconds=SILENT + 1)


def health(file: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "klankbord", "health", *options]
    done = subprocess.run(command, env=os.environ | {VARIABLE: str(file)}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@asynccontextmanager
async def alive(file: Path, *lines: str) -> AsyncIterator[None]:
    """A part gives signs of life there as long as this is open, and has said these lines."""
    os.environ[VARIABLE] = str(file)
    try:
        async with beating("sinks", lambda _: None) as report:
            for line in lines:
                report(line)
            await asyncio.sleep(0)  # the first sign
            yield
    finally:
        del os.environ[VARIABLE]


async def written(file: Path, *lines: str) -> None:
    async with alive(file, *lines):
        pass


async def test_a_part_that_gives_signs_is_well(tmp_path: Path) -> None:
    await written(tmp_path / "beat")
    assert condition(tmp_path / "beat", now()) == (True, "the part sinks is awake")


async def test_what_it_said_last_is_told(tmp_path: Path) -> None:
    await written(tmp_path / "beat", "archive: waits")
    assert condition(tmp_path / "beat", now())[1].endswith("it said last: archive: waits")


async def test_a_one_time_link_is_not_repeated(tmp_path: Path) -> None:
    await written(tmp_path / "beat", "the page: http://127.0.0.1:8420/open?key=abc")
    assert "key" not in condition(tmp_path / "beat", now())[1]


async def test_silence_is_illness(tmp_path: Path) -> None:
    await written(tmp_path / "beat")
    well, sentence = condition(tmp_path / "beat", now() + LATER)
    assert not well
    assert "the part sinks gave its last sign of life" in sentence


@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_file_without_a_sign_is_illness(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "beat").write_bytes(content)
    assert not condition(tmp_path / "beat", now())[0]


async def test_the_command_answers_by_its_exit_code(tmp_path: Path) -> None:
    async with alive(tmp_path / "beat"):
        assert await asyncio.to_thread(health, tmp_path / "beat") == (0, "the part sinks is awake\n")
    assert health(tmp_path / "none")[0] == 1


async def test_a_part_that_is_not_ready_is_told_with_what_is_missing(tmp_path: Path) -> None:
    watched = Watched(part="sinks")
    watched.lacks("archive", "Elasticsearch does not answer")
    beat = tmp_path / "beat"
    async with alive(beat), exposed(watched, MetricsSettings(), Folder(tmp_path), port=0) as port:
        asked = partial(asyncio.to_thread, health, beat, "--ready", str(port))
        code, sentence = await asked()
        assert (code, sentence) == (1, "the part is not ready: archive: Elasticsearch does not answer\n")
        watched.has("archive")
        assert await asked() == (0, "the part is ready\n")
    assert (await asked())[0] == 1


async def test_a_page_that_does_not_answer_is_told(tmp_path: Path) -> None:
    async with alive(tmp_path / "beat"):
        code, sentence = await asyncio.to_thread(health, tmp_path / "beat", "--page", "1")
    assert code == 1
    assert "the page does not answer on port 1" in sentence
