"""What emerges, in the desk database."""

from datetime import UTC, datetime

from core.emerging import Emergence, Member, Risen
from desk.store import emerging, erasing

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FOUND = Emergence(
    at=NOW,
    learned=1.0,
    topics=tuple(
        Risen(
            id=f"t{topic}",
            members=tuple(Member(f"file:{topic}-{n}", f"file:a{n}", n % 2 == 0) for n in (3, 1, 2)),
            voices=6,
            usual=0.2,
            hours=2,
            trend=(0, 1, 5),
        )
        for topic in (2, 1)
    ),
)


async def test_what_emerges_is_read_as_it_was_told(desk):
    assert await emerging.now(desk) is None
    await emerging.put(desk, FOUND)
    assert await emerging.now(desk) == FOUND
    await emerging.put(desk, Emergence(at=NOW, learned=0.5))
    assert await emerging.now(desk) == Emergence(at=NOW, learned=0.5)


async def test_what_is_erased_or_deleted_is_no_member(desk):
    await emerging.put(desk, FOUND)
    await erasing.erase(desk, mentions=["file:1-1"], authors=["file:a2"], sinks=(), key=b"k" * 32)
    await erasing.forget(desk, {"file:2-3": NOW}, {})
    found = await emerging.now(desk)
    assert found is not None
    assert [[one.mention for one in topic.members] for topic in found.topics] == [["file:2-1"], ["file:1-3"]]
