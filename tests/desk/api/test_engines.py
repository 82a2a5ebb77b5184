"""The same questions over SQLite and over a real Elasticsearch: every answer is the same."""

from dataclasses import replace

from aiohttp.test_utils import TestServer

from core.emerging import Emergence, Member, Risen
from desk.api.routes import ROUTES
from desk.store import accounts, emerging
from desk.store.accounts import Account
from desk.summaries.parts import Summaries
from tests.desk.api.asking import NOW, WEEK, Client, Policies, counted, joined, parts
from tests.desk.cases.book import hear, heard
from tests.desk.crisis.book import alarmed, rings
from tests.desk.faq.asking import frequently
from tests.desk.holding import holding
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk
from tests.desk.summaries.double import double
from tests.sinks.elastic import emptied
from tests.sinks.elastic import opened as opened_elastic

OWN = {
    "/mention": {"id": "bluesky:1"}, "/monitors": {}, "/coverage": WEEK, "/emerging": {}, "/customers": {"q": "a"},
    "/goals": {}, "/maturity": {}, "/maturity/report": {}, "/maturity/departments": {}, "/cases": {}, "/case": {"number": "1"}, "/crises": {}, "/crisis": {"number": "1"},
    "/answers": {}, "/similar": {"case": "1"}, "/may": {"person": "anna", "source": "mastodon", "handle": "noorderlijn"},
    "/forecast": {"monitor": "Noorderlijn"}, "/happenings": WEEK,
}  # fmt: skip


OF_EACH = {"next", "made_at", "arrived_at", "audit"}
"""What continues a list, when something was gathered or came in, and who asked before."""


async def _emerges(desk):
    members = tuple(Member(one.mention.id, one.mention.author.id, voice=True) for one in counted()[:10])
    risen = Risen(id="new", members=members, voices=10, usual=0.5, hours=25, trend=(10,))
    await emerging.put(desk, Emergence(at=NOW, learned=1.0, topics=(risen,)))


async def _answers(archive, desk, customer, folder):
    await fill(archive, counted())
    own = OWN | {"/customer": {"id": customer}, "/customer/held": {"id": customer}}
    async with double() as model, holding(folder, archive, desk) as held:
        model.says = "Pakketten zijn laat [1, 2]."
        made = Summaries(settings=model.settings, database=desk, leaving=Policies(), redact=str)
        keeps = replace(kept(desk), faq=frequently(desk, archive), held=held)
        app = application(archive, now=lambda: NOW, api=parts(), kept=keeps, summaries=made)
        return await _of_each_route(app, own)


async def _of_each_route(app, own):
    found = {}
    async with Client(TestServer(app)) as client:
        for route in ROUTES:
            for extra in ({}, {"by": "topics"}) if route.path in ("/volume", "/shares") else ({},):
                told = await client.told(route.path, "all", **own.get(route.path, WEEK | {"q": "parcel"}), **extra)
                found[route.path, *extra] = _plain(told, f":{client.port}")
    return found


def _plain(told, port):
    """Without the port of the server, and without what is each archive's own."""
    match told:
        case dict():
            return {key: _plain(value, port) for key, value in told.items() if key not in OF_EACH}
        case list():
            return [_plain(one, port) for one in told]
        case str():
            return told.replace(port, "")
        case _:
            return told


async def test_every_answer_is_the_same_on_sqlite_and_on_elasticsearch(elasticsearch_node, tmp_path):
    async with opened_desk(tmp_path) as desk:
        anna = await joined(desk, "bluesky:anna", "mastodon:anna")
        await _emerges(desk)
        await hear(desk, heard(at=NOW, source="bluesky"))
        await alarmed(desk, rings(at=NOW))
        ours = Account(id="", source="mastodon", handle="noorderlijn", official=True)
        await accounts.add(desk, ours, by="ruth", at=NOW)
        async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
            on_sqlite = await _answers(archive, desk, anna, tmp_path)
        await emptied(elasticsearch_node.url)
        async with opened_elastic(elasticsearch_node.url, tmp_path, set()) as archive:
            on_elasticsearch = await _answers(archive, desk, anna, tmp_path)
    assert on_elasticsearch == on_sqlite
    assert on_sqlite["/overview",]["mentions"] == 10
    assert on_sqlite["/summary",]["read"] == 10
    assert on_sqlite["/emerging",]["topics"][0]["messages"] == 10
    assert on_sqlite["/case",]["case"] == on_sqlite["/cases",]["cases"][0]
    assert on_sqlite["/crisis",]["crisis"] == on_sqlite["/crises",]["crises"][0]
    assert on_sqlite["/customer",]["mentions"] == on_sqlite["/customers",]["customers"][0]["mentions"] == 15
    assert len(on_sqlite["/customer/held",]["archive"]) == 19
