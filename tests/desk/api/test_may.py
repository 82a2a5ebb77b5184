"""Who may answer, over the API: with the scope of cases, by id alone, and the look is written down."""

from desk.store import account_rights, accounts, people, policies, roles
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.store.people import Details
from desk.store.policies import Policy
from tests.desk.api.asking import NOW

BY = {"by": "ruth", "at": NOW}


async def filled(client):
    anna = await people.add(client.desk, Details(name="Anna"), **BY)
    own = await accounts.add(client.desk, Account(id="", source="mastodon", handle="noorderlijn", official=True), **BY)
    await policies.publish(client.desk, Policy(version="1", title={"en": "P"}, text={"en": "T"}), **BY)
    return anna, own


async def test_missing_links_are_told_until_there_are_none(client):
    anna, own = await filled(client)
    asked = {"person": anna.id, "source": "mastodon", "handle": "@Noorderlijn"}
    told = await client.told("/may", "all", **asked)
    assert (told["may"], told["by"]) == (False, None)
    assert [(one["link"], one["what"]) for one in told["missing"]] == [
        ("policy", "1"),
        ("role", "cases"),
        ("account", "noorderlijn"),
    ]
    assert told["missing"][1]["detail"] == "No role that works on cases there. Ask who keeps the staff for one."
    await policies.acknowledge(client.desk, anna.id, "1", policies.Way.PAPER, **BY)
    await roles.give(client.desk, anna.id, "agent", "webcare", **BY)
    await account_rights.give(client.desk, Given(account=own, person=anna.id), **BY)
    told = await client.told("/may", "all", **asked)
    assert (told["may"], told["by"], told["missing"]) == (True, "person", [])
    told = await client.told("/may", "all", **asked, unit="press")
    assert [one["link"] for one in told["missing"]] == ["role"]


async def test_nobody_and_no_account_are_told_apart_and_the_scope_is_asked_for(client):
    await filled(client)
    asked = {"person": "nobody", "source": "mastodon", "handle": "noorderlijn"}
    assert [one["link"] for one in (await client.told("/may", "all", **asked))["missing"]] == ["person"]
    await client.told("/may", "all", 404, **asked | {"handle": "other"})
    await client.told("/may", "both", 403, **asked)
    await client.told("/may", "all", 400, person="x")
