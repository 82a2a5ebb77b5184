"""What dashboards see through the alias: what a question counts unless it asks for more, and only what is public."""

import msgspec
import pytest

from core.document import Filter
from core.types import Mark, Mute, Visibility
from sinks._elastic_client import Engine
from sinks._elastic_schema import Names
from sinks.elasticsearch import Settings
from tests.sinks.elastic import emptied, opened
from tests.sinks.messages import at, deletion, enriched, judgement

NAMES = Names("test")


@pytest.fixture
async def archive(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        yield archive


@pytest.fixture
async def engine(elasticsearch_node):
    engine = Engine(Settings(url=elasticsearch_node.url))
    yield engine
    await engine.close()


async def seen(engine) -> set[str]:
    await engine.refresh(NAMES.every)
    answer = await engine.ask("POST", f"/{NAMES.shown}/_search", {"size": 1000, "_source": ["id"]})
    return {hit["_source"]["id"] for hit in msgspec.json.decode(answer)["hits"]["hits"]}


async def test_it_leaves_out_what_no_figure_counts(archive, engine):
    await archive.write(
        [
            enriched("plain"),
            enriched("drill", marks=(Mark.DRILL,)),
            enriched("past", marks=(Mark.HISTORY,)),
            enriched("judged"),
            enriched("deleted"),
            enriched("away"),
            judgement("file:judged", "irrelevant", ("yes",), 1),
            deletion("file:deleted", 1),
            deletion("file:away", 1, reversible=True),
        ]
    )
    assert await seen(engine) == {"file:plain", "file:past"}
    assert await archive.count(Filter()) == 2


async def test_what_is_muted_leaves_and_comes_back(archive, engine):
    await archive.write([enriched("a", author="anna"), enriched("b", "gratis reclame", author="bo"), enriched("c")])
    await archive.write(
        [Mute(by="ruth", at=at(1), author="file:bo"), Mute(by="ruth", at=at(1), word="trein ver*")],
    )
    assert await seen(engine) == set()
    await archive.write([Mute(by="ruth", at=at(2), word="trein ver*", lifted=True)])
    assert await seen(engine) == {"file:a", "file:c"}


async def test_a_source_heard_first_after_the_mute_is_muted_as_well(archive, engine, elasticsearch_node, tmp_path):
    await archive.write([Mute(by="ruth", at=at(1), word="reclame")])
    await archive.write([enriched("1", "reclame", source="rss"), enriched("2", "nieuws", source="rss")])
    async with opened(elasticsearch_node.url, tmp_path) as another:  # as a program started again
        await another.write([enriched("3", "reclame", source="bluesky"), enriched("4", source="bluesky")])
    assert await seen(engine) == {"rss:2", "bluesky:4"}


async def test_what_is_not_public_is_counted_on_the_page_and_never_shown_there(archive, engine):
    await archive.write([enriched(seen.value, visibility=seen) for seen in Visibility])
    assert await seen(engine) == {"file:public", "file:unlisted"}
    assert await archive.count(Filter()) == len(Visibility)


async def test_an_erased_authors_id_does_not_stay_in_the_filter(archive, engine):
    await archive.write([enriched("a", author="quasimodo"), Mute(by="ruth", at=at(1), author="file:quasimodo")])
    assert b"quasimodo" in await engine.ask("GET", f"/{NAMES.every}/_alias")
    await archive.erase(authors=["file:quasimodo"])
    assert b"quasimodo" not in await engine.ask("GET", f"/{NAMES.every}/_alias")
