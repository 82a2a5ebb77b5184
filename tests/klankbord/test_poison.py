"""Input that cannot be used, end to end: it is set aside with its reason, and all that stands beside it arrives."""

import json

import pytest

from core.codec import dead_letter, encode
from core.time import now
from core.topics import DEAD
from core.types import Failure
from tests.klankbord.packages import REFUSING
from tests.klankbord.program import Program, file_source, installed, line, post, until

POISON = {
    "not UTF-8": b'{"id": "p1", "text": "klank \xff\xfe"}\n',
    "text too long": line("p2", "klank " + "x" * 10_000_000).encode(),
    "wrong type": b'"klank"\n',
    "unreadable date": line("p4", "klank", created_at="0000-01-01T00:00:00Z").encode(),
    "time out of range": line("p5", "klank", created_at="9999-12-31T23:59:59Z").encode(),
    "NUL character": line("p6", "klank \0").encode(),
    "lone surrogate": b'{"id": "p7", "text": "klank \\ud800"}\n',
    "too deep": b'{"id": "p8", "text": ' + b"[" * 100_000 + b"\n",
    "not JSON": b'{"id": "p9", "text": "klank\n',
}
GOOD = [f"klank goed {number}" for number in range(len(POISON) + 1)]
PUSHED = [f"klank gestuurd {number}" for number in range(len(POISON) + 1)]


def between(good, bad):
    """The bad ones between the good ones."""
    return b"".join(b"".join(pair) for pair in zip(good, [*bad, b""], strict=True))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A running program that was given poison through a file and through the webhook."""
    folder = tmp_path_factory.mktemp("poison")
    webhook = {"use": "webhook", "settings": {"port": 0, "most": 64 * 1024 * 1024, "wait": "60s"}}
    refusing = {"use": "refusing", "settings": {"until": str(folder / "mended")}}
    program = Program(folder, file_source("in.jsonl"), webhook, enrich=["language", refusing])
    program.add("in.jsonl", between([line(n, text).encode() for n, text in enumerate(GOOD)], POISON.values()))
    with installed(folder / "packages", "refusing", REFUSING) as environment, program.running(**environment) as run:
        program.webhook = run.address("webhook: listening on ")
        until(lambda: len(program.dead()) == len(POISON))
        good = [line(n, text).encode() for n, text in enumerate(PUSHED)]
        body = between(good, POISON.values())
        assert post(program.webhook, body, content_type="application/x-ndjson") == 202
        until(lambda: len(program.texts()) == len(GOOD) + len(PUSHED))
        until(lambda: len(program.dead()) == 2 * len(POISON))
        yield program


def test_every_good_one_is_archived(program):
    assert program.texts() == sorted(GOOD + PUSHED)


@pytest.mark.parametrize("origin", ["file/in.jsonl", "webhook/in"])
def test_every_bad_one_is_set_aside_with_its_reason(program, origin):
    assert [letter.error for letter in program.dead() if letter.origin == origin] == list(POISON)


def test_what_is_kept_of_each_is_bounded_and_the_whole_is_named(program):
    kept = {letter.key: (len(letter.payload), letter.size) for letter in program.dead()}
    assert max(size for size, _ in kept.values()) == 64 * 1024
    assert max(size for _, size in kept.values()) > 10_000_000


def test_a_body_of_nothing_but_poison_is_refused_to_its_sender(program):
    assert [post(program.webhook, body) for body in (b"\xff", b"{", b'{"text": "\\ud800"}')] == [400, 400, 400]


def test_they_are_listed_with_their_classes(program):
    listed = program.command("dead list", "--stage", "ingest", "--error", "too deep")
    assert listed.exit_code == 0
    assert "2 at ingest: too deep" in listed.stdout


def test_one_is_shown_whole_but_harmless(program):
    shown = program.command("dead show", "1")
    assert shown.exit_code == 0
    assert "error   not UTF-8" in shown.stdout
    assert "file/in.jsonl" in shown.stdout


def test_one_that_is_not_there_is_said(program):
    shown = program.command("dead show", "4711")
    assert (shown.exit_code, shown.stderr.startswith("klankbord: there is no dead letter 4711")) == (1, True)


def test_what_still_cannot_be_read_stays(program):
    replayed = program.command("dead replay", "--error", "not JSON")
    assert replayed.exit_code == 0
    assert replayed.stdout.startswith("0 sent back, 0 had been before")
    assert "stays: file/in.jsonl: it still cannot be read" in replayed.stdout


@pytest.fixture(scope="module")
def broken(program):
    """The program after two messages that a component cannot bear."""
    program.add("in.jsonl", line("r1", "klank breekpunt een"), line("r2", "klank na het breekpunt"))
    program.add("in.jsonl", line("r3", "klank gaat door"))
    until(lambda: "klank gaat door" in program.texts())
    until(lambda: [letter.stage for letter in program.dead()].count("stream") == 2)
    return program


def test_the_neighbours_of_what_breaks_a_component_arrive(broken):
    assert not any("breekpunt" in text for text in broken.texts())


def test_a_dry_run_says_where_it_would_go_and_sends_nothing(broken):
    said = broken.command("dead replay", "--stage", "stream", "--dry-run")
    assert said.stdout == "2 would go back to stream\n"
    assert "0 at" not in said.stdout


def test_after_the_fix_a_replay_brings_them_in_once(broken):
    (broken.folder / "mended").touch()
    first, second = (broken.command("dead replay", "--stage", "stream").stdout for _ in range(2))
    assert (first, second) == ("2 sent back, 0 had been before\n", "0 sent back, 2 had been before\n")
    until(lambda: sum("breekpunt" in text for text in broken.texts()) == 2)


def test_a_letter_of_a_release_that_could_not_read_it_comes_in_as_if_heard_now(broken):
    payload = json.dumps({"id": "old", "text": "klank van vroeger", "author": "Bert"}).encode()
    letter = dead_letter(Failure("not JSON", "", payload), origin="file/in.jsonl", stage="ingest", at=now())
    broken.ask(lambda stores: stores.log.append(DEAD, [("old", encode(letter))]))
    assert broken.command("dead replay", "--error", "not JSON").stdout.startswith("1 sent back")
    until(lambda: "klank van vroeger" in broken.texts())


def test_a_letter_of_a_source_that_is_gone_stays(broken):
    letter = dead_letter(Failure("gone", "", b"{}"), origin="kranten/a.xml", stage="ingest", at=now())
    broken.ask(lambda stores: stores.log.append(DEAD, [("gone", encode(letter))]))
    assert 'there is no source "kranten"' in broken.command("dead replay", "--error", "gone").stdout
