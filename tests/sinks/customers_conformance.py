"""What the documents of customers must do, whatever the engine: subclass CustomersConformance and give it a fixture `archive`."""

import pytest
from msgspec.structs import replace

from core.customer import CustomerDocument, Joined
from core.document import Bucket, Filter
from tests.sinks.documents_conformance import DocumentsConformance
from tests.sinks.messages import at, enriched


def document(customer="c1", *accounts, minute=0.0, **fields):
    joined = tuple(
        Joined(author=one, source="file", evidence="person", linked_at=at(0), mentions=1)
        for one in accounts or ("file:anna",)
    )
    return CustomerDocument(id=customer, counted_at=at(minute), accounts=joined, mentions=len(joined), **fields)


FULL = document(
    "c1",
    "file:anna",
    "rss:anna",
    name="Anna & zonen",
    first_at=at(0),
    last_at=at(3000),
    trend=(Bucket(start=at(0), counts={"": 2, "negative": 2}),),
    net=-1.0,
    topics={"app": 2},
    channels={"file": 1, "rss": 1},
    reach=17,
    segment=("gold", "silver"),
    owner=("Els",),
)


class CustomersConformance(DocumentsConformance):
    @pytest.fixture
    def kept(self, archive):
        return archive.customers

    @pytest.fixture
    def full(self):
        return FULL

    @pytest.fixture
    def document(self):
        return document

    async def test_accounts_are_those_of_the_last(self, archive):
        await archive.customers.put([FULL])
        await archive.customers.put([document("c1", "file:bert", minute=5)])
        assert await archive.customers.holding(["file:anna"]) == []
        assert await archive.customers.holding(["file:bert", "rss:anna"]) == ["c1"]

    async def test_accounts_of_what_is_dropped_are_nobodys(self, archive):
        await archive.customers.put([FULL, document("c2", "file:bert")])
        await archive.customers.drop(["c1"])
        assert await archive.customers.holding(["file:anna", "rss:anna"]) == []

    async def test_who_names_an_account_is_found_among_many(self, archive):
        await archive.customers.put([document(f"c{n:04}", f"file:{n}", minute=n) for n in range(1100)])
        assert await archive.customers.holding([f"file:{n}" for n in range(600)]) == [f"c{n:04}" for n in range(600)]

    async def test_once_caught_up_counts_know_all_that_was_written(self, archive):
        await archive.write([enriched("1"), enriched("2")])
        await archive.customers.caught_up()
        (profile,) = await archive.profiles(Filter(), authors=["file:anna"], starts=[])
        assert profile.mentions == 2

    async def test_odd_names_and_long_ones_are_kept(self, archive):
        odd = replace(FULL, name="n" * 3000, segment=('a "b" \\ c', "é\u2028"), owner=("o" * 2000,))
        await archive.customers.put([odd])
        assert await archive.customers.get(["c1"]) == {"c1": odd}
