"""The real program on Kafka and Elasticsearch: all of it by one command, and each part by its own."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.klankbord.program import LONG, Program, Run, file_source, line, until


def distributed(folder, broker, node, name, *sending, **more):
    """A program with topics and indices of its own on these engines; `sending` are sinks after the archive."""
    return Program(
        folder,
        file_source("in.jsonl"),
        log={"use": "kafka", "settings": {"servers": broker.address, "prefix": f"{name}.", "partitions": 4}},
        sinks=[{"use": "elasticsearch", "settings": {"url": node.url, "prefix": name}}, *sending],
        **more,
    )


@pytest.fixture
def program(tmp_path, kafka_broker, elasticsearch_node, request):
    name = request.node.name.removeprefix("test_")[:40].replace("_", "-")
    program = distributed(tmp_path, kafka_broker, elasticsearch_node, name, stream={"workers": 2})
    assert program.command("log apply").exit_code == 0
    return program


def numbered(count, first=0):
    return [line(number, f"klank {number}") for number in range(first, first + count)]


def children(run):
    """Process numbers of the parts that the program started, by part."""
    found = {}
    for number in Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children").read_text().split():
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        if b"klankbord.child" in words:
            found.setdefault(words[words.index(b"klankbord.child") + 1].decode(), []).append(int(number))
    return found


def test_one_command_runs_all_and_outlives_the_death_of_each_child(program):
    program.add("in.jsonl", *numbered(300))
    with program.running() as run:
        until(lambda: len(program.texts()) == 300)
        assert sorted(map(len, children(run).values())) == [1, 2]
        for part in ("understander", "keeper"):
            os.kill(children(run)[part][0], signal.SIGKILL)
            run.hears(f"the {part}")
            first = len(program.texts())
            program.add("in.jsonl", *numbered(200, first))
            until(lambda: len(program.texts()) == first + 200)  # noqa: B023 - asked within this round
    assert len(set(program.texts())) == 700


@contextmanager
def part(program, name):
    """`klankbord run NAME`, until the block ends; it must end well."""
    command = [sys.executable, "-m", "klankbord", "run", name, "-c", str(program.config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: process.poll() is not None or heeds_sigterm(process.pid))
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=LONG)
            assert process.returncode == 0, said


def heeds_sigterm(number):
    """Whether that process has got so far that it ends well when it is asked to."""
    caught = re.search(r"SigCgt:\t(\w+)", Path(f"/proc/{number}/status").read_text())
    return bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def test_each_part_runs_alone_and_what_waits_for_one_is_not_lost(program):
    program.add("in.jsonl", *numbered(120))
    with part(program, "ingest"):
        until(lambda: standing(program, "mentions") == 120)
    with part(program, "stream"):
        until(lambda: waiting(program) == 0)
    assert program.texts() == []
    with part(program, "sinks"), part(program, "page"):
        until(lambda: len(program.texts()) == 120)
    assert (program.data / "page").read_text().startswith("http://127.0.0.1:")


def standing(program, topic):
    """How many records stand in a log topic."""

    async def count(stores):
        return await stores.log.count(topic)

    return program.ask(count)


def waiting(program):
    """How far the stream is behind; None where it never read."""

    async def lag(stores):
        return next((row.lag for row in await stores.log.state() if row.group == "stream"), None)

    return program.ask(lag)


def test_two_of_one_part_on_a_folder_are_refused_and_stream_workers_are_not(program):
    with part(program, "sinks") as first:
        until(lambda: (program.data / "lock.sinks").exists() and first.poll() is None)
        second = Run(program, None, part="sinks")
        with second:
            assert second.code() == 3
            assert "another klankbord sinks runs on" in second.said()
    with part(program, "stream"), part(program, "stream"):
        program.add("in.jsonl", *numbered(5))


def test_without_its_topics_it_says_how_to_make_them(tmp_path, kafka_broker, elasticsearch_node):
    program = distributed(tmp_path, kafka_broker, elasticsearch_node, "untouched")
    answer = program.command("status")
    assert answer.exit_code == 1
    assert "klankbord log apply" in answer.output
    assert answer.output.count("\n") == 1


def test_an_absent_engine_is_named_with_what_to_do(tmp_path, kafka_broker, elasticsearch_node):
    program = distributed(tmp_path, kafka_broker, elasticsearch_node, "absent")
    text = program.config.read_text()
    program.config.write_text(text.replace(kafka_broker.address, "127.0.0.1:9"))
    assert "127.0.0.1:9" in program.command("status").output
    program.config.write_text(text.replace(elasticsearch_node.url, "http://127.0.0.1:9"))
    assert program.command("log apply").exit_code == 0
    answer = program.command("status")
    assert (answer.exit_code, answer.output.count("\n")) == (1, 1)
    assert "http://127.0.0.1:9 does not answer: start it, or correct its `url`" in answer.output


def test_a_log_in_files_has_no_parts(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    answer = program.command("run stream")
    assert answer.exit_code == 1
    assert "log.use: kafka" in answer.output
