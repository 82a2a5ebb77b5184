"""Nothing of a deleted row stays in its file, wherever the database moved it before, and no file is harmed by that."""

import re
from random import Random
from threading import Thread

import apsw
import pytest

from core.time import now
from klankbord.privacy.scrub import wiped
from sinks._sqlite_schema import open_writer
from sinks._sqlite_write import Writer
from tests.sinks.messages import deletion, enriched

ROWS = 1500


def marks(path):
    return {int(found) for found in re.findall(rb"merk(\d{6})", path.read_bytes())}


def text(number, length=20):
    return f"merk{number:06} " + "woord " * length


@pytest.fixture
def table(tmp_path):
    connection = apsw.Connection(str(tmp_path / "a.db"))
    connection.pragma("journal_mode", "wal")
    connection.pragma("secure_delete", True)
    connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
    connection.set_busy_timeout(10_000)
    yield connection
    connection.close()


def churn(connection, rounds, seed=7):
    """Insert, lengthen, shorten and delete at random; gives the numbers that are left."""
    random, left = Random(seed), set()
    for _ in range(rounds):
        with connection:
            for number in random.sample(range(ROWS), 60):
                if number in left and random.random() < 0.5:
                    connection.execute("DELETE FROM said WHERE id = ?", (number,))
                    left.discard(number)
                else:
                    row = (number, text(number, random.randrange(150)))
                    connection.execute("INSERT OR REPLACE INTO said VALUES (?, ?)", row)
                    left.add(number)
    return left


def test_what_was_deleted_is_nowhere_in_the_file(table, tmp_path):
    left = churn(table, 200)
    assert wiped(tmp_path / "a.db") > 0
    assert marks(tmp_path / "a.db") == left


def test_a_second_time_finds_nothing(table, tmp_path):
    churn(table, 100)
    wiped(tmp_path / "a.db")
    assert wiped(tmp_path / "a.db") == 0


def test_a_connection_that_remembers_pages_does_not_bring_them_back(table, tmp_path):
    left = churn(table, 100)
    wiped(tmp_path / "a.db")
    with table:
        for number in sorted(left)[::3]:
            table.execute("UPDATE said SET text = replace(text, 'woord', 'draad') WHERE id = ?", (number,))
    table.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert marks(tmp_path / "a.db") == left


def test_a_file_that_is_written_meanwhile_is_not_harmed(table, tmp_path):
    done = []
    writing = Thread(target=lambda: done.append(churn(table, 250)))
    writing.start()
    while writing.is_alive():
        wiped(tmp_path / "a.db")
    assert table.execute("PRAGMA integrity_check").get == "ok"
    assert {number for (number,) in table.execute("SELECT id FROM said")} == done[0]


def test_a_file_whose_pages_move_is_not_harmed(tmp_path):
    connection = apsw.Connection(str(tmp_path / "a.db"))
    connection.pragma("auto_vacuum", "incremental")
    connection.pragma("journal_mode", "wal")
    connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
    churn(connection, 150)
    assert wiped(tmp_path / "a.db") > 0
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    assert connection.execute("PRAGMA integrity_check").get == "ok"
    connection.close()


def test_a_file_that_another_program_holds_is_left_for_the_next_time(table, tmp_path):
    churn(table, 20)
    table.execute("BEGIN IMMEDIATE")
    assert wiped(tmp_path / "a.db") == 0
    table.execute("ROLLBACK")


def test_the_archive_keeps_nothing_of_what_was_deleted(tmp_path):
    connection = open_writer(tmp_path / "archive.db")
    writer, random = Writer(connection, clock=now, erased=lambda _: False), Random(7)
    left = set()
    for start in range(0, ROWS, 100):
        numbers = range(start, start + 100)
        writer.write([enriched(str(number), text(number, 2), author=f"a{number}", minute=number) for number in numbers])
        left.update(numbers)
        gone = set(random.sample(sorted(left), 60))
        writer.write([deletion(f"file:{number}", 9999) for number in sorted(gone)])
        left -= gone
    wiped(tmp_path / "archive.db")
    assert marks(tmp_path / "archive.db") == left
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')").fetchall()
    connection.close()
