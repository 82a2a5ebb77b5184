"""The whole program and a real Tryton: what is heard arrives, follows, and what people do there comes back."""

import json
import os
import signal

import pytest

from core.errors import Stop
from core.topics import ENRICHED
from desk.store import facts
from tests.klankbord.program import Program, post, until


@pytest.fixture(params=[True])
def crm(request, tmp_path, tryton_server):
    """The program whose CRM is that Tryton, and what stands there by reference; of everyone, or of customers alone."""
    source = {"use": "webhook", "name": "in", "join": True, "settings": {"port": 0}}
    reached = {"url": tryton_server.url, "key": tryton_server.key}
    settings = reached | {"everyone": request.param, "text": True, "every": "10s"}
    sink = {"use": "tryton", "settings": settings}

    def there():
        fields = ["reference", "comment", "state"]
        asked = ("sale.opportunity", "search_read", [["reference", "like", "webhook:%"]], 0, None, None, fields)
        try:
            found = tryton_server.call(*asked)
        except Stop:  # Tryton refuses to read what is deleted between its search and its reading
            return there()
        assert len({one["reference"] for one in found}) == len(found), "a mention is there twice"
        return {one["reference"].removeprefix("webhook:"): one for one in found}

    yield Program(tmp_path, source, sinks=[{"use": "sqlite"}, sink]), there
    for one in there().values():
        if one["state"] == "lead":
            tryton_server.call("sale.opportunity", "cancel", [one["id"]])
        tryton_server.call("sale.opportunity", "delete", [one["id"]])


def say(address, number, text=None):
    body = {"id": str(number), "text": text} if text else {"id": str(number), "deleted": True}
    assert post(address, json.dumps(body | {"author_id": f"a{number}"}).encode()) == 202


def test_a_crm_follows_edits_deletions_erasure_and_kills(crm):
    program, there = crm
    with program.running() as run:
        address = run.address("webhook: listening on ")
        for number in range(4):
            say(address, number, f"klank {number}")
        until(lambda: len(there()) == 4)
        say(address, 1, "klank een")
        say(address, 2)
        until(lambda: "klank een" in there()["1"]["comment"] and "2" not in there())
        for number in range(4, 30):
            say(address, number, f"klank {number}")
        until(lambda: len(there()) > 8)
        os.kill(run.keeper(), signal.SIGKILL)
        until(lambda: len(there()) == 29)
        assert program.command("erase", "--mention", "webhook:3", "--yes").exit_code == 0
        until(lambda: "3" not in there())


def test_what_people_do_there_comes_back_to_the_desk(crm, tryton_server):
    program, there = crm

    def told():
        return program.ask(lambda stores: facts.of_mentions(stores.desk, ["webhook:1"]))

    with program.running() as run:
        say(run.address("webhook: listening on "), 1, "klank 1")
        until(there)
        tryton_server.call("sale.opportunity", "cancel", [there()["1"]["id"]])
        until(lambda: ("status", "cancelled") in {(one.name, one.value) for one in told().get("webhook:1", ())})


@pytest.mark.parametrize("crm", [False], indirect=True)
def test_a_link_alone_brings_what_was_said_before_there_and_takes_it_back(crm):
    program, there = crm
    with program.running() as run:
        address = run.address("webhook: listening on ")
        for number in range(2):
            say(address, number, f"klank {number}")
        until(lambda: len(program.texts()) == 2)
        until(lambda: program.ask(lambda stores: stores.log.passed(ENRICHED, "tryton", [2])))
        assert there() == {}
        made = program.command("customer add").stdout.strip()
        author = next(one.enriched.mention.author.id for one in program.stored())
        assert program.command("customer link", made, author).exit_code == 0
        until(lambda: len(there()) == 1)
        assert program.command("customer unlink", author).exit_code == 0
        until(lambda: there() == {})
