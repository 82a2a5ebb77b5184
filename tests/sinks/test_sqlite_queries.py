"""Any query over any corpus: the archive's answers are those of matching every document by itself."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Filter, Group, Order
from core.time import now
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks._judged import judged
from sinks._sqlite_read import Reader
from sinks._sqlite_schema import open_writer
from sinks._sqlite_write import Writer
from tests.sinks.any_query import LARGE, corpus, judgements, queries
from tests.sinks.messages import at


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("archive") / "archive.db"
    connection = open_writer(path)
    documents, said = list(corpus(Random(4))), list(judgements(Random(5)))
    assert not Writer(connection, clock=now, erased=lambda _: False).write([*documents, *said])
    reader = Reader(path, matches=matches, spans=highlights)
    yield reader, [judged(one, [each for each in said if each.mention == one.mention.id]) for one in documents]
    reader.close()
    connection.close()


@pytest.mark.parametrize("query", LARGE)
def test_queries_of_any_size_are_answered(stored, query):
    reader, documents = stored
    assert reader.count(Filter(query=query)) == sum(matches(query, one) for one in documents)


@settings(max_examples=250, deadline=None)
@given(query=queries)
def test_any_query_finds_what_matches_and_nothing_else(stored, query):
    reader, documents = stored
    expected = [one.mention.id for one in documents if matches(query, one)]
    found = reader.stored(reader.documents(Filter(query=query)), None, hidden=False)
    assert sorted(one.enriched.mention.id for one in found) == sorted(expected)


@settings(max_examples=60, deadline=None)
@given(
    query=queries, copies=st.booleans(), monitors=st.sampled_from([(), ("merk",)]), order=st.sampled_from(list(Order))
)
def test_all_figures_of_any_query_agree(stored, query, copies, monitors, order):
    reader, _ = stored
    where = Filter(query=query, copies=copies, monitors=monitors)
    number = reader.count(where)
    found, after = set(), None
    while (page := reader.search(where, order, 50, after)).mentions:
        found.update(one.enriched.mention.id for one in page.mentions)
        after = page.after
        if after is None:
            break
    starts = [at(minute) for minute in (0, 10, 11, 77, 200)]
    buckets = reader.histogram(where, starts, Group.SENTIMENT)
    assert len(found) == page.total == number == sum(bucket.counts[""] for bucket in buckets)
    assert sum(count for _, count in reader.terms(where, Group.KIND, 99)) == number
