"""What the documents of customers must do, whatever the engine: subclass CustomersConformance and give it a fixture `archive`."""

from msgspec.structs import replace

from core.customer import CustomerDocument, Joined
from core.document import Bucket, Filter
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


class CustomersConformance:
    async def test_a_document_comes_back_as_it_was_put(self, archive):
        await archive.customers.put([FULL, document("c2")])
        assert await archive.customers.get(["c1", "c2", "none"]) == {"c1": FULL, "c2": document("c2")}
        assert await archive.customers.get([]) == {}

    async def test_one_takes_the_place_of_the_one_before(self, archive):
        await archive.customers.put([FULL])
        later = document("c1", "file:bert", minute=5)
        await archive.customers.put([later])
        assert await archive.customers.get(["c1"]) == {"c1": later}
        assert await archive.customers.holding(["file:anna"]) == []
        assert await archive.customers.holding(["file:bert", "rss:anna"]) == ["c1"]

    async def test_an_older_count_does_so_too_if_it_is_written_later(self, archive):
        await archive.customers.put([document(minute=5)])
        await archive.customers.put([document(minute=1)])
        assert await archive.customers.counted() == {"c1": at(1)}

    async def test_what_is_dropped_is_gone(self, archive):
        await archive.customers.put([FULL, document("c2", "file:bert")])
        assert await archive.customers.drop(["c1", "none"]) == 1
        assert await archive.customers.drop(["c1"]) == await archive.customers.drop([]) == 0
        assert set(await archive.customers.get(["c1", "c2"])) == set(await archive.customers.counted()) == {"c2"}
        assert await archive.customers.holding(["file:anna", "rss:anna"]) == []

    async def test_who_names_an_account_is_found_among_many(self, archive):
        await archive.customers.put([document(f"c{n:04}", f"file:{n}", minute=n) for n in range(1100)])
        assert await archive.customers.holding([f"file:{n}" for n in range(600)]) == [f"c{n:04}" for n in range(600)]
        assert await archive.customers.counted() == {f"c{n:04}": at(n) for n in range(1100)}
        assert len(await archive.customers.get([f"c{n:04}" for n in range(1100)])) == 1100

    async def test_once_caught_up_counts_know_all_that_was_written(self, archive):
        await archive.write([enriched("1"), enriched("2")])
        await archive.customers.caught_up()
        (profile,) = await archive.profiles(Filter(), authors=["file:anna"], starts=[])
        assert profile.mentions == 2

    async def test_mentions_and_documents_leave_one_another_alone(self, archive):
        await archive.write([enriched("1")])
        await archive.customers.put([FULL])
        assert await archive.count(Filter()) == 1
        await archive.erase(authors=["file:bert"])
        assert await archive.customers.get(["c1"]) == {"c1": FULL}

    async def test_odd_names_and_long_ones_are_kept(self, archive):
        odd = replace(FULL, name="n" * 3000, segment=('a "b" \\ c', "é\u2028"), owner=("o" * 2000,))
        await archive.customers.put([odd])
        assert await archive.customers.get(["c1"]) == {"c1": odd}
