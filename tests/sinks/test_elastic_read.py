"""Whatever is asked, the archives on Elasticsearch, OpenSearch and SQLite give the same figures."""

import asyncio
from contextlib import AsyncExitStack
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Filter, Group, Order
from core.errors import Reject, Retry
from core.query import Near, Phrase, Word
from core.types import Mute
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks._elastic_client import Connecting, Engine
from sinks._elastic_read import CHUNK, Reader
from sinks._elastic_schema import Names
from tests.sinks import elastic, test_sqlite_archive
from tests.sinks.any_query import LARGE, corpus, judgements, queries
from tests.sinks.messages import EVERYTHING, at, deletion, enriched

STARTS = [at(minute) for minute in (0, 10, 11, 77, 200)]
MANY = 10_050


class Pair:
    """Two archives that hold the same, and what each of them answers."""

    def __init__(self, runner: asyncio.Runner, archive, plain) -> None:
        self.runner, self.archive, self.plain = runner, archive, plain

    def same(self, ask):
        """The answer that both give."""
        found, expected = (self.runner.run(ask(archive)) for archive in (self.archive, self.plain))
        assert found == expected
        return found


async def listed(archive, where, order, size=50):
    found, after = [], None
    while True:
        page = await archive.search(where, order=order, size=size, after=after)
        found += [stored.enriched.mention.id for stored in page.mentions]
        after = page.after
        if after is None:
            assert len(found) == page.total
            return found if order is not Order.RELEVANCE else sorted(found)


async def ids(archive, where=EVERYTHING):
    return [stored.enriched.mention.id async for chunk in archive.scan(where) for stored in chunk]


def fresh(stack, node, folder, prefix, **settings):
    return stack.enter_async_context(elastic.opened(node.url, folder, prefix=prefix, **settings))


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module", params=["elasticsearch_node", "opensearch_node"])
def node(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def both(node, runner, tmp_path_factory):
    stack, folder = AsyncExitStack(), tmp_path_factory.mktemp("figures")
    runner.run(elastic.emptied(node.url, "figures"))
    archives = [
        runner.run(fresh(stack, node, folder, "figures", shards=2)),
        runner.run(stack.enter_async_context(test_sqlite_archive.opened(folder))),
    ]
    mutes = [Mute(by="ruth", at=at(1), author="rss:x_y"), Mute(by="ruth", at=at(1), word="fi*s")]
    for archive in archives:
        assert not runner.run(archive.write([*corpus(Random(4)), *judgements(Random(5)), *mutes]))
    yield Pair(runner, *archives)
    runner.run(stack.aclose())


filters = st.builds(
    Filter,
    query=queries,
    copies=st.booleans(),
    muted=st.booleans(),
    irrelevant=st.booleans(),
    monitors=st.sampled_from([(), ("merk",), ("merk", "geen")]),
    languages=st.sampled_from([(), ("und", "nl")]),
    sources=st.sampled_from([(), ("rss",)]),
    since=st.sampled_from([None, at(20)]),
    until=st.sampled_from([None, at(100)]),
)


@settings(max_examples=15, deadline=None)
@given(where=filters, by=st.sampled_from(list(Group)), order=st.sampled_from(list(Order)))
def test_any_question_has_the_same_answer(both, where, by, order):
    number = both.same(lambda archive: archive.count(where))
    assert len(both.same(lambda archive: listed(archive, where, order))) == number
    both.same(lambda archive: archive.terms(where, by=by, size=3))
    both.same(lambda archive: archive.histogram(where, starts=STARTS, by=by))
    both.same(lambda archive: archive.authors(where, size=4))


@settings(max_examples=80, deadline=None)
@given(query=queries)
def test_any_query_finds_the_same(both, query):
    both.same(lambda archive: listed(archive, Filter(query=query), Order.NEWEST, size=200))


@pytest.mark.parametrize("query", LARGE)
def test_queries_of_any_size_are_answered(both, query):
    both.same(lambda archive: archive.count(Filter(query=query)))


def test_before_anything_is_written_nothing_is_found(node, runner):
    async def asked():
        engine = Engine(Connecting(url=node.url))
        reader = Reader(engine, Names("nothing-yet"), matches=matches, spans=highlights)
        try:
            await engine.recognise()
            page = await reader.search(Filter(copies=False), Order.NEWEST, 5, None)
            buckets = await reader.histogram(Filter(), STARTS[:2], Group.SITE)
            found = [await reader.terms(Filter(), Group.SITE, 5), await reader.authors(Filter(), 5), await ids(reader)]
            return page.total, buckets[0].counts, found, await reader.get("file:1"), await reader.coverage(*STARTS[:2])
        finally:
            await engine.close()

    assert runner.run(asked()) == (0, {"": 0}, [[], [], []], None, [])


@pytest.fixture(scope="module")
def many(elasticsearch_node, runner, tmp_path_factory):
    """More mentions, words and accounts than the engine gives in one answer, in one segment of one shard."""
    stack, node = AsyncExitStack(), elasticsearch_node
    runner.run(elastic.emptied(node.url, "more"))
    archive = runner.run(fresh(stack, node, tmp_path_factory.mktemp("more"), "more"))
    words = [" ".join(f"w{place // 2}{end}" for end in "abcdefghij") + " te laat" for place in range(MANY)]
    items = [enriched(f"{place:05}", text, author=f"a{place}", minute=place) for place, text in enumerate(words)]
    for start in range(0, MANY, 2000):
        assert not runner.run(archive.write(items[start : start + 2000]))
    runner.run(archive.count(Filter()))
    runner.run(merged(node.url, "more-mentions"))
    yield archive
    runner.run(stack.aclose())


def test_a_list_of_any_size(many, runner):
    page = runner.run(many.search(Filter(), order=Order.OLDEST, size=MANY + 1))
    found = [stored.enriched.mention.id for stored in page.mentions]
    assert found == [f"file:{place:05}" for place in range(MANY)]
    assert (page.total, page.after) == (MANY, None)


def test_labels_of_any_number(many, runner):
    terms = runner.run(many.terms(Filter(), by=Group.AUTHOR, size=2 * MANY))
    assert terms == sorted((f"file:a{place}", 1) for place in range(MANY))
    (bucket,) = runner.run(many.histogram(Filter(), starts=[at(0), at(500)], by=Group.AUTHOR))
    assert len(bucket.counts) == 501


def test_copies_count_once_among_many(many, runner):
    assert runner.run(many.count(Filter(copies=False))) == MANY // 2
    assert runner.run(many.count(Filter(copies=False, since=at(1)))) == MANY // 2


@pytest.mark.parametrize("side", [Word(pattern="w*j"), Word(pattern="w*")])
def test_patterns_that_stand_for_more_words_than_the_engine_takes(many, runner, side):
    te, laat = Word(pattern="te"), Word(pattern="laat")
    assert runner.run(many.count(Filter(query=Phrase(words=(Word(pattern="w*"), te))))) == MANY
    apart = Near(left=side, right=laat, distance=2)
    assert runner.run(many.count(Filter(query=apart))) == MANY


async def merged(url, target):
    engine = Engine(Connecting(url=url))
    try:
        await engine.ask("POST", f"/{target}/_forcemerge", max_num_segments="1")
    finally:
        await engine.close()


async def test_a_list_goes_on_in_another_process_and_after_its_moment_is_forgotten(opensearch_node, tmp_path):
    await elastic.emptied(opensearch_node.url, "lists")
    async with elastic.opened(opensearch_node.url, tmp_path, prefix="lists") as archive:
        await archive.write([enriched(str(place), minute=place) for place in range(9)])
        after = (await archive.search(Filter(), order=Order.NEWEST, size=3)).after
        later = await archive.search(Filter(), order=Order.NEWEST, size=3, after=after)
        await forgotten(opensearch_node.url)
        last = await archive.search(Filter(), order=Order.NEWEST, size=3, after=later.after)
        async with elastic.opened(opensearch_node.url, tmp_path, prefix="lists") as other:
            same = await other.search(Filter(), order=Order.NEWEST, size=3, after=later.after)
    assert [stored.enriched.mention.id for stored in last.mentions] == ["file:2", "file:1", "file:0"]
    assert same.mentions == last.mentions


async def forgotten(url):
    """Let the engine forget all points in time, as its restart does."""
    engine = Engine(Connecting(url=url))
    try:
        await engine.ask("DELETE", "/_search/point_in_time/_all")
    finally:
        await engine.close()


async def test_a_list_continues_in_its_own_order_only(elasticsearch_node, tmp_path):
    async with elastic.opened(elasticsearch_node.url, tmp_path, prefix="orders") as archive:
        await archive.write([enriched(str(place)) for place in range(2)])
        after = (await archive.search(Filter(), order=Order.NEWEST, size=1)).after
        with pytest.raises(Reject, match="another order"):
            await archive.search(Filter(), order=Order.REACH, size=1, after=after)


async def test_a_scan_is_of_one_moment_whatever_is_written_meanwhile(elasticsearch_node, tmp_path):
    await elastic.emptied(elasticsearch_node.url, "scans")
    numbers = [f"{place:04}" for place in range(2 * CHUNK + 1)]
    async with elastic.opened(elasticsearch_node.url, tmp_path, prefix="scans") as archive:
        await archive.write([enriched(number) for number in numbers])
        found = []
        async for chunk in archive.scan(EVERYTHING):
            found += [stored.enriched.mention.id for stored in chunk]
            await archive.write([deletion("file:0900", 9), enriched("0400x"), enriched("0700x")])
            await archive.count(Filter())
    assert found == [f"file:{number}" for number in numbers]


async def test_a_scan_misses_none_when_the_engine_forgets_its_moment(opensearch_node, tmp_path):
    await elastic.emptied(opensearch_node.url, "scans")
    numbers = [f"{place:04}" for place in range(2 * CHUNK + 1)]
    async with elastic.opened(opensearch_node.url, tmp_path, prefix="scans") as archive:
        await archive.write([enriched(number) for number in numbers])
        found = []
        async for chunk in archive.scan(EVERYTHING):
            found += [stored.enriched.mention.id for stored in chunk]
            await forgotten(opensearch_node.url)
    assert found == [f"file:{number}" for number in numbers]


async def test_an_engine_that_is_away_is_waited_for(tmp_path):
    engine = Engine(Connecting(url="http://127.0.0.1:1"))
    reader = Reader(engine, Names("away"), matches=matches, spans=highlights)
    try:
        with pytest.raises(Retry, match="cannot be reached"):
            await reader.count(Filter())
    finally:
        await engine.close()
