"""SCIM as RFC 7643 and RFC 7644 have it: who may ask, errors, pages, versions, discovery, patches."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.scim.errors import ScimError
from desk.scim.filters import Term, terms
from desk.scim.patching import canonical, patched
from desk.store import audit, groups, roles
from tests.desk.scim.conftest import NOW

ELSEWHERE = {"Host": "bord.example"}


async def people_named(client, *names):
    return [await client.scim("POST", "/Users", {"userName": name}, status=201) for name in names]


@pytest.mark.parametrize(("secret", "status"), [("nobody", 401), ("figures", 403)])
async def test_only_a_token_for_staff_opens_it_and_the_refusal_is_scims(client, secret, status):
    told = await client.scim("GET", "/Users", status=status, secret=secret)
    assert (told["schemas"], told["status"]) == (["urn:ietf:params:scim:api:messages:2.0:Error"], str(status))


async def test_pages_of_other_sites_get_nothing(client):
    await client.scim("GET", "/Users", status=403, headers={"Origin": "https://evil.example"})


async def test_pages_follow_one_another(client):
    await people_named(client, "anna", "bert", "carla")
    told = [await client.scim("GET", f"/Users?startIndex={start}&count=2") for start in (1, 3, 9)]
    assert [[one["userName"] for one in page["Resources"]] for page in told] == [["anna", "bert"], ["carla"], []]
    assert {page["totalResults"] for page in told} == {3}
    none = await client.scim("GET", "/Users?count=0&startIndex=-1")
    assert (none["totalResults"], none["itemsPerPage"], none["startIndex"]) == (3, 0, 1)


async def test_two_of_one_name_are_a_conflict(client):
    await people_named(client, "anna")
    told = await client.scim("POST", "/Users", {"userName": "ANNA"}, status=409)
    assert told["scimType"] == "uniqueness"
    await client.scim("POST", "/Groups", {"displayName": "Webcare"}, status=201)
    told = await client.scim("POST", "/Groups", {"displayName": "webcare"}, status=409)
    assert told["scimType"] == "uniqueness"


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("GET", '/Users?filter=userName sw "a"', None, "invalidFilter"),
        ("GET", '/Users?filter=title eq "a"', None, "invalidFilter"),
        ("GET", '/Users?filter=userName eq "a" or userName eq "b"', None, "invalidFilter"),
        ("GET", "/Users?count=many", None, "invalidValue"),
        ("GET", "/Users?startIndex=--5", None, "invalidValue"),
        ("POST", "/Users", {"displayName": "Anna"}, "invalidValue"),
        ("POST", "/Users", {"userName": 7}, "invalidValue"),
        ("POST", "/Users", {"userName": "a", "active": "maybe"}, "invalidValue"),
        ("POST", "/Users", {"userName": "a", "emails": [{"value": "nowhere"}]}, "invalidValue"),
        ("POST", "/Users", [], "invalidSyntax"),
        ("POST", "/Groups", {"displayName": "G", "members": [{"value": "nobody"}]}, "invalidValue"),
        ("POST", "/Groups", {"displayName": " "}, "invalidValue"),
    ],
)
async def test_what_cannot_be_is_a_mistake_of_its_kind(client, method, path, body, kind):
    assert (await client.scim(method, path, body, status=400))["scimType"] == kind


async def test_what_is_no_route_is_scims_error_too(client):
    assert (await client.scim("GET", "/Bulk", status=404))["status"] == "404"
    assert (await client.scim("DELETE", "/Users", status=405))["status"] == "405"


async def test_a_version_is_an_entity_tag(client):
    (anna,) = await people_named(client, "anna")
    place, tag = f"/Users/{anna['id']}", anna["meta"]["version"]
    assert await client.scim("GET", place, status=304, headers={"If-None-Match": tag}) is None
    await client.scim("PUT", place, {"userName": "anna", "displayName": "Anna"}, headers={"If-Match": tag})
    await client.scim("PUT", place, {"userName": "anna"}, status=412, headers={"If-Match": tag})
    assert (await client.scim("GET", place, headers={"If-None-Match": tag}))["displayName"] == "Anna"


@pytest.mark.parametrize(("kind", "body"), [("Users", {"userName": "anna"}), ("Groups", {"displayName": "Webcare"})])
async def test_only_the_version_that_was_seen_is_deleted(client, kind, body):
    made = await client.scim("POST", f"/{kind}", body, status=201)
    place = f"/{kind}/{made['id']}"
    await client.scim("DELETE", place, status=412, headers={"If-Match": 'W/"99"'})
    await client.scim("DELETE", place, status=204, headers={"If-Match": made["meta"]["version"]})
    await client.scim("GET", place, status=404)


async def test_a_patch_is_done_whole_or_not_at_all(client):
    (anna,) = await people_named(client, "anna")
    operations = [{"op": "replace", "path": "displayName", "value": "Anna"}, {"op": "move", "path": "displayName"}]
    told = await client.scim("PATCH", f"/Users/{anna['id']}", {"Operations": operations}, status=400)
    assert told["scimType"] == "invalidSyntax"
    assert await client.scim("GET", f"/Users/{anna['id']}") == anna


async def test_a_service_tells_what_it_can_do(client):
    config = await client.scim("GET", "/ServiceProviderConfig")
    assert (config["patch"]["supported"], config["bulk"]["supported"]) == (True, False)
    types = await client.scim("GET", "/ResourceTypes")
    assert [one["endpoint"] for one in types["Resources"]] == ["/Users", "/Groups"]
    schemas = await client.scim("GET", "/Schemas")
    for one in (*schemas["Resources"], *types["Resources"]):
        assert await client.scim("GET", one["meta"]["location"].removeprefix("https://bord.example/scim/v2")) == one


async def test_a_service_tells_no_attribute_that_it_does_not_keep(client):
    schemas = {one["id"]: one for one in (await client.scim("GET", "/Schemas"))["Resources"]}
    user = await client.entra_user()
    told = {one["name"] for one in schemas["urn:ietf:params:scim:schemas:core:2.0:User"]["attributes"]}
    own = {name for name in user if ":" not in name} - {"schemas", "id", "meta"}
    assert own <= told


async def test_a_group_stands_for_a_role_once_somebody_says_so(client):
    (anna,) = await people_named(client, "anna")
    await client.scim("POST", "/Groups", {"displayName": "Agents", "members": [{"value": anna["id"]}]}, status=201)
    assert await groups.stands_for(client.desk, "agents", "agent", "webcare", by="ruth", at=NOW)
    (held,) = await roles.held(client.desk)
    assert (held.person, held.role, held.unit, held.group) == (anna["id"], "agent", "webcare", "Agents")


async def test_what_the_sign_on_system_changes_of_a_group_leaves_its_role(client):
    await client.scim("POST", "/Groups", {"displayName": "Agents"}, status=201)
    (read,) = await groups.found(client.desk)
    await groups.stands_for(client.desk, "Agents", "agent", "", by="ruth", at=NOW)
    await groups.change(client.desk, read, "Team", None, (), by="token staff", at=NOW)
    (after,) = await groups.found(client.desk)
    assert (after.name, after.role) == ("Team", "agent")


async def test_each_change_is_in_the_audit_by_the_tokens_name(client):
    (anna,) = await people_named(client, "anna")
    await client.scim("PATCH", f"/Users/{anna['id']}", {"Operations": [{"op": "replace", "value": {"active": False}}]})
    noted = await audit.latest(client.desk, subject=anna["id"])
    assert {(one.by, one.did) for one in noted} == {("token staff", "made"), ("token staff", "left")}


def test_a_filter_is_read_whatever_its_case():
    urn = "urn:ietf:params:scim:schemas:core:2.0:User:userName"
    assert terms(f'{urn} EQ "a \\"b\\"" And ACTIVE eq True') == [Term("username", 'a "b"'), Term("active", True)]


@given(st.text(max_size=60))
def test_any_other_filter_is_refused_and_nothing_else_happens(text):
    with pytest.raises(ScimError, match="this filter is not read here"):
        terms(f"{text} or")


OPERATION = st.fixed_dictionaries(
    {"op": st.sampled_from(["Add", "replace", "remove"])},
    optional={
        "path": st.sampled_from(["emails", 'emails[type eq "work"].value', "name.givenName", "active", "x[", "a.b.c"]),
        "value": st.recursive(
            st.none() | st.booleans() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "active", "name"]), inner)
            ),
            max_leaves=4,
        ),
    },
)


@given(st.lists(OPERATION, max_size=4))
def test_any_patch_is_done_or_refused_and_the_resource_stays_as_it_was(operations):
    before = {"userName": "anna", "emails": [{"value": "a@b.example", "type": "work"}], "name": {"givenName": "Anna"}}
    kept = canonical(before)
    with suppress(ScimError):
        patched(before, {"Operations": operations})
    assert before == kept
