"""The page goes on where there is nothing, or nothing any more, to listen to."""

import json
import urllib.request

import pytest

from core.topics import MENTIONS
from tests.klankbord.program import LONG, Program, file_source, line, post, until


def answers(run):
    with urllib.request.urlopen(run.address("the page: "), timeout=LONG) as page:
        return page.status == 200


def test_without_sources_the_page_is_served(tmp_path):
    with Program(tmp_path).running() as run:
        assert answers(run)


def test_when_every_file_was_read_to_its_end_the_page_is_served_on(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl", follow=False))
    program.add("in.jsonl", line(1, "klank een"), line(2, "klank twee"))
    with program.running() as run:
        program.has("klank een", "klank twee")
        assert run.process.poll() is None
        assert answers(run)


def test_a_deletion_reaches_what_was_set_aside_and_no_replay_brings_it_back(tmp_path):
    program = Program(tmp_path, {"use": "webhook", "settings": {"port": 0}})
    with program.running() as run:
        url = run.address("webhook: listening on ")
        both = [{"id": "1", "text": "klank \0geheim"}, {"id": "2", "text": "klank twee"}]
        assert post(url, json.dumps(both).encode()) < 300
        program.has("klank twee")
        assert [letter.key for letter in program.dead()] == ["webhook:1"]
        assert post(url, json.dumps({"id": "1", "deleted": True}).encode()) < 300
        until(lambda: program.read_by(MENTIONS, "stream"))
    assert program.dead() == []
    assert "0 sent back" in program.command("dead replay").output


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999999"])
def test_a_number_that_no_dead_letter_has_is_told(tmp_path, number):
    told = Program(tmp_path).command("dead show", number)
    assert (told.exit_code, told.stderr) == (1, f"klankbord: there is no dead letter {number}; there are none\n")
