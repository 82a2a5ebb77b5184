"""`klankbord engines`: real engines in the background, found again, restarted and stopped by later commands."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys

import pytest

from deploy.engines import kafka
from tests.klankbord.program import command, until


class Engines:
    """Engines in a folder, asked about by the real command."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, name, *more):
        return command("engines", name, "--folder", str(self.folder), *more)

    def up(self, *names):
        """`up` as a program of its own, which ends before its engines do."""
        program = [sys.executable, "-m", "klankbord", "engines", "up", "--folder", str(self.folder), *names]
        return subprocess.run(program, capture_output=True, text=True, check=False)

    def remembered(self, name):
        return json.loads((self.folder / "engines.json").read_text())[name]

    def end(self, name, number):
        """Send a signal to all processes of an engine."""
        os.killpg(self.remembered(name)["pid"], number)

    def word(self, name):
        """The state that `status` shows."""
        return next(re.split(r"  +", line)[1] for line in self("status").stdout.splitlines() if line.startswith(name))


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """Kafka and Elasticsearch, up; each test leaves them so."""
    engines = Engines(tmp_path_factory.mktemp("up") / "engines")
    try:
        engines.said = engines.up()
        yield engines
    finally:
        engines("down")


@pytest.fixture
def none(tmp_path):
    """A folder in which nothing was started."""
    return Engines(tmp_path)


def test_up_prints_what_the_configuration_needs(engines, tmp_path):
    lines = [line for line in engines.said.stdout.splitlines() if line.startswith(("log: ", "sinks: "))]
    config = tmp_path / "klankbord.yaml"
    config.write_text("\n".join(["organisation: {name: Klank}", *lines]))
    (tmp_path / "playbook.yaml").write_text("monitors: {klank: {query: klank}}")
    checked = command("check", "-c", str(config))
    assert (len(lines), checked.exit_code, checked.stderr) == (2, 0, "")


def test_status_shows_them_running(engines):
    assert (engines.word("kafka"), engines.word("elasticsearch")) == ("running", "running")
    assert engines("status").exit_code == 0


def test_up_leaves_alone_what_runs(engines):
    before = engines.remembered("kafka")
    assert engines.up().returncode == 0
    assert engines.remembered("kafka") == before


def test_up_brings_back_what_was_killed_where_it_was(engines):
    ports = engines.remembered("kafka")["ports"]
    engines.end("kafka", signal.SIGKILL)
    until(lambda: engines.word("kafka") == "ended by itself")
    shown = engines("status")
    assert (shown.exit_code, "engine.log" in shown.stderr) == (1, True)
    assert engines.up("kafka").returncode == 0
    assert engines.remembered("kafka")["ports"] == ports
    assert kafka.answers(ports[0])


def test_one_whose_port_was_taken_moves_and_says_so(engines):
    engines("down", "kafka")
    before = engines.remembered("kafka")["ports"]
    with socket.create_server(("127.0.0.1", before[0])):
        said = engines.up("kafka").stderr
    ports = engines.remembered("kafka")["ports"]
    assert f"listens at port {before[0]}, where kafka was: kafka moves to {ports[0]}" in said
    assert kafka.answers(ports[0])


def test_one_that_hangs_is_seen_and_can_be_stopped(engines):
    engines.end("kafka", signal.SIGSTOP)
    until(lambda: engines.word("kafka") == "does not answer")  # all its threads stop once one of them was scheduled
    assert "does not answer; try: klankbord engines down kafka" in engines.up("kafka").stderr
    assert engines("down", "kafka").exit_code == 0
    assert engines.word("kafka") == "stopped"
    assert engines.up("kafka").returncode == 0


def test_down_never_ends_a_process_that_got_the_number_later(none):
    with subprocess.Popen(["sleep", "60"]) as another:
        (none.folder / "engines.json").write_text(json.dumps({"kafka": {"ports": [9092, 9093], "pid": another.pid}}))
        assert none("down").stdout.startswith("nothing runs")
        assert another.poll() is None
        another.kill()


def test_a_spoilt_state_file_is_a_sentence(none):
    (none.folder / "engines.json").write_text('{"kafka": 1')
    for name in ("up", "status", "down"):
        shown = none(name)
        assert (shown.exit_code, "engines.json cannot be read" in shown.stderr) == (1, True)


def test_two_commands_at_once_are_refused(none):
    with (none.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another `klankbord engines` is at work" in none("up").stderr


def test_an_unknown_engine_is_answered_with_the_nearest(none):
    shown = none("up", "elastic")
    assert shown.exit_code == 1
    assert 'there is no engine "elastic"; did you mean "elasticsearch"' in shown.stderr


def test_without_engines_status_says_how_to_start_them(none):
    assert "klankbord engines up" in none("status").stdout
