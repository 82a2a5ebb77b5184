"""Tryton: a real server."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from deploy.engines.tryton import Tryton
from sinks import tryton
from tests.sinks.crm_conformance import CrmConformance, linked, said
from tests.sinks.crm_world import Limit, There, World, once_each
from tests.sinks.doubles.between import Between
from tests.sinks.lending import opened_house
from tests.sinks.messages import deletion


@dataclass
class TrytonWorld(World):
    server: Tryton = field(default=None)

    module = tryton
    accounts = True
    limit = Limit(429, {"Retry-After": "7"}, "", 7.0)

    def settings(self):
        return {"url": f"{self.url}/crm", "key": self.server.key, "text": True}

    def secrets(self):
        return [self.server.key]

    async def matters(self):
        fields = ["reference", "party", "description", "comment"]
        found = self.server.call("sale.opportunity", "search_read", [["reference", "!=", None]], 0, None, None, fields)
        return once_each(
            [
                (
                    one["reference"],
                    There(str(one["id"]), one["party"] and str(one["party"]), f"{one['description']} {one['comment']}"),
                )
                for one in found
            ]
        )

    async def contacts(self):
        """But for the organisation and its employee."""
        found = self.server.call("party.party", "search_read", [["id", ">", 2]], 0, None, None, ["name", "code"])
        codes = {one["id"]: one["code"].removeprefix("klankbord-") for one in found}
        return {str(one["id"]): (codes[one["id"]], one["name"]) for one in found}

    async def made_by_people(self, name):
        return str(self.server.call("party.party", "create", [{"name": name}])[0])

    async def works_on(self, native):
        self.server.call("sale.opportunity", "write", [int(native)], {"employee": 1})
        self.server.call("sale.opportunity", "lost", [int(native)])
        return {"status": "lost", "owner": "Dirk"}

    async def classifies(self, contact):
        category = self.server.call("party.category", "create", [{"name": f"Zakelijk {contact}"}])
        self.server.call("party.party", "write", [int(contact)], {"categories": [["add", category]]})
        return {"segment": f"Zakelijk {contact}"}

    async def writes_accounts(self, contact, text):
        for line in text.splitlines():
            self.server.call(
                "party.contact_mechanism", "create", [{"party": int(contact), "type": "other", "value": line}]
            )

    async def throws_away(self, native):
        self.server.call("sale.opportunity", "cancel", [int(native)])
        self.server.call("sale.opportunity", "delete", [int(native)])

    async def refuse_token(self):
        self.server.cancel(self.server.key)

    async def accept_token(self):
        self.server.key_of(self.server.sink_user, self.server.key)

    def refused(self):
        return "two\nlines"


@pytest.fixture
async def world(tmp_path, tryton_server):
    between = Between()
    assert tryton_server.key
    upstream = tryton_server.url.removesuffix("/crm")
    async with between.before(upstream) as url, opened_house(tmp_path) as house:
        yield TrytonWorld(url, between, house, tmp_path, server=tryton_server)
    for act, states in (("lead", ["lost"]), ("cancel", ["lead", "opportunity"])):
        tryton_server.call("sale.opportunity", act, ids(tryton_server, "sale.opportunity", ["state", "in", states]))
    tryton_server.call("sale.opportunity", "delete", ids(tryton_server, "sale.opportunity", ["id", ">", 0]))
    tryton_server.call("party.party", "delete", ids(tryton_server, "party.party", ["id", ">", 2]))


def ids(server, model, clause):
    return server.call(model, "search", [clause], 0, None, None)


class TestTryton(CrmConformance):
    """All that every CRM does."""


async def test_without_leave_for_it_no_word_of_an_author_ever_reaches_its_history(world):
    linked(world)
    async with world.open(text=False) as sink:
        await sink.write([said(world, "1", "staatsgeheim")])
        assert "staatsgeheim" not in (await world.matters())["file:1"].words
        assert "/mention/file:1" in (await world.matters())["file:1"].words
        await sink.write([said(world, "1", "staatsgeheim, opnieuw", edited=3)])
        world.house.archive.clear()
        await sink.write([deletion("file:1", 5)])
    with closing(sqlite3.connect(world.server.launch.folder / "crm.sqlite")) as database:
        rows = database.execute("SELECT description, comment FROM sale_opportunity__history").fetchall()
    assert any("file" in str(row) for row in rows)
    assert "staatsgeheim" not in str(rows)


async def test_what_was_lost_there_can_be_taken_away(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1")])
        await world.works_on((await world.matters())["file:1"].native)
        world.house.archive.clear()
        assert not await sink.write([deletion("file:1", 5)])
    assert await world.matters() == {}


async def test_codes_that_tryton_counts_up_are_nobody_of_ours(world):
    world.house.link("file:anna", "1", "Anna")
    async with world.open() as sink:
        await sink.write([said(world, "1")])
    there = (await world.matters())["file:1"]
    assert (await world.contacts())[there.contact] == ("1", "Anna")
