"""A page with staff: who they are, and how each comes in."""

from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from core.ports import Archive
from desk.entry.settings import SignInSettings
from desk.store import passwords, people, roles
from desk.store.database import Database
from desk.store.people import Details, Person
from desk.store.sessions import Way
from desk.web.access import COOKIE
from desk.web.entering import ENTRY
from desk.web.kept import Kept, Written
from desk.web.site import SITE
from playbook.sections import Playbook
from tests.desk import corpus
from tests.desk.serving import ADDRESS, application, kept, opened
from tests.desk.store.made import opened_desk

PASSWORD = "fiets regenboog lamp"
OUTSIDE = {"Host": ADDRESS.partition("//")[2], "X-Forwarded-For": "203.0.113.7"}


@dataclass
class House:
    """A served page, its desk, and the hour there."""

    app: web.Application
    desk: Database
    server: TestServer
    at: list[datetime]
    clients: list[TestClient] = field(default_factory=list)

    async def person(self, name: str, *held: str, password: str = "") -> Person:
        """One of the staff with these roles, each everywhere or as role@unit."""
        details = Details(name=name, email=f"{name.lower()}@klank.example")
        made = await people.add(self.desk, details, by="ruth", at=self.at[0])
        for role in held:
            await roles.give(self.desk, made.id, *role.split("@"), by="ruth", at=self.at[0])
        if password:
            await self.set_password(made, password)
        return made

    async def invitation(self, person: Person) -> str:
        until = self.at[0] + timedelta(days=7)
        nonce = await passwords.invite(self.desk, person.id, until=until, by="ruth", at=self.at[0])
        return f"/invited/{self.app[SITE].access.invitation_key(person.id, nonce)}"

    async def set_password(self, person: Person, password: str) -> None:
        client = self.browser()
        data = {"password": password, "again": password}
        answer = await client.post(await self.invitation(person), data=data, allow_redirects=False)
        assert answer.status == 303

    def browser(self) -> TestClient:
        """A browser of its own, in which nobody is yet."""
        self.clients.append(TestClient(self.server, cookie_jar=CookieJar(unsafe=True)))
        return self.clients[-1]

    async def signed_in(self, name: str, password: str = PASSWORD) -> TestClient:
        client = self.browser()
        answer = await sign_in(client, name, password)
        assert answer.status == 303
        return client

    async def enter(self, person: Person, *, strong: bool = True) -> TestClient:
        """A browser in which that person is, without signing in."""
        client = self.browser()
        secret = await self.app[ENTRY].begin(person.id, way=Way.PASSWORD, strong=strong, agent="")
        client.session.cookie_jar.update_cookies({COOKIE: secret}, client.make_url("/"))
        return client

    def later(self, **by: float) -> None:
        self.at[0] += timedelta(**by)


async def sign_in(client: TestClient, name: str, password: str = PASSWORD, **options: object):
    data = {"name": f"{name.lower()}@klank.example", "password": password, "to": "/"}
    return await client.post("/sign-in", data=data, allow_redirects=False, **options)


async def token(client: TestClient, path: str = "/account", **options: object) -> str:
    """What a form of that page brings along."""
    text = await (await client.get(path, **options)).text()
    return text.partition('name="csrf" value="')[2].partition('"')[0]


async def act(client: TestClient, does: str, **fields: str):
    """Send a form of the account page."""
    data = {"csrf": await token(client), "act": does, **fields}
    return await client.post("/account", data=data, allow_redirects=False)


@asynccontextmanager
async def house(
    path,
    *,
    settings: SignInSettings | None = None,
    for_staff: bool = False,
    address: str = ADDRESS,
    rules: Playbook | None = None,
    stand_ins: Mapping[str, str] | None = None,
    beside: Callable[[Database], Mapping[str, object]] = lambda _: {},
    keeping: Callable[[Kept, Archive], Kept] = lambda kept, _: kept,
):
    at = [corpus.NOW]
    async with (
        opened(path / "archive.db") as archive,
        opened_desk(path) as desk,
    ):
        shown = kept(desk, for_staff=for_staff, address=address, stand_ins=stand_ins)
        keeps = keeping(replace(shown, rules=Written(playbook=rules or Playbook())), archive)
        app = application(archive, kept=keeps, now=lambda: at[0], sign_in=settings, **beside(desk))
        async with TestServer(app) as server:
            made = House(app, desk, server, at)
            try:
                yield made
            finally:
                for client in made.clients:
                    await client.session.close()
