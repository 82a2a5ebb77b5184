"""Notes beside the charts, as they are kept."""

from datetime import UTC, datetime

from desk.store import annotations
from tests.desk import corpus


async def test_only_what_touches_the_range_is_shown(desk):
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for name, since, until in (
        ("before", noon.replace(day=1), noon.replace(day=2)),
        ("into", noon.replace(day=8), noon),
        ("moment", noon, None),
        ("after", noon.replace(day=12), None),
    ):
        await annotations.add(desk, since=since, until=until, text=name, by="ruth", at=corpus.NOW)
    found = await annotations.within(desk, noon.replace(hour=0), noon.replace(day=11))
    assert [one.text for one in found] == ["into", "moment"]


async def test_what_stands_is_told_whole(desk):
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    first, last = [
        await annotations.add(desk, since=noon.replace(day=day), until=None, text=f"{day}", by="ruth", at=corpus.NOW)
        for day in (2, 9)
    ]
    await annotations.remove(desk, last.id, by="ruth", at=corpus.NOW)
    assert await annotations.every(desk) == [first]
