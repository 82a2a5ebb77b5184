"""The requests that Okta is documented to send, word for word but for names and ids.

https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20
"""

from desk.store import people
from desk.store.people import Details
from tests.desk.scim.conftest import NOW

USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "bert@klank.example",
    "name": {"givenName": "Bert", "familyName": "Visser"},
    "emails": [{"primary": True, "value": "bert@klank.example", "type": "work"}],
    "displayName": "Bert Visser",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}
PATCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}


async def made(client):
    return await client.scim("POST", "/Users", USER, status=201)


async def test_the_connection_is_tried(client):
    told = await client.scim("GET", "/Users?startIndex=1&count=2")
    assert told["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    assert (told["totalResults"], told["startIndex"], told["itemsPerPage"]) == (0, 1, 0)


async def test_a_user_is_made_and_no_password_is_kept(client, tmp_path):
    user = await made(client)
    assert (user["displayName"], user["userName"]) == ("Bert Visser", "bert@klank.example")
    found = await client.scim("GET", '/Users?filter=userName eq "bert@klank.example"&startIndex=1&count=100')
    assert found["Resources"] == [user]
    assert all(b"1mz050nq" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_a_profile_is_put_whole(client):
    user = await made(client)
    changed = await client.scim("PUT", f"/Users/{user['id']}", USER | {"id": user["id"], "displayName": "B. Visser"})
    assert (changed["displayName"], changed["active"]) == ("B. Visser", True)


async def test_a_user_is_deactivated_and_comes_back(client):
    user = await made(client)
    for active in (False, True):
        body = PATCH | {"Operations": [{"op": "replace", "value": {"active": active}}]}
        assert (await client.scim("PATCH", f"/Users/{user['id']}", body))["active"] is active
    assert (await people.get(client.desk, user["id"])).erase_at is None


async def test_what_is_left_out_makes_nobody_leave(client):
    user = await made(client)
    silent = {key: value for key, value in USER.items() if key != "active"}
    assert (await client.scim("PUT", f"/Users/{user['id']}", silent))["active"] is True


async def test_a_group_is_renamed_by_a_value_without_a_path_and_its_members_by_filter(client):
    user = await made(client)
    group = await client.scim("POST", "/Groups", {"displayName": "Team", "members": []}, status=201)
    place, value = f"/Groups/{group['id']}", {"id": group["id"], "displayName": "Team 2"}
    await client.scim("PATCH", place, PATCH | {"Operations": [{"op": "replace", "value": value}]}, status=204)
    member = {"value": user["id"], "display": "bert@klank.example"}
    operations = [
        {"op": "remove", "path": f'members[value eq "{user["id"]}"]'},
        {"op": "add", "path": "members", "value": [member]},
    ]
    await client.scim("PATCH", place, PATCH | {"Operations": operations}, status=204)
    told = await client.scim("GET", place)
    assert (told["displayName"], [one["value"] for one in told["members"]]) == ("Team 2", [user["id"]])
    await client.scim("PATCH", place, PATCH | {"Operations": operations[:1]}, status=204)
    assert (await client.scim("GET", place))["members"] == []


async def test_somebody_of_whom_hr_told_before_is_the_same_person(client):
    known = Details(name="Bert", email="bert@klank.example", unit="webcare", number="7")
    person = await people.add(client.desk, known, by="hr", at=NOW)
    user = await made(client)
    same = await people.get(client.desk, person.id)
    assert (user["id"], same.unit, same.number, same.name) == (person.id, "webcare", "7", "Bert Visser")


async def test_who_has_no_address_is_nobody_of_whom_hr_told_before(client):
    for name in ("Carla", "Dirk"):
        await people.add(client.desk, Details(name=name), by="hr", at=NOW)
    user = await client.scim("POST", "/Users", {"userName": "new@klank.example", "displayName": "New"}, status=201)
    assert {one.name for one in await people.every(client.desk)} == {"Carla", "Dirk", "New"}
    assert user["displayName"] == "New"
