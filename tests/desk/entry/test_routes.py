"""Every route of the application refuses who may not: made from the application's own routes, so that none is left out."""

import re
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.api.door import Door
from desk.entry.rights import RIGHTS as TABLE
from desk.entry.rights import Right
from desk.entry.settings import ProviderSettings, SignInSettings
from desk.scim.application import Staff
from desk.summaries.parts import Summaries
from desk.summaries.settings import LanguageModelSettings
from desk.web import routes
from desk.web.application import open_link
from desk.web.routes import RIGHTS, Open
from tests.desk import corpus
from tests.desk.api.asking import Given, parts
from tests.desk.entry import house as houses
from tests.desk.entry.house import token
from tests.desk.serving import Leaving, application, opened

OPEN = {
    "/static", "/open", "/password", "/healthz", "/shared/{key}", "/policy/{key}", "/sign-in", "/invited/{key}", "/sign-in/with", "/sign-in/back",
}  # fmt: skip
TOKENS = ("/api/", "/scim/")
ROLES = ("agent", "lead", "analyst", "hr", "operator", "")


def beside(desk):
    """All that an application may serve beside the page."""
    door = Door(Given(), lambda: corpus.NOW, lambda _: None)
    settings = LanguageModelSettings(base_url="http://127.0.0.1:1/v1", model="small")
    return {
        "api": parts(),
        "staff": Staff(database=desk, door=door, clock=lambda: corpus.NOW, keep=timedelta(days=365)),
        "summaries": Summaries(settings=settings, database=desk, leaving=Leaving(), redact=lambda text: text),
    }


@pytest.fixture
async def house(tmp_path):
    """A page with every route that there is."""
    oidc = ProviderSettings(issuer="http://127.0.0.1:1", client_id="klankbord", client_secret="secret")
    settings, stand_ins = SignInSettings(oidc=oidc, second_factor=("hr",)), {"agent": "anna@klank.example"}
    async with houses.house(tmp_path, settings=settings, stand_ins=stand_ins, beside=beside) as made:
        yield made


@pytest.fixture
def app(house):
    return house.app


FORM = re.compile(r"\{form:([a-z]+)[a-z|]*\}")
"""A file that there is in several forms."""
LISTS = [value for name, value in vars(routes).items() if name == "ROUTES" or name.endswith("_ROUTES")]


async def test_the_page_serves_every_route_of_the_lists(app):
    served = {(route.method, route.resource.canonical) for route in app[RIGHTS]}
    assert {(one.method, FORM.sub("{form}", one.path)) for each in LISTS for one in each} <= served
    assert len(LISTS) == 5


async def test_the_api_and_scim_open_to_a_token_alone(house):
    client = house.browser()
    await client.get(open_link(house.app))
    asked = [(one.method, one.resource.canonical) for one in house.app.router.routes()]
    asked = [(method, path) for method, path in asked if path.startswith(TOKENS) and path != "/api/v1/openapi.json"]
    assert len(asked) > 20
    assert {await _status(client, method, path.replace("{id}", "x")) for method, path in asked} <= {401, 429}


async def test_what_every_route_asks_for_is_written_down(app):
    served = [one for one in app.router.routes() if not one.resource.canonical.startswith(TOKENS)]
    assert [f"{one.method} {one.resource.canonical}" for one in served if one not in app[RIGHTS]] == []
    assert {one.resource.canonical for one in served if app[RIGHTS][one] is Open.ALL} == OPEN


async def test_a_route_of_which_nothing_is_said_is_served_to_nobody(tmp_path):
    async def forgotten(_request):
        raise AssertionError

    async with opened(tmp_path / "archive.db") as archive:
        app = application(archive)
        app.router.add_get("/forgotten", forgotten)
        async with TestClient(TestServer(app)) as client:
            assert (await client.get(open_link(app))).status == 200
            assert (await client.get("/forgotten")).status == 500


def _asked(app):
    """Each method and address of the application, with the right that it asks for."""
    first = {FORM.sub("{form}", one.path): FORM.sub(r"\1", one.path) for each in LISTS for one in each}
    for route, right in app[RIGHTS].items():
        canonical = route.resource.canonical
        path = first.get(canonical, canonical).replace("{key}", "x")
        if path != "/static":
            yield route.method, path, right


async def _status(client, method, path, **options):
    async with client.request(method, path, allow_redirects=False, **options) as answer:
        return answer.status


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_refuses_who_may_not_and_nobody_else(house, role):
    client = await house.enter(await house.person("Anna", *filter(None, [role])))
    data, wrong = {"csrf": await token(client)}, []
    for method, path, right in _asked(house.app):
        if path in ("/sign-out", "/sign-in"):
            continue
        options = {"data": data} if method == "POST" else {}
        status = await _status(client, method, path, **options)
        may = not isinstance(right, Right) or role in TABLE[right]
        refused = status in ({303, 403} if path == "/" and method == "GET" else {403})
        if refused == may and right is not Open.ALL:
            wrong.append((method, path, right, status))
    assert wrong == []


async def test_without_the_second_factor_that_a_role_asks_for_nothing_but_the_account_opens(house):
    client = await house.enter(await house.person("Anna", "hr"), strong=False)
    data, own, wrong = {"csrf": await token(client)}, {"/account", "/settings", "/sign-out"}, []
    for method, path, right in _asked(house.app):
        if right is Open.ALL or path in own:
            continue
        options = {"data": data} if method == "POST" else {}
        async with client.request(method, path, allow_redirects=False, **options) as answer:
            if (answer.status, answer.headers.get("Location")) not in ((403, None), (303, "/account")):
                wrong.append((method, path, answer.status))
    assert wrong == []
    assert await _status(client, "GET", "/account") == 200


async def test_every_route_is_closed_to_who_did_not_come_in(house):
    client = house.browser()
    asked = [(method, path) for method, path, right in _asked(house.app) if right is not Open.ALL]
    assert len(asked) > 30
    assert [one for one in asked if await _status(client, *one) != 403] == []


async def test_every_form_is_refused_without_its_token_and_from_elsewhere(house):
    client = await house.enter(await house.person("Anna", "operator", "hr"))
    right, wrong = {"csrf": await token(client)}, []
    foreign = ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"})
    for method, path, asks in _asked(house.app):
        if method != "POST":
            continue
        statuses = [await _status(client, "POST", path, data=right, headers=headers) for headers in foreign]
        if asks is not Open.ALL:
            statuses += [await _status(client, "POST", path, data=data) for data in ({}, {"csrf": "wrong"})]
        if set(statuses) != {403}:
            wrong.append((path, statuses))
    assert wrong == []


def test_every_right_is_asked_for_by_some_role_and_the_operator_has_each():
    assert all("operator" in roles for roles in TABLE.values())
    assert set(TABLE) == set(Right)
    assert all(isinstance(one.right, (Right, Open)) for one in (*routes.ROUTES, *routes.KEPT_ROUTES))


FORMS = {Right.KEEP: ("/alerts", "/annotations", "/links", "/reports", "/monitors"), Right.JUDGE: ("/judge", "/mutes")}


@pytest.mark.parametrize("role", ["agent", "analyst"])
async def test_a_page_offers_nothing_that_its_reader_may_not(house, role):
    client = await house.enter(await house.person("Anna", role))
    offered = {right for right in FORMS if role in TABLE[right]}
    for path in ("/", "/search", "/monitors", "/customers"):
        text = await (await client.get(path)).text()
        for right, targets in FORMS.items():
            found = [one for one in targets if f'action="{one}"' in text]
            assert right in offered or found == []
    assert ('action="/annotations"' in await (await client.get("/")).text()) is (Right.KEEP in offered)
