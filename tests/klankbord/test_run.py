"""Starting, stopping and dying: one run a folder, nothing lost, nothing left behind."""

import os
import signal
from pathlib import Path

import pytest

from klankbord.folder import Folder
from tests.klankbord.program import Program, Run, file_source, line, until


def alive(number):
    """Whether a process of that number does anything."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def program(tmp_path):
    program = Program(tmp_path, file_source("in.jsonl"))
    program.add("in.jsonl", line(1, "klank een"))
    return program


def test_sigterm_ends_it_well_and_nothing_is_lost(program):
    with Run(program) as run:
        run.ready()
        program.has("klank een")
        program.add("in.jsonl", *(line(10 + n, f"klank {n}") for n in range(500)))
        until(lambda: len(program.texts()) > 1)
        keeper = run.keeper()
        assert run.end(signal.SIGTERM) == 0
        assert not alive(keeper)
    with program.running():
        until(lambda: len(program.texts()) == 501)


def test_ctrl_c_ends_it_well_and_frees_the_folder(program):
    with Run(program) as run:
        run.ready()
        keeper = run.keeper()
        assert run.end(signal.SIGINT) == 0
        assert not alive(keeper)
    with Folder(program.data).locked():
        pass


def test_a_stream_worker_does_not_begin_while_its_folder_is_moved(tmp_path):
    kafka = {"use": "kafka", "settings": {"servers": "127.0.0.1:9"}}
    program = Program(tmp_path, file_source("in.jsonl"), log=kafka)
    with Folder(program.data).locked("stream"):
        refused = program.command("run stream")
    assert (refused.exit_code, "another klankbord stream runs" in refused.stderr) == (3, True)


def test_a_listener_that_is_killed_leaves_no_process_and_no_lock(program):
    with Run(program) as run:
        run.ready()
        keeper = run.keeper()
        run.process.kill()
        run.process.wait()
        with Folder(program.data).locked():  # taken as soon as the keeper has ended by itself
            assert not alive(keeper)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A program that runs through several tests."""
    program = Program(tmp_path_factory.mktemp("run"), file_source("in.jsonl"))
    program.add("in.jsonl", line(1, "klank een"))
    with program.running() as run:
        program.has("klank een")
        yield program, run


def test_a_second_run_on_the_folder_is_refused(shared):
    program, _ = shared
    with Run(program) as second:
        assert second.code() == 3
        assert "another klankbord runs on" in second.said()


def test_a_keeper_that_is_killed_starts_again(shared):
    program, run = shared
    keeper = run.keeper()
    os.kill(keeper, signal.SIGKILL)
    program.add("in.jsonl", line(2, "klank twee"))
    run.hears("the keeper was killed (-9) and starts again")
    program.has("klank een", "klank twee")
    assert run.keeper() != keeper


def test_a_signal_while_it_starts_ends_it_as_well(program):
    with Run(program) as run:
        until((program.data / "lock").exists)
        run.keeper()
        assert run.end() == 0
