"""Every route of the application asks for something: a right, to be in, a token; or is open on purpose."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.store.database import open_desk
from desk.store.settings import Settings
from desk.web.application import open_link
from desk.web.routes import RIGHTS, Open
from tests.desk.serving import application, kept, opened

OPEN = {"/static", "/open", "/password", "/healthz", "/shared/{key}", "/policy/{key}"}
TOKENS = ("/api/", "/scim/")


@pytest.fixture
async def app(tmp_path):
    async with (
        opened(tmp_path / "archive.db") as archive,
        open_desk(Settings(), tmp_path / "desk.db", report=print) as desk,
    ):
        yield application(archive, kept=kept(desk))


async def test_what_every_route_asks_for_is_written_down(app):
    routes = [one for one in app.router.routes() if not one.resource.canonical.startswith(TOKENS)]
    assert [f"{one.method} {one.resource.canonical}" for one in routes if one not in app[RIGHTS]] == []
    assert {one.resource.canonical for one in routes if app[RIGHTS][one] is Open.ALL} == OPEN


async def test_a_route_of_which_nothing_is_said_is_served_to_nobody(app):
    async def forgotten(_request):
        raise AssertionError

    app.router.add_get("/forgotten", forgotten)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get(open_link(app))).status == 200
        assert (await client.get("/forgotten")).status == 500
