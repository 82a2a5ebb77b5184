"""The doubles refuse what the real ones refuse, in their words: without that, a sink that passes here says little."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.sinks.doubles.hubspot import HubSpotDouble
from tests.sinks.doubles.salesforce import SalesforceDouble
from tests.sinks.doubles.zendesk import ZendeskDouble

BEARER = {"Authorization": "Bearer pat-eu1-0000"}
NOTE = {"id": "m", "idProperty": "klankbord_mention", "properties": {"hs_timestamp": "2026-03-02T08:00:00Z"}}
UPSERT = "/crm/objects/2026-03/notes/batch/upsert"


@asynccontextmanager
async def asking(double):
    async with double.serve() as url, aiohttp.ClientSession(url) as session:
        yield session


def note(**more):
    return {**NOTE, **more}


@pytest.mark.parametrize(
    ("path", "headers", "body", "status", "said"),
    [
        (UPSERT, {}, {"inputs": [NOTE]}, 401, "INVALID_AUTHENTICATION"),
        (UPSERT, BEARER, {"inputs": []}, 400, "may not be empty"),
        (UPSERT, BEARER, {"inputs": [note(id=str(one)) for one in range(101)]}, 400, "in a batch is 100"),
        (UPSERT, BEARER, {"inputs": [NOTE, NOTE]}, 400, "Duplicate IDs"),
        (UPSERT, BEARER, {"inputs": [note(idProperty="hs_note_body")]}, 400, "not a unique property"),
        (UPSERT, BEARER, {"inputs": [note(properties={})]}, 400, "required properties were not set"),
        (UPSERT, BEARER, {"inputs": [note(properties={"nonsense": "1"})]}, 400, "PROPERTY_DOESNT_EXIST"),
        (UPSERT, BEARER, {"inputs": [note(properties={"hs_note_body": "x" * 65_537})]}, 400, "too long"),
        (UPSERT, BEARER, {"inputs": [note(properties={"hs_timestamp": 1})]}, 400, "too long"),
        (UPSERT, BEARER, {"inputs": [note(associations=[])]}, 400, "unrecognized field"),
        ("/crm/objects/2026-03/notes/batch/archive", BEARER, {"inputs": [{"id": "m"}]}, 400, "not a valid id"),
    ],
)
async def test_hubspot(path, headers, body, status, said):
    async with asking(HubSpotDouble()) as session, session.post(path, json=body, headers=headers) as answer:
        assert answer.status == status
        assert said in await answer.text()


CASE = {"attributes": {"type": "Case"}, "Klankbord_Mention__c": "m"}
COLLECTION = "/services/data/v65.0/composite/sobjects"
BY_MENTION = f"{COLLECTION}/Case/Klankbord_Mention__c"


@pytest.mark.parametrize(
    ("path", "records", "status", "said"),
    [
        (BY_MENTION, [CASE] * 201, 400, "cannot submit more than 200"),
        (BY_MENTION, [{**CASE, "id": "500"}], 400, "Id field should not be specified"),
        (BY_MENTION, [{"Klankbord_Mention__c": "m"}], 400, "INVALID_TYPE"),
        (BY_MENTION, [{**CASE, "Nonsense__c": "1"}], 400, "INVALID_FIELD"),
        (BY_MENTION, [{**CASE, "Subject": "x" * 256}], 200, "STRING_TOO_LONG"),
        (BY_MENTION, [{**CASE, "ContactId": "003"}], 200, "INVALID_CROSS_REFERENCE_KEY"),
        (BY_MENTION, [{"attributes": {"type": "Case"}}], 200, "MISSING_ARGUMENT"),
        (f"{COLLECTION}/Case/Subject", [CASE], 404, "Provided external ID field does not exist"),
        (COLLECTION, [{**CASE, "id": "500"}], 200, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
async def test_salesforce(path, records, status, said):
    double = SalesforceDouble(tokens={"t"})
    body = {"allOrNone": False, "records": records}
    async with asking(double) as session:
        async with session.patch(COLLECTION, json=body) as answer:
            assert (answer.status, (await answer.json())[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
        async with session.patch(path, json=body, headers={"Authorization": "Bearer t"}) as answer:
            assert answer.status == status
            assert said in await answer.text()


TICKET = {"subject": "s", "comment": {"body": "b"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/api/v2/tickets", {"ticket": {"subject": "s"}}, 422, "Description: cannot be blank"),
        ("POST", "/api/v2/tickets", {"ticket": {**TICKET, "requester_id": 5}}, 422, "was not found"),
        ("POST", "/api/v2/tickets", {"ticket": {**TICKET, "external_id": "x" * 256}}, 422, "is too long"),
        ("POST", "/api/v2/tickets", {"ticket": {**TICKET, "nonsense": 1}}, 422, "cannot be written"),
        ("PUT", "/api/v2/tickets/5", {"ticket": {"subject": "s"}}, 404, "RecordNotFound"),
        ("PUT", "/api/v2/tickets/update_many", {"tickets": [{"id": one} for one in range(101)]}, 400, "TooManyValues"),
        ("GET", "/api/v2/tickets/show_many?ids=a", None, 400, "invalid value for ids"),
        ("DELETE", f"/api/v2/tickets/destroy_many?ids={','.join('1' * 101)}", None, 400, "TooManyValues"),
        ("POST", "/api/v2/users/create_or_update", {"user": {"external_id": "c"}}, 422, "is too short"),
        ("GET", "/api/v2/incremental/tickets/cursor", None, 400, "start_time is required"),
    ],
)
async def test_zendesk(method, path, body, status, said):
    double = ZendeskDouble()
    async with asking(double) as session:
        async with session.request(method, path, json=body) as answer:
            assert (answer.status, (await answer.json())["error"]) == (401, "Couldn't authenticate you")
        headers = {"Authorization": aiohttp.encode_basic_auth(f"{double.email}/token", double.token)}
        async with session.request(method, path, json=body, headers=headers) as answer:
            assert answer.status == status
            assert said in await answer.text()


async def test_zendesk_takes_a_key_once_and_for_one_ticket_alone():
    double = ZendeskDouble()
    headers = {"Authorization": aiohttp.encode_basic_auth(f"{double.email}/token", double.token)}
    said = []
    async with asking(double) as session:
        for subject in ("s", "s", "t"):
            body = {"ticket": {**TICKET, "subject": subject}}
            keyed = {**headers, "Idempotency-Key": "k"}
            async with session.post("/api/v2/tickets", json=body, headers=keyed) as answer:
                said.append((answer.status, answer.headers.get("x-idempotency-lookup")))
    assert said == [(201, "miss"), (201, "hit"), (400, None)]
    assert len(double.tickets) == 1
