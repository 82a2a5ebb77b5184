"""Salesforce against a strict double of its published rules."""

from dataclasses import dataclass, field

import pytest

from core.errors import Denied, Retry
from sinks import salesforce
from sinks._crm_beside import once
from tests.sinks.crm_conformance import CrmConformance, linked, said
from tests.sinks.crm_world import Limit, There, World, once_each
from tests.sinks.doubles.between import Between
from tests.sinks.doubles.salesforce import SalesforceDouble
from tests.sinks.lending import opened_house
from tests.sinks.messages import deletion

LIMITED = '[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]'


@dataclass
class SalesforceWorld(World):
    double: SalesforceDouble = field(default_factory=SalesforceDouble)

    module = salesforce
    accounts = "Accounts__c"
    limit = Limit(403, {"Content-Type": "application/json"}, LIMITED, 900.0)

    def settings(self):
        app = {"client_id": self.double.client_id, "client_secret": "s3cr3t-of-the-app"}
        return {"url": self.url, **app, "website": "Account.Website"}

    def secrets(self):
        return ["s3cr3t-of-the-app", *self.double.tokens]

    async def matters(self):
        return once_each(
            [
                (one["Klankbord_Mention__c"], There(native, one["ContactId"], f"{one['Subject']} {one['Description']}"))
                for native, one in self.double.objects["Case"].items()
            ]
        )

    async def contacts(self):
        found = self.double.objects["Contact"].items()
        return {native: (one.get("Klankbord_Customer__c"), one["LastName"]) for native, one in found}

    async def made_by_people(self, name):
        return self.double.person("Contact", LastName=name)

    async def works_on(self, native):
        self.double.moment = self.house.moment
        self.double.person("Case", native, Status="Working", Owner={"Name": "Dirk"})
        return {"status": "Working", "owner": "Dirk"}

    async def classifies(self, contact):
        self.double.moment = self.house.moment
        account = {"Type": "Customer - Direct", "Website": "klant.example"}
        self.double.person("Contact", contact, Owner={"Name": "Dirk"}, Account=account)
        return {"segment": "Customer - Direct", "owner": "Dirk", "website": "klant.example"}

    async def writes_accounts(self, contact, text):
        self.double.person("Contact", contact, Accounts__c=text)

    async def throws_away(self, native):
        self.double.bin[native] = self.double.objects["Case"].pop(native)

    async def refuse_token(self):
        self.double.tokens.clear()
        self.double.client_secret = "another"

    async def accept_token(self):
        self.double.client_secret = "s3cr3t-of-the-app"

    def refused(self):
        return "x" * 300


@pytest.fixture
async def world(tmp_path):
    double, between = SalesforceDouble(), Between()
    async with double.serve() as upstream, between.before(upstream) as url, opened_house(tmp_path) as house:
        double.public = url
        yield SalesforceWorld(url, between, house, tmp_path, double=double)


class TestSalesforce(CrmConformance):
    """All that every CRM does."""


async def test_a_token_that_ends_is_asked_for_anew(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1")])
        world.double.tokens.clear()
        assert not await sink.write([said(world, "2")])
    assert set(await world.matters()) == {"file:1", "file:2"}


async def test_what_lies_in_the_bin_holds_no_words_and_no_id(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1", "vertrouwelijk")])
        world.house.archive.clear()
        await sink.write([deletion("file:1", 5)])
    (thrown,) = world.double.bin.values()
    assert (thrown["Subject"], thrown["Description"], thrown["Klankbord_Mention__c"]) == (None, None, None)


async def test_what_keeps_its_words_is_not_deleted_and_said(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1", "vertrouwelijk"), said(world, "2")])
        world.double.kept = {(await world.matters())["file:1"].native}
        world.house.archive.clear()
        ((_, refused),) = await sink.write([deletion("file:1", 5), deletion("file:2", 5)])
        assert (refused.key, "a case has a subject" in refused.detail) == ("file:1", True)
        assert list(await world.matters()) == ["file:1"]
        world.double.kept.clear()
        assert not await sink.write([deletion("file:1", 5)])
    assert [one["Subject"] for one in world.double.bin.values()] == [None, None]


async def test_a_field_that_is_not_there_waits_for_a_person(world):
    linked(world)
    async with world.open(mention="Mention__c") as sink:
        with pytest.raises(Denied, match="Mention__c"):
            await sink.write([said(world, "1")])


async def test_a_record_that_somebody_holds_is_tried_again(world):
    linked(world)
    async with world.open() as sink:
        await sink.write([said(world, "1")])
        world.double.locked = 1
        with pytest.raises(Retry, match="UNABLE_TO_LOCK_ROW"):
            await sink.write([said(world, "2")])
        assert not await sink.write([said(world, "2")])


async def test_a_token_for_a_place_that_is_not_safe_is_not_used(world):
    linked(world)
    world.double.public = "http://example.org"
    async with world.open() as sink:
        with pytest.raises(Denied, match="no token may be sent"):
            await sink.write([said(world, "1")])


async def test_quotes_in_an_id_do_not_end_the_query(world):
    linked(world)
    odd = "a' OR Id != 'x\\"
    async with world.open() as sink:
        await sink.write([said(world, "1"), said(world, odd)])
        assert await sink.crm.find([f"file:{odd}"]) == {f"file:{odd}": (await world.matters())[f"file:{odd}"].native}


async def test_more_changes_than_a_page_come_back(world):
    linked(world)
    world.double.page, world.double.moment = 2, world.house.moment
    async with world.open() as sink:
        await once(sink)
        await sink.write([said(world, str(place)) for place in range(5)])
        await once(sink)
    assert {one.mention for one in world.house.told if one.mention} == {f"file:{place}" for place in range(5)}
