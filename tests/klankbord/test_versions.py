"""Data folders that earlier releases wrote are read and go on; those of a later one are refused with a sentence."""

import shutil
from pathlib import Path

import apsw
import pytest

from core.codec import SCHEMA, decode
from core.document import Filter
from core.topics import ENRICHED, MENTIONS
from core.types import Mention
from sinks import _sqlite_schema
from stream import database
from tests.klankbord.freeze import TEXTS, WAITS
from tests.klankbord.program import Program, command, line, until

FOLDERS = Path(__file__).parent.parent / "data" / "folders"
RELEASES = sorted(path.name for path in FOLDERS.iterdir() if path.is_dir())
LEFT = sorted(set(TEXTS) - {TEXTS[1], TEXTS[2]})


class Written(Program):
    """A program that an earlier release has written: folder, configuration and all."""

    def __init__(self, folder):
        self.folder, self.config, self.data = folder, folder / "klankbord.yaml", folder / "data"


@pytest.fixture(params=RELEASES)
def program(tmp_path, request):
    shutil.copytree(FOLDERS / request.param, tmp_path / "folder")
    return Written(tmp_path / "folder")


def test_the_archive_answers(program):
    assert program.texts() == LEFT
    judged = {one.enriched.mention.text: one.judgements for one in program.stored()}
    assert [one.labels for one in judged[TEXTS[0]]] == [("vip",)]
    assert program.ask(lambda stores: stores.archive.count(Filter())) == len(LEFT)
    assert "nummer 3" in program.command("search", "klank", "--days", "36500").stdout


def test_the_log_is_read(program):
    (waiting,) = program.ask(unread)
    assert (waiting.id, waiting.text, waiting.author.followers) == ("file:later", WAITS, 7)
    assert program.ask(lambda stores: stores.log.cursors()).keys() == {("file", "in.jsonl")}
    assert [letter.stage for letter in program.dead()] == ["ingest"]


async def unread(stores):
    async with stores.log.reader(MENTIONS, "stream") as reader:
        messages = [decode(record.value) for record in await reader.read(99, 0)]
    records = await stores.log.after(ENRICHED, 0, 99)
    assert all(decode(record.value) for record in records if record.value)
    return [one for one in messages if isinstance(one, Mention)]


def test_the_program_goes_on(program):
    program.add("in.jsonl", line(100, "klank van later"))
    with program.running():
        program.has(*LEFT, WAITS, "klank van later")
    waited = next(one for one in program.stored() if one.enriched.mention.text == WAITS)
    assert [one.labels for one in waited.judgements] == [("wacht",)]


def test_what_was_erased_stays_erased(program):
    line_of_erased = (program.folder / "in.jsonl").read_text().splitlines(keepends=True)[2]
    assert TEXTS[2] in line_of_erased
    program.add("in.jsonl", line_of_erased, line(101, "klank daarna"))
    with program.running():
        until(lambda: "klank daarna" in program.texts())
    assert TEXTS[2] not in program.texts()


def test_this_release_has_its_folder():
    newest = FOLDERS / RELEASES[-1] / "data"
    assert layout(newest / "archive.db") == _sqlite_schema.VERSION
    assert {layout(path) for path in (newest / "log").rglob("*.db")} == {database.LAYOUT}
    assert SCHEMA == 1  # the messages of the newest folder


def layout(path):
    with apsw.Connection(f"file:{path}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI) as it:
        return it.pragma("user_version")


@pytest.mark.parametrize("file", ["archive.db", "log/mentions.db", "log/groups/stream.db"])
def test_what_a_later_release_wrote_is_refused(program, file):
    apsw.Connection(str(program.data / file)).pragma("user_version", 99)
    shown = command("status", "-c", str(program.config))
    assert shown.exit_code == 1
    assert f"{file.rpartition('/')[2]} was written by another release (layout 99" in shown.stderr
