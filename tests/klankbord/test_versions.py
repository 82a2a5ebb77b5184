"""Data folders that earlier releases wrote are read and go on; those of a later one are refused with a sentence."""

import apsw
import pytest

from core.codec import SCHEMA, decode
from core.document import Filter
from core.topics import ENRICHED, MENTIONS
from core.types import Mention
from sinks import _sqlite_schema
from stream import database
from tests.klankbord.freeze import FOLDERS, RELEASES, TEXTS, WAITS, Frozen
from tests.klankbord.program import command, line, until

LEFT = sorted(set(TEXTS) - {TEXTS[1], TEXTS[2]})


@pytest.fixture(params=RELEASES)
def program(tmp_path, request):
    return Frozen(tmp_path / "folder", request.param)


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
        until(lambda: tagged(program) == [("wacht",)])


def tagged(program):
    """What was said of the message that waited, once it is archived."""
    waited = next(one for one in program.stored() if one.enriched.mention.text == WAITS)
    return [one.labels for one in waited.judgements]


def test_what_was_erased_stays_erased(program):
    (erased,) = [read for read in program.heard() if TEXTS[2] in read]
    program.add("in.jsonl", erased, line(101, "klank daarna"))
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
