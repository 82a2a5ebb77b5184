"""What is in the archive's files: nothing of what was deleted, and a whole archive after any kill."""

import subprocess
import sys
from pathlib import Path
from random import Random

import apsw
import pytest

from core.document import Group
from core.errors import Retry, Stop
from core.time import milliseconds, now
from core.types import Mute
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks._sqlite_read import Reader
from sinks._sqlite_schema import open_writer
from sinks._sqlite_write import Writer
from tests.sinks.messages import EVERYTHING, at, deletion, enriched, gone, judgement
from tests.sinks.writes_forever import batch

ROOT = Path(__file__).parents[2]
SECRET = ("zwartgallig", "kwetsbare", "ondertoon", "wanhoopskreet", "quasimodo", "hartenbreker")
VECTOR = bytes(range(17, 117)) * 3


def secret(place: int):
    return enriched(
        f"s{place}", " ".join(SECRET), author="quasimodo", vector=VECTOR, tags=("hartenbreker",), minute=place
    )


def traces(folder: Path) -> list[str]:
    """Which of the secrets can still be read in any file of the folder."""
    bytes_left = b"".join(file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")).lower()
    return [word for word in SECRET if word.encode() in bytes_left] + (["vector"] if VECTOR[:50] in bytes_left else [])


@pytest.fixture
def writer(tmp_path):
    connection = open_writer(tmp_path / "archive.db")
    yield Writer(connection, clock=now, erased=lambda _: False)
    connection.close()


@pytest.fixture
def filled(writer):
    others = [enriched(str(place), f"gewoon bericht nummer {place}", minute=place) for place in range(700)]
    for start in range(0, 700, 70):
        writer.write([*others[start : start + 70], secret(start)])
    writer.write([judgement("file:s0", "tags", ("vip",), 1)])
    return writer


SECRETS = [f"file:s{start}" for start in range(0, 700, 70)]


def removed_by_mention(writer):
    writer.write([deletion(one, 9999) for one in SECRETS])


def removed_by_author(writer):
    writer.write([gone("file:quasimodo", 9999)])


def removed_by_edit(writer):
    writer.write([enriched(one.removeprefix("file:"), "anders", edited=9000, author="anna") for one in SECRETS])
    writer.write([deletion(one, 9999) for one in SECRETS])


def erased(writer):
    writer.erase(mentions=[], authors=["file:quasimodo"])


def expired(writer):
    writer.retain("file", milliseconds(at(9999)))
    while writer.expire("file", milliseconds(at(9999)), 100):
        pass


@pytest.mark.parametrize("remove", [removed_by_mention, removed_by_author, removed_by_edit, erased, expired])
def test_deleted_text_is_in_no_file(filled, tmp_path, remove):
    assert traces(tmp_path)
    remove(filled)
    assert traces(tmp_path) == []


def test_erased_author_is_nowhere_in_clear(filled, tmp_path):
    filled.write([Mute(by="ruth", at=at(1), author="file:quasimodo")])
    filled.erase(mentions=[], authors=["file:quasimodo"])
    assert "quasimodo" not in traces(tmp_path)


def test_a_reader_in_the_way_delays_the_clearing_and_no_longer(filled, tmp_path):
    reading = apsw.Connection(str(tmp_path / "archive.db"))
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM facts").fetchall()
    filled._connection.set_busy_timeout(1)
    removed_by_mention(filled)
    assert filled.gone.purged
    reading.execute("COMMIT")
    filled.write([enriched("later", "weer een bericht")])
    reading.close()
    assert traces(tmp_path) == []


def expected(last: int) -> dict[str, str]:
    """Mention id to text after the batches up to `last`."""
    texts: dict[str, str] = {}
    for number in range(last + 1):
        for item in batch(number):
            if hasattr(item, "mention"):
                texts[item.mention.id] = item.mention.text
            else:
                texts.pop(item.target, None)
    return texts


def held(path: Path) -> dict[str, str]:
    reader = Reader(path, matches=matches, spans=highlights)
    found = reader.stored(reader.documents(EVERYTHING), None, hidden=False)
    reader.close()
    return {one.enriched.mention.id: one.enriched.mention.text for one in found}


def test_killed_at_any_moment_it_holds_what_was_confirmed(tmp_path):
    path, random, done = tmp_path / "archive.db", Random(11), -1
    for _ in range(6):
        command = [sys.executable, "-m", "tests.sinks.writes_forever", str(path), str(done + 1)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            for _ in range(random.randint(3, 12)):
                process.stdout.readline()
            for _ in range(random.randint(0, 200_000)):
                pass
            process.kill()
            said = [int(line) for line in process.stdout.read().split()]
        connection = open_writer(path)
        assert connection.pragma("integrity_check") == "ok"
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        connection.close()
        found = held(path)
        done = max(int(key.removeprefix("file:").split("-")[0]) for key in found)
        assert found == expected(done)
        assert not said or done >= max(said)


def test_full_disk_stops_with_a_sentence_and_loses_nothing(writer, tmp_path):
    writer.write([enriched("1")])
    writer._connection.pragma("max_page_count", writer._connection.pragma("page_count") + 5)
    with pytest.raises(Stop, match="full: free some space"):
        writer.write([enriched(f"x{place}", "lang " * 99) for place in range(500)])
    assert held(tmp_path / "archive.db") == {"file:1": "trein vertraagd"}
    writer._connection.pragma("max_page_count", 1 << 30)
    assert not writer.write([enriched("2")])


def test_a_file_that_is_no_archive_stops_with_a_sentence(tmp_path):
    path = tmp_path / "archive.db"
    path.write_bytes(b"no database at all, and long enough to be looked at" * 40)
    with pytest.raises(Stop, match="cannot be opened as an archive"):
        open_writer(path)


def test_another_process_that_writes_means_retry(writer, tmp_path):
    other = open_writer(tmp_path / "archive.db")
    other.execute("BEGIN IMMEDIATE")
    writer._connection.set_busy_timeout(1)
    with pytest.raises(Retry):
        writer.write([enriched("1")])
    other.execute("COMMIT")
    other.close()
    assert not writer.write([enriched("1")])


def test_two_processes_may_write_in_turn(writer, tmp_path):
    connection = open_writer(tmp_path / "archive.db")
    other = Writer(connection, clock=now, erased=lambda _: False)
    for place, turn in enumerate([writer, other, writer, other]):
        turn.write([enriched(str(place), topics=(f"t{place}",), author=f"a{place % 3}")])
    connection.close()
    assert len(held(tmp_path / "archive.db")) == 4


BEFORE = """
DROP INDEX facts_by_time;
ALTER TABLE facts DROP COLUMN intent;
ALTER TABLE facts DROP COLUMN aspects;
ALTER TABLE facts DROP COLUMN spam;
ALTER TABLE facts DROP COLUMN toxicity;
ALTER TABLE facts DROP COLUMN outcome;
ALTER TABLE facts DROP COLUMN severity;
ALTER TABLE facts DROP COLUMN unit;
ALTER TABLE facts DROP COLUMN answers;
ALTER TABLE facts DROP COLUMN checked;
CREATE INDEX facts_by_time ON facts (created, state, source, language, sentiment, monitors, topics, emotion);
PRAGMA user_version = 2;
"""
"""Makes the layout before of this one."""


def test_a_file_that_lacks_a_column_of_its_layout_is_given_it_and_keeps_its_rows(filled, tmp_path):
    filled._connection.execute("ALTER TABLE facts DROP COLUMN toxicity; ALTER TABLE facts DROP COLUMN answers")
    connection = open_writer(tmp_path / "archive.db")
    Writer(connection, clock=now, erased=lambda _: False).write([enriched("new", found={"toxicity": ("offensive",)})])
    reader = Reader(tmp_path / "archive.db", matches=matches, spans=highlights)
    assert (reader.count(EVERYTHING), reader.terms(EVERYTHING, Group.TOXICITY, 9)) == (711, [("offensive", 1)])
    reader.close()
    connection.close()


def test_a_file_of_the_layout_before_is_read_written_and_counted(filled, tmp_path):
    filled._connection.execute(BEFORE)
    connection = open_writer(tmp_path / "archive.db")
    Writer(connection, clock=now, erased=lambda _: False).write([enriched("new", found={"intent": ("question",)})])
    reader = Reader(tmp_path / "archive.db", matches=matches, spans=highlights)
    assert reader.count(EVERYTHING) == 711
    assert reader.terms(EVERYTHING, Group.INTENT, 9) == [("question", 1)]
    assert reader.get("file:1") is not None
    reader.close()
    connection.close()
