"""What is said: lines for a person or JSON, with the trace of a record and never what it holds."""

import io
import json
import logging
from datetime import UTC, datetime

import pytest

from core.codec import encode
from core.trace import TOLD, tell_set_aside, trace
from core.types import Author, Mention
from klankbord.health.voice import Voice
from stream._kafka_records import headers
from tests.klankbord.program import Program, Run, file_source, installed, line, until

MOMENT = datetime(2026, 3, 2, 9, 0, 1, 250_000, tzinfo=UTC)
FAULTY = """
from contextlib import asynccontextmanager
from core.settings import Settings as Base

class Settings(Base):
    pass

class Faulty:
    name, needs_vector = "faulty", False

    def find(self, batch):
        for passage in batch:
            if "poison" in passage.text:
                raise ValueError(f"cannot read {passage.text} of {passage.mention.author.handle}")
        return [None] * len(batch)

@asynccontextmanager
async def build(settings, tools):
    yield Faulty()
"""


@pytest.fixture
def spoken():
    return io.StringIO()


@pytest.fixture
def logger(spoken):
    voice, logger = Voice("stream", json=True, clock=lambda: MOMENT, out=spoken), logging.getLogger("klankbord")
    logger.addHandler(voice)
    yield logger
    logger.removeHandler(voice)


def lines(spoken):
    return [json.loads(one) for one in spoken.getvalue().splitlines()]


def test_a_line_for_a_person_has_the_time(spoken):
    Voice("stream", json=False, clock=lambda: MOMENT, out=spoken)("goes on", trace="ab12")
    assert spoken.getvalue() == "09:00:01 goes on (ab12)\n"


def test_a_line_as_json_has_time_level_part_and_message(spoken):
    Voice("stream", json=True, clock=lambda: MOMENT, out=spoken)('said "so"\nin two')
    expected = {"time": "2026-03-02T09:00:01.250Z", "level": "info", "part": "stream", "message": 'said "so"\nin two'}
    assert lines(spoken) == [expected]


def test_a_one_time_link_is_no_matter_of_a_log(spoken):
    Voice("page", json=True, out=spoken)("the page: http://127.0.0.1:8420/open?key=abc.def and more")
    assert lines(spoken)[0]["message"] == "the page: http://127.0.0.1:8420/open and more"


def test_a_record_set_aside_is_told_by_its_trace_which_is_that_of_kafka(spoken, logger):
    tell_set_aside("stream", [("file:anna/1", "undecodable")])
    (said,) = lines(spoken)
    assert (said["level"], said["message"]) == ("warning", "stream set a record aside: undecodable")
    assert said["trace"] == trace("file:anna/1") == dict(headers(b"file:anna/1", b"{}"))["trace"].decode()
    assert "anna" not in spoken.getvalue()


def test_of_many_broken_records_the_first_are_told_and_how_many_more(spoken, logger):
    tell_set_aside("archive", [(str(number), "refused") for number in range(1000)])
    assert len(lines(spoken)) == TOLD + 1
    assert lines(spoken)[-1]["message"] == "archive set 995 more records aside: klankbord dead list"


def test_of_an_error_that_nobody_expected_only_class_and_place_are_told(spoken, logger):
    try:
        int("a text of anna")
    except ValueError:
        logger.exception("the page %s failed", "/search")
    assert "ValueError in " in lines(spoken)[0]["message"]
    assert "anna" not in spoken.getvalue()


SECRET, HANDLE, WORDS = "s3cret-of-the-page", "anna_the_handle", "klank poison words"


@pytest.mark.parametrize("how", ["json", "plain"])
def test_no_text_no_handle_and_no_secret_is_said(tmp_path, how):
    """With records that every stage refuses: broken input, a faulty enricher, a record that is none."""
    poison = line(2, WORDS, author=HANDLE)
    source = file_source("in.jsonl")
    page = {"port": 0, "password": SECRET}
    program = Program(tmp_path, source, page=page, log_format=how, enrich=("language", "faulty"))
    program.add("in.jsonl", f'{{"text": "{WORDS}", {HANDLE}\n', poison, line(3, "klank goed"))
    with installed(tmp_path / "package", "faulty", FAULTY) as environment, Run(program, environment) as run:
        until(lambda: "the page: http" in run.said())
        program.has("klank goed")
        until(lambda: "set a record aside" in run.said())
        letters = until(lambda: program.dead() if len(program.dead()) == 2 else None)
        assert run.end() == 0
    said = run.said()
    assert not [word for word in (SECRET, HANDLE, WORDS, "poison") if word in said], said
    if how == "json":
        spoken = [json.loads(one) for one in said.splitlines()]
        assert all({"time", "level", "part", "message"} <= set(one) for one in spoken)
        assert {trace(letter.key or letter.origin) for letter in letters} <= {one.get("trace") for one in spoken}
        assert "?key=" not in said


def test_a_run_that_cannot_go_on_says_so_as_json(tmp_path):
    program = Program(tmp_path, file_source("absent.jsonl", follow=False), log_format="json")
    with Run(program) as run:
        assert run.code() == 1
    last = json.loads(run.lines[-1])
    assert (last["level"], last["part"]) == ("error", "ingest")


def test_the_trace_follows_from_the_mention():
    mention = Mention(
        id="file:1", source="file", author=Author(id="file:a"), text="x", created_at=MOMENT, seen_at=MOMENT
    )
    assert trace(mention.id) == trace(mention.id.encode())
    assert trace(mention.id) not in encode(mention).decode()
