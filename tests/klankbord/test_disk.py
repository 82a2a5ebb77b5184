"""A disk that fills up: the program stops with a sentence, and once there is room everything arrives, each once."""

import os
import resource
import subprocess
from contextlib import contextmanager

import pytest

from tests.klankbord.program import Program, Run, file_source, line, until

MESSAGES = 800
SIZE = 2 * 1024 * 1024


@contextmanager
def small_disk(folder):
    """A disk of SIZE bytes at that folder, as root; others get a limit on the size of each file, which fills up alike.

    Gives what makes room, and how the program is to be started.
    """
    if os.geteuid() == 0:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder], check=False)
        if mounted.returncode == 0:
            grow = ["mount", "-o", "remount,size=200m", folder]
            try:
                yield lambda: subprocess.run(grow, check=True), {}
            finally:
                subprocess.run(["umount", "-l", folder], check=True)
            return
    limit = SIZE // 4
    yield lambda: None, {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))}


@pytest.fixture
def program(tmp_path):
    (tmp_path / "data").mkdir()
    program = Program(tmp_path, file_source("in.jsonl"))
    program.add("in.jsonl", *(line(n, f"klank nummer {n} " + f"woord{n} " * 120) for n in range(MESSAGES)))
    return program


def test_it_stops_with_a_sentence_and_loses_nothing(program):
    with small_disk(program.data) as (make_room, how):
        with Run(program, **how) as run:
            assert run.code() == 1
            assert "klankbord: " in run.said()
            assert "full" in run.said() or "refuses" in run.said()
        make_room()
        with program.running():
            until(lambda: len(program.texts()) >= MESSAGES)
            assert len({text.split()[2] for text in program.texts()}) == len(program.texts()) == MESSAGES
