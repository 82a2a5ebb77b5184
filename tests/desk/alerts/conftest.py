"""Alerts over every archive and both desk databases, with a mail server of the test's own."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from core.types import Author, Coverage, Enriched, Mention
from desk.alerts.alert import Alert
from desk.alerts.looking import Looker
from desk.alerts.sending import Sender
from desk.store import alerts, letters
from desk.store.settings import Settings
from desk.web import words
from playbook import queries
from tests.desk.corpus import ZONE
from tests.desk.serving import fill, opened
from tests.desk.store import made
from tests.sinks.elastic import emptied
from tests.sinks.elastic import opened as opened_elastic

START = datetime(2026, 11, 3, 9, tzinfo=UTC)


class Scene:
    """One alert's world: what arrives, what is looked at, what is sent, at a clock that the test turns."""

    def __init__(self, archive, desk, clock):
        self.archive, self.desk, self.clock, self.erased = archive, desk, clock, set()
        self.posted = []
        parse = partial(queries.parse, search=True)
        self.looker = Looker(desk, archive, parse=parse, erased=self.erased.__contains__, zone=ZONE)
        self.mailer = self.compose = self.posting = None
        self.quotes = True

    async def alert(self, **said):
        made = Alert(**{"name": "Storing", "query": "storing", "to": ("ops@klank.example",), "group": "5m"} | said)
        await alerts.put(self.desk, made, by="test", at=self.clock[0])
        return made

    async def hears(
        self, number, text="storing bij utrecht", *, ago=timedelta(0), marks=(), author="anna", generation=0, **more
    ):
        at = self.clock[0] - ago
        mention = Mention(
            id=f"bluesky:{number}",
            source="bluesky",
            author=Author(id=f"bluesky:{author}", handle=author, name="Anna de Vries"),
            text=text,
            created_at=at,
            seen_at=self.clock[0],
            marks=marks,
            **more,
        )
        await fill(self.archive, [Enriched(mention=mention, generation=generation)])

    async def collected(self, since, until, *, gap=None):
        row = Coverage(source="bluesky", stream="", cursor_to=f"{since}", since=since, until=until, gap=gap)
        await fill(self.archive, [row])

    async def look(self, *, later=timedelta(0)):
        """One look at every alert; the kinds of message that came of it."""
        self.clock[0] += later
        looks = [await self.looker.look(one, self.clock[0]) for one in await alerts.every(self.desk)]
        return [one.said.kind for one in looks if one.said]

    async def owed(self):
        return await letters.latest(self.desk)

    async def send(self):
        async def post(address, message, body, secret):
            if self.posting:
                raise self.posting
            self.posted.append((address, message, body, secret))

        async def secret(_):
            return "whsec_c2VjcmV0"

        sender = Sender(
            self.desk,
            self.archive,
            mailer=self.mailer,
            post=post,
            secret=secret,
            compose=self.compose,
            erased=self.erased.__contains__,
            texts=lambda _: self.quotes,
            catalogues={language: words.load(language) for language in words.LANGUAGES},
            first_language="en",
            name="Noorderlijn",
            zone=ZONE,
            page="http://127.0.0.1:8420",
        )
        return await sender.send(self.clock[0])


@pytest.fixture(params=["sqlite", "sqlite-postgresql", "elasticsearch-postgresql", "opensearch-sqlite"])
async def scene(request, tmp_path):
    clock = [START]
    engine, _, desk = request.param.partition("-")
    settings = Settings()
    if desk == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        settings = made.settings(server)
    async with (
        archived(engine, request, tmp_path, lambda: clock[0]) as archive,
        made.opened_desk(tmp_path, settings) as desk,
    ):
        yield Scene(archive, desk, clock)


@asynccontextmanager
async def archived(engine, request, folder, clock):
    if engine == "sqlite":
        async with opened(folder / "archive.db", now=clock) as archive:
            yield archive
        return
    url = request.getfixturevalue(f"{engine}_node").url
    await emptied(url)
    async with opened_elastic(url, folder, clock=clock) as archive:
        yield archive
