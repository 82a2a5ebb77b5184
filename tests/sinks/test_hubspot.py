"""HubSpot against a strict double of its published rules."""

from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

import pytest

from core.errors import Denied, Retry
from sinks import _hubspot_changes, hubspot
from sinks._crm_beside import once
from tests.sinks.crm_conformance import CrmConformance, linked, said
from tests.sinks.crm_world import Limit, There, World, once_each
from tests.sinks.doubles.between import Between
from tests.sinks.doubles.hubspot import HubSpotDouble
from tests.sinks.lending import opened_house
from tests.sinks.messages import deletion

LIMITED = '{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","correlationId":"c","policyName":"%s"}'


@dataclass
class HubSpotWorld(World):
    double: HubSpotDouble = field(default_factory=HubSpotDouble)

    module = hubspot
    accounts = "social_accounts"
    limit = Limit(429, {"Content-Type": "application/json"}, LIMITED % "TEN_SECONDLY_ROLLING", 10.0)

    def settings(self):
        return {"url": self.url, "token": "pat-eu1-0000", "website": "website"}

    def secrets(self):
        return ["pat-eu1-0000"]

    async def matters(self):
        of = dict(self.double.associations)
        assert len(of) == len(self.double.associations)
        return once_each(
            [
                (one["klankbord_mention"], There(native, of.get(native), unescape(one["hs_note_body"])))
                for native, one in self.double.objects["notes"].items()
            ]
        )

    async def contacts(self):
        found = self.double.objects["contacts"].items()
        return {native: (one.get("klankbord_customer"), one["lastname"]) for native, one in found}

    async def made_by_people(self, name):
        native = str(next(self.double.ids))
        self.double.person("contacts", native, lastname=name)
        return native

    async def works_on(self, native):
        self.double.moment = self.house.moment
        self.double.person("notes", native, hubspot_owner_id="77")
        return {"owner": "dirk@example.org"}

    async def classifies(self, contact):
        self.double.moment = self.house.moment
        said = {"hubspot_owner_id": "77", "lifecyclestage": "evangelist", "website": "https://klant.example"}
        self.double.person("contacts", contact, **said)
        return {"owner": "dirk@example.org", "segment": "evangelist", "website": "https://klant.example"}

    async def writes_accounts(self, contact, text):
        self.double.person("contacts", contact, social_accounts=text)

    async def throws_away(self, native):
        self.double.archived[native] = self.double.objects["notes"].pop(native)
        self.double.associations = {pair for pair in self.double.associations if native not in pair}

    async def refuse_token(self):
        self.double.token = "another"

    async def accept_token(self):
        self.double.token = "pat-eu1-0000"

    def refused(self):
        self.double.refuses.add("file:bad")
        return "bad"


@pytest.fixture
async def world(tmp_path):
    double, between = HubSpotDouble(), Between()
    async with double.serve() as upstream, between.before(upstream) as url, opened_house(tmp_path) as house:
        yield HubSpotWorld(url, between, house, tmp_path, double=double)


class TestHubSpot(CrmConformance):
    """All that every CRM does."""


async def test_what_goes_to_the_bin_holds_no_words(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1", "vertrouwelijk")])
        world.house.archive.clear()
        await sink.write([deletion("file:1", 5)])
    (archived,) = world.double.archived.values()
    assert archived["hs_note_body"] == ""


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta()], ids=["within a minute", "at one moment"])
async def test_more_changes_than_one_question_gives_come_back(world, monkeypatch, step):
    monkeypatch.setattr(_hubspot_changes, "PAGE", 2)
    monkeypatch.setattr(_hubspot_changes, "PAGES", 2)
    linked(world)
    world.double.moment = world.house.moment
    async with world.open() as sink:
        await once(sink)
        world.double.step = step
        await sink.write([said(world, str(place)) for place in range(11)])
        await once(sink)
        assert {one.mention for one in world.house.told if one.mention} == {f"file:{place}" for place in range(11)}
        world.house.told.clear()
        world.house.moment += timedelta(hours=1)
        await world.works_on((await world.matters())["file:3"].native)
        await once(sink)
    assert "file:3" in {one.mention for one in world.house.told}


async def test_a_property_that_is_not_there_waits_for_a_person(world):
    linked(world)
    async with world.open(mention="mentions_id") as sink:
        with pytest.raises(Denied, match="mentions_id"):
            await sink.write([said(world, "1")])


async def test_a_day_s_limit_is_asked_again_now_and_then(world):
    linked(world)
    world.between.answers = [(429, {"Content-Type": "application/json"}, LIMITED % "DAILY")]
    async with world.open() as sink:
        with pytest.raises(Retry, match="DAILY") as raised:
            await sink.write([said(world, "1")])
    assert raised.value.after == 900
