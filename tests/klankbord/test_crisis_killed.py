"""Whoever is killed between an alarm and its message: one crisis, told, and marked where it may have been told before."""

import signal
import subprocess
import sys

import pytest
import yaml

from desk.store import crises
from tests.klankbord.program import Program, file_source
from tests.klankbord.test_notified import SECRET, receiver


def told(program, where=""):
    """Tell of the alarm in a process of its own, killed where that says."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.klankbord.crisis_until", str(program.config), where], check=False
    )
    assert ran.returncode == (-signal.SIGKILL if where else 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request):
    """Where the desk database is, as the configuration says it: a file, or a server."""
    if request.param == "sqlite":
        return {}
    server = request.getfixturevalue("postgresql_server")
    return {"url": server.create(), "password": server.password, "ca": str(server.ca)}


def planned(folder, *channels, send, **more):
    notices = {"window": "1s", "channels": channels, "send": send}
    program = Program(folder, file_source("in.jsonl"), notices=notices, **more)
    organisation = {"model": "centralized", "centre": "webcare", "units": {"webcare": {}}}
    content = {"monitors": {"klank": {"query": "klank"}}, "triage": None, "organisation": organisation, "crisis": {}}
    (folder / "playbook.yaml").write_text(yaml.safe_dump(content))
    return program


def channel(name, url):
    return {"name": name, "use": "webhook", "url": url, "secrets": [SECRET], "allow_private": ["127.0.0.1"]}


def opened(program):
    return program.ask(lambda stores: crises.listed(stores.desk))


@pytest.mark.parametrize("where", ["event", "opened", "gathered", "sent"])
def test_one_crisis_and_told_wherever_it_was_killed(tmp_path, desk, where):
    with receiver(lambda: None) as (url, taken):
        program = planned(tmp_path, channel("tooling", url), send=[{"channels": ["tooling"]}], desk=desk)
        told(program, where)
        told(program)
        told(program)
    assert [one.number for one in opened(program)] == [1]
    repeats = [False, True] if where == "sent" else [False]
    assert [(said["crisis"]["number"], said["repeat"]) for _, said in taken] == [(1, repeat) for repeat in repeats]
    assert len({identifier for identifier, _ in taken}) == 1
