"""The same questions over SQLite and over a real Elasticsearch: every answer is the same."""

from aiohttp.test_utils import TestServer

from desk.api.routes import ROUTES
from tests.desk.api.asking import NOW, WEEK, Client, counted, parts
from tests.desk.serving import application, fill, opened
from tests.sinks.elastic import emptied
from tests.sinks.elastic import opened as opened_elastic

OWN = {"/mention": {"id": "bluesky:1"}, "/monitors": {}, "/coverage": WEEK}


async def _answers(archive):
    await fill(archive, counted())
    found = {}
    async with Client(TestServer(application(archive, now=lambda: NOW, api=parts()))) as client:
        for route in ROUTES:
            for extra in ({}, {"by": "topics"}) if route.path in ("/volume", "/shares") else ({},):
                told = await client.told(route.path, **OWN.get(route.path, WEEK | {"q": "parcel"}), **extra)
                found[route.path, *extra] = _plain(told, f":{client.port}")
    return found


def _plain(told, port):
    """Without the port of the server, and without what continues a list, which is each archive's own."""
    match told:
        case dict():
            return {key: _plain(value, port) for key, value in told.items() if key != "next"}
        case list():
            return [_plain(one, port) for one in told]
        case str():
            return told.replace(port, "")
        case _:
            return told


async def test_every_answer_is_the_same_on_sqlite_and_on_elasticsearch(elasticsearch_node, tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
        on_sqlite = await _answers(archive)
    await emptied(elasticsearch_node.url)
    async with opened_elastic(elasticsearch_node.url, tmp_path, set()) as archive:
        on_elasticsearch = await _answers(archive)
    assert on_elasticsearch == on_sqlite
    assert on_sqlite["/overview",]["mentions"] == 10
