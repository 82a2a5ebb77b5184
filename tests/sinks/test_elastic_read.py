"""Whatever is asked, the archives on Elasticsearch, OpenSearch and SQLite give the same figures."""

import asyncio
from contextlib import AsyncExitStack
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Filter, Group, Order
from core.ports import Tools

from core.time import now
from core.types import Mute
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import elasticsearch, sqlite
from tests.sinks.any_query import LARGE, corpus, judgements, queries
from tests.sinks.messages import at

STARTS = [at(minute) for minute in (0, 10, 11, 77, 200)]


class Pair:
    """Two archives that hold the same, and what each of them answers."""

    def __init__(self, runner: asyncio.Runner, elastic, plain) -> None:
        self.runner, self.elastic, self.plain = runner, elastic, plain

    def same(self, ask):
        """The answer that both give."""
        found, expected = (self.runner.run(ask(archive)) for archive in (self.elastic, self.plain))
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


async def opened(stack, url, prefix, folder):
    tools = Tools(clock=now, random=Random(1), cache=folder, report=print)
    made = {"erased": lambda _: False, "matches": matches, "spans": highlights}
    there = elasticsearch.Settings(url=url, prefix=prefix, at_once=True)
    elastic = await stack.enter_async_context(elasticsearch.build(there, tools, **made))
    here = sqlite.Settings(path=folder / "archive.db")
    return elastic, await stack.enter_async_context(sqlite.build(here, tools, **made))


@pytest.fixture(scope="module", params=["elasticsearch_node", "opensearch_node"])
def both(request, tmp_path_factory):
    node = request.getfixturevalue(request.param)
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        archives = runner.run(opened(stack, node.url, "figures", tmp_path_factory.mktemp("figures")))
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


@settings(max_examples=60, deadline=None)
@given(where=filters, by=st.sampled_from(list(Group)), order=st.sampled_from(list(Order)))
def test_any_question_has_the_same_answer(both, where, by, order):
    number = both.same(lambda archive: archive.count(where))
    assert len(both.same(lambda archive: listed(archive, where, order))) == number
    both.same(lambda archive: archive.terms(where, by=by, size=3))
    both.same(lambda archive: archive.histogram(where, starts=STARTS, by=by))
    both.same(lambda archive: archive.authors(where, size=4))


@settings(max_examples=100, deadline=None)
@given(query=queries)
def test_any_query_finds_the_same(both, query):
    both.same(lambda archive: listed(archive, Filter(query=query), Order.NEWEST, size=200))


@pytest.mark.parametrize("query", LARGE)
def test_queries_of_any_size_are_answered(both, query):
    both.same(lambda archive: archive.count(Filter(query=query)))
