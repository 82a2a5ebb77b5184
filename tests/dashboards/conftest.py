"""A real Elasticsearch that holds the corpus, written through the real archive, and the dashboards as they are built."""

import asyncio
import json

import pytest

from deploy.dashboards.files import files
from sinks._elastic_schema import Names
from tests.dashboards import case_corpus, corpus
from tests.dashboards.grafana import Door, Range
from tests.dashboards.joined import join
from tests.sinks.elastic import emptied, opened

PREFIX = "boards"


async def written(url, folder, prefix, items):
    await emptied(url, prefix)
    async with opened(url, folder, prefix=prefix) as archive:
        assert not await archive.write([item for item in items if not is_mute_or_later(item)])
        assert not await archive.write([item for item in items if is_mute_or_later(item)])
        await archive._engine.catch_up()
    return Door(url, Names(prefix).shown, Names(prefix).customers, Names(prefix).cases)


def is_mute_or_later(item) -> bool:
    return type(item).__name__ in {"Mute", "Judgement", "Deletion"}


@pytest.fixture(scope="session")
def door(elasticsearch_node, tmp_path_factory):
    """Where dashboards ask."""
    folder = tmp_path_factory.mktemp("boards")
    return asyncio.run(_filled(elasticsearch_node.url, folder))


async def _filled(url, folder):
    door = await written(url, folder, PREFIX, corpus.items())
    async with opened(url, folder, prefix=PREFIX) as archive:
        await archive.annotate([], corpus.ANSWERED)
    return door


@pytest.fixture(scope="session")
def customers(door, tmp_path_factory):
    """Ids of the customers of joined.py, by what they are called there; their documents are where dashboards ask."""
    folder = tmp_path_factory.mktemp("joined")

    async def joined():
        async with opened(door.url, folder, prefix=PREFIX) as archive:
            return await join(archive, folder)

    return asyncio.run(joined())


@pytest.fixture(scope="session")
def cases(door, tmp_path_factory):
    """The documents of case_corpus.py, where dashboards ask."""

    async def put():
        async with opened(door.url, tmp_path_factory.mktemp("cases"), prefix=PREFIX) as archive:
            await archive.cases.put(case_corpus.DOCUMENTS)

    asyncio.run(put())


@pytest.fixture
async def archive(door, tmp_path):
    """The same corpus for picture/'s questions."""
    async with opened(door.url, tmp_path, prefix=PREFIX) as archive:
        yield archive


def board(name):
    return json.loads(files()[f"dashboards/klankbord-{name}.json"])


@pytest.fixture(scope="session")
def overview():
    return board("overview")


@pytest.fixture(scope="session")
def customer():
    return board("customer")


@pytest.fixture(scope="session")
def response():
    return board("response")


@pytest.fixture
def week():
    """The last seven days, less a millisecond: Grafana's range includes its end, the page's does not."""
    return Range(corpus.ago(days=7), corpus.ago(hours=-1))
