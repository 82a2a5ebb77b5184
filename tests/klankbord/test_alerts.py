"""Alerts of a real program: from the file in the docs to the mail, through a kill."""

import asyncio
import os
import re
import signal
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from core.time import now
from desk.store import letters
from klankbord import configuration
from klankbord.keeping import alerts
from klankbord.stores import open_stores
from tests.desk.alerts.mailbox import mailbox
from tests.klankbord.program import LONG, Program, file_source, line, until

DOCS = Path(__file__).parents[2] / "docs" / "alerts.md"


@contextmanager
def mail_server():
    """The mailbox in a thread of its own, beside the program."""
    ready, over, boxes = threading.Event(), asyncio.Event(), []
    loop = asyncio.new_event_loop()

    async def serve():
        async with mailbox() as box:
            boxes.append(box)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(LONG)
    try:
        yield boxes[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(LONG)
        loop.close()


def mail(port):
    return {"host": "127.0.0.1", "port": port, "tls": "none", "sender": "bord@klank.example"}


def written(folder, *alerts):
    path = folder / "alerts.yaml"
    path.write_text(yaml.safe_dump({"alerts": list(alerts)}))
    return str(path)


def fresh(number, text):
    return line(number, text, created_at=now().isoformat())


def test_the_docs_example_is_taken_as_it_stands(tmp_path):
    example, settings = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)
    program = Program(tmp_path, mail=mail(25))
    (tmp_path / "mail.password").write_text("geheim")
    content = yaml.safe_load(program.config.read_text()) | yaml.safe_load(settings)
    program.config.write_text(yaml.safe_dump(content))
    path = tmp_path / "alerts.yaml"
    path.write_text(example)
    said = program.command("alert add", str(path)).output
    assert re.sub(r"whsec_\S{44}", "SECRET", said).splitlines() == [
        "added: Outage",
        "added: Peak",
        "  its webhook's secret, shown this once: SECRET",
    ]
    assert program.command("alert add", str(path)).output == "replaced: Outage\nreplaced: Peak\n"
    assert "unusual 2 in 1:00:00" in program.command("alert list").output
    assert program.command("alert remove", "Peak").output == "removed: Peak\n"
    assert 'did you mean "Outage"?' in program.command("alert remove", "Outag").output


def test_every_mistake_of_a_file_is_told_at_once(tmp_path):
    program = Program(tmp_path)
    path = written(
        tmp_path,
        {"name": "a", "monitor": "klan", "query": "(", "to": ["ops@klank.example"]},
        {"name": "b", "within": "soon", "too": 1},
    )
    said = program.command("alert add", path)
    assert said.exit_code == 2
    for sentence in (
        'did you mean "klank"?',
        "query: column 2",
        "no mail server",
        "unknown key",
        "a number with a unit",
    ):
        assert sentence in said.output
    assert "nobody" not in program.command("alert list").output


@pytest.mark.parametrize(
    ("webhook", "taken"),
    [("http://10.1.2.3/hook", True), ("http://tooling.klank/hook", True), ("http://10.2.2.3/hook", False)],
)
def test_without_tls_a_webhook_is_within_a_network_that_was_named(tmp_path, webhook, taken):
    program = Program(tmp_path, alerts={"allow_private": ["10.1.0.0/16"]})
    said = program.command("alert add", written(tmp_path, {"name": "a", "webhook": webhook}))
    assert ("added: a" in said.output) is taken
    assert ("begins with https://" in said.output) is not taken


def test_a_match_is_mailed_once_though_the_keeper_is_killed(tmp_path):
    with mail_server() as box:
        program = Program(tmp_path, file_source("in.jsonl", excerpts=True), mail=mail(box.port))
        program.add("in.jsonl", line(0, "klank van vroeger"))
        alert = {"name": "Klank", "query": "klank", "group": "0s", "pause": "0s", "to": ["ops@klank.example"]}
        program.command("alert add", written(tmp_path, alert))
        box.answers = "451 not now"
        with program.running() as run:
            program.has("klank van vroeger")  # what stands there at first is history
            program.add("in.jsonl", fresh(1, "klank klaagt"))
            owed = lambda stores: letters.undelivered(stores.desk)  # noqa: E731 - a question
            until(lambda: program.ask(owed))
            assert "1 messages to people could not be delivered" in program.command("status").output
            os.kill(run.keeper(), signal.SIGKILL)
            box.answers = None
            until(lambda: box.messages, within=600)
            program.has("klank klaagt", "klank van vroeger")
            told = [message.get_body(["plain"]).get_content() for message in box.messages]
    assert len(told) == 1
    assert "klank klaagt" in told[0]
    assert "vroeger" not in told[0]


def test_a_view_is_written_to_a_file(tmp_path):
    program = Program(tmp_path)
    out = tmp_path / "week.csv"
    said = program.command("report", "/?range=7d", "--format", "csv", "--language", "nl", "--out", str(out))
    assert said.output == f"/?range=7d in {out}\n"
    assert out.read_text("utf-8-sig").startswith("what,name,start,end,count,share,usual")
    assert out.stat().st_mode & 0o777 == 0o600
    assert "give the address of an overview or a search" in program.command("report", "/status").output
    assert "a view of one author stays inside" in program.command("report", "/search?author=anna").output


async def test_an_error_that_nobody_foresaw_ends_neither_the_alerts_nor_what_runs_beside_them(tmp_path, monkeypatch):
    stop, said, rounds = asyncio.Event(), [], []

    async def once(watching):
        rounds.append(watching)
        if len(rounds) > 2:
            stop.set()
        raise ZeroDivisionError

    monkeypatch.setattr(alerts.Watch, "once", once)
    monkeypatch.setattr(alerts, "EVERY", 0.01)
    program = Program(tmp_path)
    read = configuration.read(program.config)
    async with open_stores(read, said.append) as stores, asyncio.timeout(LONG):
        await alerts.watch(read, stores, stop, said.append)
    assert said == ["alerts fail, and are tried again: ZeroDivisionError"]
