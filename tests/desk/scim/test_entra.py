"""The requests that Microsoft Entra ID is documented to send, word for word but for names and ids, and its known departures.

https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups and
application-provisioning-config-problem-scim-compatibility beside it.
"""

import pytest

from desk.store import people, roles
from tests.desk.scim.conftest import KEEP, NOW

PATCH = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
GROUP = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    "displayName": "Webcare",
    "meta": {"resourceType": "Group"},
}


def patch(*operations):
    return {"schemas": PATCH, "Operations": list(operations)}


def replace(path, value):
    return {"op": "Replace", "path": path, "value": value}


async def test_a_user_is_looked_for_made_and_found(client):
    nobody = await client.scim("GET", '/Users?filter=userName eq "non-existent user"')
    assert (nobody["totalResults"], nobody["Resources"], nobody["startIndex"]) == (0, [], 1)
    made = await client.entra_user()
    assert made["name"] == {"formatted": "Anna de Vries", "familyName": "de Vries", "givenName": "Anna"}
    assert made["emails"] == [{"value": "anna@klank.example", "type": "work", "primary": True}]
    assert "roles" not in made
    for asked in ('userName eq "ANNA.devries@klank.example"', 'emails[type eq "work"].value eq "anna@klank.example"'):
        found = await client.scim("GET", f"/Users?filter={asked}")
        assert [one["id"] for one in found["Resources"]] == [made["id"]]
    assert (await client.scim("GET", f"/Users/{made['id']}")) == made


async def test_several_attributes_are_replaced_at_once(client):
    made = await client.entra_user()
    changed = await client.scim(
        "PATCH",
        f"/Users/{made['id']}",
        patch(replace('emails[type eq "work"].value', "Updated@klank.example"), replace("name.familyName", "Bakker")),
    )
    assert changed["emails"][0]["value"] == "updated@klank.example"
    assert changed["name"]["familyName"] == "Bakker"
    assert changed["name"]["givenName"] == "Anna"


@pytest.mark.parametrize("value", [False, "False", "false"])
async def test_who_is_no_more_active_left(client, value):
    made = await client.entra_user()
    changed = await client.scim("PATCH", f"/Users/{made['id']}", patch(replace("active", value)))
    person = await people.get(client.desk, made["id"])
    assert changed["active"] is False
    assert (person.left_at, person.erase_at) == (NOW, NOW + KEEP)


async def test_an_address_that_is_not_there_yet_is_added_by_replace(client):
    made = await client.scim("POST", "/Users", {"userName": "bert"}, status=201)
    changed = await client.scim(
        "PATCH", f"/Users/{made['id']}", patch(replace('emails[type eq "work"].value', "bert@klank.example"))
    )
    assert changed["emails"] == [{"value": "bert@klank.example", "type": "work", "primary": True}]


async def test_keys_without_a_path_may_be_paths(client):
    made = await client.entra_user()
    department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
    value = {"displayName": "Anna", "name.givenName": "An", department: "Service", "title": "of no account here"}
    changed = await client.scim("PATCH", f"/Users/{made['id']}", patch({"op": "Add", "value": value}))
    person = await people.get(client.desk, made["id"])
    assert (person.name, person.given_name, person.department) == ("Anna", "An", "Service")
    assert "title" not in changed


async def test_a_deleted_user_is_not_there_and_may_be_made_again(client):
    made = await client.entra_user()
    await client.scim("DELETE", f"/Users/{made['id']}", status=204)
    missing = await client.scim("GET", f"/Users/{made['id']}", status=404)
    assert missing["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert missing["status"] == "404"
    assert (await people.get(client.desk, made["id"])).erase_at == NOW + KEEP
    again = await client.entra_user()
    assert (again["id"], again["active"]) == (made["id"], True)


async def test_a_group_gains_and_loses_members_without_an_answer_that_lists_them(client):
    user, group = await client.entra_user(), await client.scim("POST", "/Groups", GROUP, status=201)
    assert group["members"] == []
    member = [{"$ref": None, "value": user["id"]}]
    place = f"/Groups/{group['id']}"
    await client.scim("PATCH", place, patch({"op": "Add", "path": "members", "value": member}), status=204)
    holds = f'/Groups?excludedAttributes=members&filter=id eq "{group["id"]}" and members eq "{user["id"]}"'
    found = await client.scim("GET", holds)
    assert [one["displayName"] for one in found["Resources"]] == ["Webcare"]
    assert "members" not in found["Resources"][0]
    await client.scim("PATCH", place, patch({"op": "Remove", "path": "members", "value": member}), status=204)
    assert (await client.scim("GET", holds))["totalResults"] == 0


async def test_a_group_is_renamed_found_and_deleted(client):
    group = await client.scim("POST", "/Groups", GROUP, status=201)
    place = f"/Groups/{group['id']}"
    await client.scim("PATCH", place, patch(replace("displayName", "Service desk")), status=204)
    found = await client.scim("GET", '/Groups?excludedAttributes=members&filter=displayName eq "service desk"')
    assert found["Resources"][0]["id"] == group["id"]
    await client.scim("DELETE", place, status=204)
    await client.scim("GET", f"{place}?excludedAttributes=members", status=404)


async def test_a_group_gives_nobody_a_role_by_itself(client):
    user = await client.entra_user()
    await client.scim("POST", "/Groups", GROUP | {"members": [{"value": user["id"]}]}, status=201)
    assert await roles.held(client.desk) == []
