"""What documents beside the mentions must do, whatever the engine and the kind: subclass DocumentsConformance and say which.

`full` is one with every field, `document(id, minute)` a small one that was counted so many minutes after the corpus began.
"""

from core.document import Filter
from tests.sinks.messages import at, enriched


class DocumentsConformance:
    async def test_a_document_comes_back_as_it_was_put(self, kept, full, document):
        await kept.put([full, document("c2")])
        assert await kept.get([full.id, "c2", "none"]) == {full.id: full, "c2": document("c2")}
        assert await kept.get([]) == {}

    async def test_one_takes_the_place_of_the_one_before(self, kept, full, document):
        await kept.put([full])
        await kept.put([later := document(full.id, minute=5)])
        assert await kept.get([full.id]) == {full.id: later}

    async def test_an_older_count_does_so_too_if_it_is_written_later(self, kept, document):
        await kept.put([document("c1", minute=5)])
        await kept.put([document("c1", minute=1)])
        assert await kept.counted() == {"c1": at(1)}

    async def test_what_is_dropped_is_gone(self, kept, full, document):
        await kept.put([full, document("c2")])
        assert await kept.drop([full.id, "none"]) == 1
        assert await kept.drop([full.id]) == await kept.drop([]) == 0
        assert set(await kept.get([full.id, "c2"])) == set(await kept.counted()) == {"c2"}

    async def test_many_are_kept_and_found(self, kept, document):
        await kept.put([document(f"c{n:04}", minute=n) for n in range(1100)])
        assert await kept.counted() == {f"c{n:04}": at(n) for n in range(1100)}
        assert len(await kept.get([f"c{n:04}" for n in range(1100)])) == 1100

    async def test_mentions_and_documents_leave_one_another_alone(self, archive, kept, full):
        await archive.write([enriched("1")])
        await kept.put([full])
        assert await archive.count(Filter()) == 1
        await archive.erase(authors=["file:bert"])
        assert await kept.get([full.id]) == {full.id: full}
