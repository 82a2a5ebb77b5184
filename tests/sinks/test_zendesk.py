"""Zendesk against a strict double of its published rules."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.errors import Denied
from sinks import zendesk
from sinks._crm_beside import kept_true, once
from tests.sinks.crm_conformance import CrmConformance, linked, said
from tests.sinks.crm_world import Limit, There, World, once_each
from tests.sinks.doubles.between import Between
from tests.sinks.doubles.zendesk import ME, ZendeskDouble
from tests.sinks.house import until
from tests.sinks.lending import opened_house
from tests.sinks.messages import deletion


@dataclass
class ZendeskWorld(World):
    double: ZendeskDouble = field(default_factory=ZendeskDouble)

    module = zendesk
    accounts = "accounts"
    limit = Limit(429, {"Retry-After": "93"}, "Number of allowed API requests per minute exceeded", 93.0)

    def settings(self):
        text = self.double.text_field
        fields = {"text": text, "segment": "segment", "website": "site"}
        return {"url": self.url, "email": "bot@example.org", "token": "6wiIBWbG", **fields}

    def secrets(self):
        return ["6wiIBWbG"]

    async def matters(self):
        return once_each([(one["external_id"], self._there(one)) for one in self.double.tickets.values()])

    def _there(self, ticket):
        words = [ticket["subject"], *(one["value"] for one in ticket.get("custom_fields", ()))]
        words += [comment["body"] for comment in ticket["comments"]]
        contact = None if ticket["requester_id"] == ME else str(ticket["requester_id"])
        return There(str(ticket["id"]), contact, "\n".join(words))

    async def contacts(self):
        return {
            str(native): ((one.get("user_fields") or {}).get("klankbord_customer"), one["name"])
            for native, one in self.double.users.items()
            if one["role"] == "end-user"
        }

    async def made_by_people(self, name):
        native = next(self.double.ids)
        self.double.users[native] = {"id": native, "role": "end-user", "name": name, "user_fields": {}}
        return str(native)

    async def works_on(self, native):
        self.double.users[77] = {"id": 77, "name": "Dirk", "role": "agent"}
        self.double.moment = self.house.moment
        self.double.person(int(native), status="open", assignee_id=77)
        return {"status": "open", "owner": "Dirk"}

    async def classifies(self, contact):
        self.double.moment = self.house.moment
        fields = self.double.users[int(contact)]["user_fields"] | {"segment": "zakelijk", "site": "klant.example"}
        self.double.person(int(contact), user_fields=fields)
        return {"segment": "zakelijk", "website": "klant.example"}

    async def writes_accounts(self, contact, text):
        self.double.person(int(contact), user_fields={"accounts": text})

    async def throws_away(self, native):
        self.double.deleted[int(native)] = self.double.tickets.pop(int(native))

    async def refuse_token(self):
        self.double.token = "another"

    async def accept_token(self):
        self.double.token = "6wiIBWbG"

    def refused(self):
        return "x" * 300


@pytest.fixture
async def world(tmp_path):
    double, between = ZendeskDouble(), Between()
    async with double.serve() as upstream, between.before(upstream) as url, opened_house(tmp_path) as house:
        yield ZendeskWorld(url, between, house, tmp_path, double=double)


class TestZendesk(CrmConformance):
    """All that every CRM does."""


async def test_a_deleted_ticket_is_gone_for_good(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1")])
        world.house.archive.clear()
        await sink.write([deletion("file:1", 5)])
    assert world.double.deleted == {}
    assert len(world.double.gone) == 1


async def test_without_a_field_for_it_the_words_stand_in_no_comment(world):
    linked(world)
    async with world.open(text=None) as sink:
        await sink.write([said(world, "1", "begin " + "x" * 200 + " einde")])
        (ticket,) = world.double.tickets.values()
        assert "einde" not in str(ticket)
        await sink.write([said(world, "1", "anders", edited=4)])
    (ticket,) = world.double.tickets.values()
    assert "begin" not in str(ticket)


async def test_a_closed_ticket_refuses_an_edit_and_lets_the_others_through(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1"), said(world, "2")])
        world.double.person(int((await world.matters())["file:1"].native), status="closed")
        items = [said(world, place, "anders", edited=3) for place in ("1", "2")]
        ((place, failure),) = await sink.write(items)
    assert place == 0
    assert "closed prevents ticket update" in failure.detail
    assert "anders" in (await world.matters())["file:2"].words


async def test_people_s_tags_and_status_stay_when_a_mention_changes(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1")])
        native = int((await world.matters())["file:1"].native)
        world.double.person(native, tags=["vip"], status="pending")
        await sink.write([said(world, "1", "anders", edited=3)])
    assert world.double.tickets[native]["tags"] == ["vip"]
    assert world.double.tickets[native]["status"] == "pending"


async def test_an_oauth_token_goes_as_a_bearer(world):
    linked(world)
    async with world.open(email="") as sink:
        with pytest.raises(Denied, match="401"):
            await sink.write([said(world, "1")])


async def test_all_pages_of_an_export_come_back(world):
    linked(world)
    world.double.page, world.double.moment = 2, world.house.moment
    async with world.open() as sink:
        await once(sink)
        await sink.write([said(world, str(place)) for place in range(5)])
        await once(sink)
    assert {one.mention for one in world.house.told if one.mention} == {f"file:{place}" for place in range(5)}


async def test_an_answer_of_another_shape_does_not_end_looking_again(world, tmp_path):
    world.between.answers = [(200, {"Content-Type": "application/json"}, "[]")]
    async with world.open() as sink:
        often = sink.settings.model_copy(update={"every": timedelta(milliseconds=10)})
        async with kept_true(sink.crm, often, world.house.tools(tmp_path), world.house.outward()):
            await until(lambda: len(world.house.said) == 2)
    what = "crm: what is due and what changed there"
    assert world.house.said == [f"{what} has to wait: AttributeError", f"{what} is looked at again."]
