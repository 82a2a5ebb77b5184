"""Staff sign on with a provider of OpenID Connect that keeps the rules; whatever does not hold opens nothing."""

import base64
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from desk.entry.settings import ProviderSettings, SignInSettings
from desk.store import audit, groups, people, roles
from desk.web.pages.sign_on import COOKIE
from tests.desk.entry.house import house as a_house
from tests.desk.entry.strict_provider import CLIENT, SECRET, Provider, providing

ANNA = {"sub": "7", "email": "Anna@klank.example", "email_verified": True, "name": "Anna"}
KEEP = timedelta(days=365)


@asynccontextmanager
async def house(tmp_path, provider: Provider, *, second_factor: tuple[str, ...] = (), **settings):
    oidc = ProviderSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET, **settings)
    served = {
        "settings": SignInSettings(oidc=oidc, second_factor=second_factor),
        "for_staff": True,
        "address": "http://127.0.0.1:8420",
    }
    async with a_house(tmp_path, **served) as made:
        provider.clock = lambda: made.at[0]
        provider.person = dict(ANNA)
        yield made


async def away(client, to="/search"):
    """The address to which the page sends a browser."""
    answer = await client.get("/sign-in/with", params={"to": to}, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def back(client, where):
    """The way to the provider and back to the page: the path by which the browser comes back."""
    answer = await client.session.get(where, allow_redirects=False)
    assert answer.status == 302
    return answer.headers["Location"].removeprefix("http://127.0.0.1:8420")


async def sign_on(house, client=None):
    client = client or house.browser()
    return client, await client.get(await back(client, await away(client)), allow_redirects=False)


async def is_in(client):
    return (await client.get("/account")).status == 200


@pytest.fixture
async def provider():
    async with providing() as made:
        yield made
        assert made.wrong == []


async def test_who_is_known_by_a_verified_address_is_in(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        client, answer = await sign_on(at)
        assert (answer.status, await is_in(client)) == (200, True)
        assert "/search" in await answer.text()
        assert (await client.get("/search")).status == 200


async def test_who_is_not_known_is_not_in_and_not_made(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        client, answer = await sign_on(at)
        assert (answer.status, await is_in(client)) == (403, False)
        assert await people.every(at.desk) == []
        assert [(one.did, one.subject) for one in await audit.latest(at.desk)] == [("was refused", "unknown")]


async def test_who_is_not_known_is_made_where_it_is_said_so_without_any_role(tmp_path, provider):
    async with house(tmp_path, provider, creates=True) as at:
        client, _ = await sign_on(at)
        (anna,) = await people.every(at.desk)
        assert (anna.name, anna.email, await is_in(client)) == ("Anna", "anna@klank.example", True)
        assert await roles.held(at.desk) == []
        assert (await client.get("/search")).status == 403


async def test_a_provider_that_gives_out_the_addresses_itself_verifies_them_by_that(tmp_path, provider):
    async with house(tmp_path, provider, trusts_email=True) as at:
        await at.person("Anna", "analyst")
        del provider.person["email_verified"]
        assert await is_in((await sign_on(at))[0])


@pytest.mark.parametrize("verified", [False, "false", None, 1])
async def test_an_address_that_nobody_verified_says_nothing(tmp_path, provider, verified):
    async with house(tmp_path, provider, creates=True) as at:
        await at.person("Anna", "analyst")
        provider.person["email_verified"] = verified
        client, _ = await sign_on(at)
        assert not await is_in(client)
        assert len(await people.every(at.desk)) == 1


async def test_who_left_is_not_in(tmp_path, provider):
    async with house(tmp_path, provider, creates=True) as at:
        anna = await at.person("Anna", "analyst")
        await people.change(at.desk, anna, anna.details, by="hr", at=at.at[0], active=False, keep=KEEP)
        client, _ = await sign_on(at)
        assert not await is_in(client)


async def test_an_external_id_outranks_the_address(tmp_path, provider):
    async with house(tmp_path, provider, external_id="sub") as at:
        for name, external in (("Bert", "7"), ("Anna", "8")):
            details = people.Details(name=name, email=f"{name.lower()}@klank.example", external_id=external)
            await people.add(at.desk, details, by="scim", at=at.at[0])
        client, _ = await sign_on(at)
        assert "Bert" in await (await client.get("/account")).text()
        provider.person["sub"] = "9"
        client, _ = await sign_on(at)
        assert not await is_in(client)


BROKEN = {
    "another nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {key: value for key, value in claims.items() if key != "nonce"},
    "another audience": lambda claims: claims | {"aud": "another"},
    "another audience for us": lambda claims: claims | {"aud": "another", "azp": CLIENT},
    "two audiences and no party": lambda claims: claims | {"aud": [CLIENT, "another"]},
    "another party": lambda claims: claims | {"azp": "another"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "expired": lambda claims: claims | {"exp": claims["iat"] - 120},
    "no end": lambda claims: {key: value for key, value in claims.items() if key != "exp"},
    "no subject": lambda claims: {key: value for key, value in claims.items() if key != "sub"},
    "another access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("what", BROKEN)
async def test_claims_that_do_not_hold_open_nothing(tmp_path, provider, what):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        provider.changes = BROKEN[what]
        client, answer = await sign_on(at)
        assert (answer.status, await is_in(client)) == (403, False)


def unsigned(claims):
    parts = [json.dumps(one).encode() for one in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts) + "."


def by_our_secret(claims):
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def by_somebody_else(claims):
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))


@pytest.mark.parametrize("signs", [unsigned, by_our_secret, by_somebody_else])
async def test_a_token_that_the_provider_did_not_sign_opens_nothing(tmp_path, provider, signs):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        provider.signs = signs
        provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
        client, answer = await sign_on(at)
        assert (answer.status, await is_in(client)) == (403, False)


async def test_new_keys_are_asked_for_when_a_token_names_them_and_not_too_often(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        await sign_on(at)
        provider.rotate()
        assert not await is_in((await sign_on(at))[0])
        at.later(seconds=60)
        assert await is_in((await sign_on(at))[0])
        assert provider.asked.count("keys") == 2


async def test_a_state_opens_once(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        client = at.browser()
        path = await back(client, await away(client))
        mine = client.session.cookie_jar.filter_cookies(client.make_url("/sign-in/back"))
        kept = {"Cookie": f"{COOKIE}={mine[COOKIE].value}"}
        assert (await client.get(path)).status == 200
        again = at.browser()
        assert (await again.get(path, headers=kept)).status == 403
        assert not await is_in(again)  # and the provider, which would have said so, was not asked for a token again


async def test_a_state_opens_in_the_browser_that_began_alone(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        mine, theirs = at.browser(), at.browser()
        path = await back(mine, await away(mine))
        await away(theirs)
        assert (await theirs.get(path)).status == 403
        assert not await is_in(theirs)


async def test_a_state_opens_for_ten_minutes(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        client = at.browser()
        path = await back(client, await away(client))
        at.later(minutes=10)
        assert (await client.get(path)).status == 403


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?state=y&error=access_denied"])
async def test_what_nobody_began_opens_nothing(tmp_path, provider, query):
    async with house(tmp_path, provider) as at:
        assert (await at.browser().get(f"/sign-in/back{query}")).status == 403


async def test_an_answer_of_another_provider_opens_nothing(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        client = at.browser()
        path = await back(client, await away(client))
        assert (await client.get(f"{path}&iss=https%3A%2F%2Fevil.example")).status == 403


async def test_a_provider_that_calls_itself_otherwise_is_not_asked(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        provider.metadata = {"issuer": "https://evil.example"}
        answer = await at.browser().get("/sign-in/with", allow_redirects=False)
        assert answer.status == 403


async def test_a_provider_that_sends_secrets_in_the_open_is_not_asked(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        provider.metadata = {"authorization_endpoint": "http://login.example/authorize"}
        assert (await at.browser().get("/sign-in/with", allow_redirects=False)).status == 403


async def test_what_the_token_leaves_out_is_asked_of_the_same_subject(tmp_path, provider):
    async with house(tmp_path, provider) as at:
        await at.person("Anna", "analyst")
        provider.userinfo, provider.person = dict(ANNA), {"sub": "7"}
        assert await is_in((await sign_on(at))[0])
        provider.userinfo = ANNA | {"sub": "8"}
        assert not await is_in((await sign_on(at))[0])


async def test_groups_follow_the_provider_and_stand_for_what_the_desk_says(tmp_path, provider):
    async with house(tmp_path, provider, groups="groups") as at:
        anna = await at.person("Anna")
        provider.person["groups"] = ["Webcare team", "Everybody"]
        client, _ = await sign_on(at)
        assert (await client.get("/search")).status == 403
        await groups.stands_for(at.desk, "webcare TEAM", "agent", "webcare", by="ruth", at=at.at[0])
        assert (await client.get("/search")).status == 200
        provider.person["groups"] = ["Everybody"]
        await sign_on(at)
        assert (await client.get("/search")).status == 403
        theirs = {one.name for one in await groups.found(at.desk) if anna.id in one.members}
        assert theirs == {"Everybody"}


async def test_groups_too_many_to_send_change_nothing(tmp_path, provider):
    async with house(tmp_path, provider, groups="groups") as at:
        anna = await at.person("Anna")
        provider.person["groups"] = ["Webcare team"]
        await sign_on(at)
        del provider.person["groups"]
        provider.person["_claim_names"] = {"groups": "src1"}
        await sign_on(at)
        (group,) = await groups.found(at.desk)
        assert anna.id in group.members


async def test_a_role_that_asks_for_more_than_a_password_has_it_from_the_provider(tmp_path, provider):
    async with house(tmp_path, provider, second_factor=("lead",)) as at:
        await at.person("Anna", "lead")
        client, _ = await sign_on(at)
        assert (await client.get("/search")).status == 200
