"""The whole program sends what it hears: to the log topic `events` and to a strict receiver, through edits, ends and kills."""

import asyncio
import json
import os
import signal
import threading
from contextlib import contextmanager

import pytest

from core.topics import EVENTS
from sinks._event import read
from tests.klankbord.program import LONG, Program, post, until
from tests.sinks.receiver import OK, SECRET, receiving, status


@contextmanager
def served():
    """A receiver in a thread of its own."""
    loop, up, over, found = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), []

    async def serve():
        async with receiving() as receiver:
            found.append(receiver)
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(LONG)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(LONG)
        loop.close()
    assert found[0].wrong == []


def say(address, number, text=None):
    body = {"id": str(number), "text": text} if text else {"id": str(number), "deleted": True}
    assert post(address, json.dumps(body | {"author_id": f"a{number}"}).encode()) == 202


def latest(receiver):
    """The type of the last event of each mention, and its text."""
    found = {}
    for request in list(receiver.taken):
        found[request.event["subject"].rpartition("/")[2].rpartition(":")[2]] = (request.type, request.text)
    return found


def distinct(receiver):
    """How many events came, each counted once: one may come again under its id."""
    return len({request.event["id"] for request in list(receiver.taken)})


def published(program):
    """The kinds of events that stand in the log topic, sorted."""
    records = program.ask(lambda stores: stores.log.after(EVENTS, 0, 99))
    return sorted(type(read(record.value)).__name__ for record in records if record.value)


def sending(tmp_path, receiver, *sinks, **settings):
    source = {"use": "webhook", "name": "in", "settings": {"port": 0}}
    given = {"url": receiver.url, "secrets": [SECRET], "allow_private": ["127.0.0.1"], **settings}
    hook = {"use": "webhook", "name": "partner", "settings": given}
    return Program(tmp_path, source, sinks=[{"use": "sqlite"}, hook, *sinks])


@pytest.fixture
def receiver():
    with served() as receiver:
        yield receiver


def test_what_is_heard_arrives_and_what_is_gone_is_taken_back(tmp_path, receiver):
    program = sending(tmp_path, receiver, {"use": "events"})
    with program.running() as run:
        address = run.address("webhook: listening on ")
        for number in range(4):
            say(address, number, f"klank {number}")
        until(lambda: distinct(receiver) == len(published(program)) == 4)
        say(address, 1, "klank een")
        until(lambda: distinct(receiver) == len(published(program)) == 5)
        say(address, 2)
        until(lambda: distinct(receiver) == 6 and "Removed" in published(program))
        (last,) = {taken.event["subject"] for taken in receiver.taken if taken.event["subject"].endswith("3")}
        until(lambda: program.command("erase", "--mention", last, "--yes").exit_code == 0)
        until(lambda: distinct(receiver) == 7)
        until(lambda: published(program).count("Removed") == 2)
    assert published(program) == ["Changed"] * 3 + ["Removed"] * 2
    told = latest(receiver)
    assert told["0"] == ("changed", "klank 0")
    assert told["2"] == told["3"] == ("removed", None)
    assert not program.files_with("klank 2", "klank 3")


def test_kills_lose_nothing_and_every_event_keeps_its_id(tmp_path, receiver):
    program = sending(tmp_path, receiver)

    async def slowly(_):
        await asyncio.sleep(0.05)
        return OK

    receiver.always = slowly
    with program.running() as run:
        address = run.address("webhook: listening on ")
        for round_ in range(3):
            for number in range(20 * round_, 20 * round_ + 20):
                say(address, number, f"klank {number}")
            until(lambda round_=round_: len(receiver.taken) > 20 * round_ + 5)
            os.kill(run.keeper(), signal.SIGKILL)
        until(lambda: len(latest(receiver)) == 60)
    assert latest(receiver) == {str(number): ("changed", f"klank {number}") for number in range(60)}
    ids = {(request.event["id"], request.id) for request in receiver.taken}
    assert len(ids) == 60


def test_a_receiver_that_is_gone_shows_until_a_person_enables_it(tmp_path, receiver):
    receiver.answers = [status(410)]
    program = sending(tmp_path, receiver)
    with program.running() as run:
        address = run.address("webhook: listening on ")
        say(address, 1, "klank 1")
        run.hears("partner: sends nothing until a person enables it")
        say(address, 2, "klank 2")
        until(lambda: len(program.stored()) == 2)
        assert "partner sends nothing since" in program.command("status").stdout
        assert "partner sends again" in program.command("sinks enable", "partner").stdout
        until(lambda: len(receiver.taken) == 2)
    assert "partner sends nothing" not in program.command("status").stdout


def test_a_secret_is_rotated_while_it_runs(tmp_path, receiver):
    program = sending(tmp_path, receiver)
    with program.running() as run:
        address = run.address("webhook: listening on ")
        say(address, 1, "klank 1")
        until(lambda: len(receiver.taken) == 1)
        shown = program.command("sinks rotate", "partner", "--hours", "1")
        assert "Those before it sign too until" in shown.stdout
        say(address, 2, "klank 2")
        until(lambda: len(receiver.taken) == 2)
        shown = program.command("sinks rotate", "partner", "--hours", "0").stdout
        receiver.secret = next(word for word in shown.split() if word.startswith("whsec_"))
        say(address, 3, "klank 3")
        until(lambda: len(receiver.taken) == 3)
    assert [one.headers["webhook-signature"].count("v1,") for one in receiver.taken] == [1, 2, 1]
    assert not program.files_with(receiver.secret)


def test_what_signs_nothing_is_told(tmp_path, receiver):
    program = sending(tmp_path, receiver)
    refused = program.command("sinks rotate", "partners")
    assert (refused.exit_code, 'no sink "partners" that signs; did you mean "partner"' in refused.stderr) == (1, True)


def test_a_dead_letter_goes_back_to_that_sink_alone(tmp_path, receiver):
    program = sending(tmp_path, receiver, gives_up_after="6s")
    receiver.always = status(422, body=b"no such field")
    with program.running() as run:
        say(run.address("webhook: listening on "), 1, "klank 1")
        until(program.dead)
        assert "no such field" in program.command("dead list", "--stage", "partner").stdout
        receiver.always = OK
        assert "1 sent back" in program.command("dead replay", "--stage", "partner").stdout
        until(lambda: receiver.taken)
    assert latest(receiver) == {"1": ("changed", "klank 1")}
    assert program.texts() == ["klank 1"]
