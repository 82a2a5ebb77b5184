"""SCIM over a desk database, asked as sign-on systems ask."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.api.door import Door
from desk.ports import Scope, Token
from desk.scim.application import JSON, PATH, Staff
from desk.store.settings import Settings
from tests.desk.serving import application, opened
from tests.desk.store import made

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
KEEP = timedelta(days=365)
SECRETS = {"staff": frozenset({Scope.STAFF}), "figures": frozenset({Scope.FIGURES})}


class Given:
    """desk.ports.Tokens: each name above is its own secret."""

    async def find(self, secret):
        return Token(name=secret, scopes=SECRETS[secret]) if secret in SECRETS else None


class Client(TestClient):
    async def scim(self, method, path, body=None, *, status=200, secret="staff", headers=None):
        """The answer, whose status must be that one; None where it has no body."""
        answer = await self.request(
            method,
            f"{PATH}{path}",
            data=None if body is None else msgspec.json.encode(body),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": JSON, **(headers or {})},
        )
        text = await answer.text()
        assert answer.status == status, text
        if not text:
            return None
        assert answer.content_type == JSON
        return msgspec.json.decode(text)

    async def entra_user(self):
        """The user that Entra ID makes; its resource."""
        return await self.scim("POST", "/Users", ENTRA_USER, status=201)


ENTRA_USER = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": "Anna.deVries@klank.example",
    "active": True,
    "emails": [{"primary": True, "type": "work", "value": "anna@klank.example"}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Anna de Vries", "familyName": "de Vries", "givenName": "Anna"},
    "roles": [],
}
"""As "Create User" of Entra ID's documentation has it, with an invented person."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def client(request, tmp_path):
    clock, settings = [NOW], Settings()
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        settings = made.settings(server)
    async with (
        opened(tmp_path / "archive.db") as archive,
        made.opened_desk(tmp_path, settings) as desk,
    ):
        wrong = []
        door = Door(Given(), lambda: clock[0], wrong.append)
        staff = Staff(database=desk, door=door, clock=lambda: clock[0], keep=KEEP, address="https://bord.example")
        async with Client(TestServer(application(archive, now=lambda: clock[0], staff=staff))) as one:
            one.desk, one.now, one.wrong = desk, clock, wrong
            yield one
