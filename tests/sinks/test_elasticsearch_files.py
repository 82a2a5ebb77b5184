"""What is in the engine's files: nothing of what was erased, and after a kill all that was acknowledged."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from core.errors import Retry
from core.types import Mute
from tests.sinks.elastic import emptied, opened
from tests.sinks.messages import EVERYTHING, at, deletion, enriched, judgement

SECRET = ("zwartgallig", "kwetsbare", "wanhoopskreet", "quasimodo", "hartenbreker")


def secret(place: int):
    return enriched(f"s{place}", " ".join(SECRET), author="quasimodo", tags=("hartenbreker",), minute=place)


def traces(node) -> list[str]:
    """Which of the secrets can still be read in any file of the node's data."""
    found = bytearray()
    for file in (node.launch.folder / "data").rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # merged away meanwhile
            found += file.read_bytes().lower()
    return [word for word in SECRET if word.encode() in found]


@pytest.fixture
async def archive(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path, lets_go=timedelta(seconds=45)) as archive:
        others = [enriched(str(place), f"gewoon bericht nummer {place}", minute=place) for place in range(60)]
        for start in range(0, 60, 20):
            await archive.write([*others[start : start + 20], secret(start)])
        await archive.write(
            [judgement("file:s0", "tags", ("vip",), 1), Mute(by="r", at=at(1), author="file:quasimodo")]
        )
        yield archive
    await emptied(elasticsearch_node.url)


async def test_what_was_erased_deleted_or_edited_is_in_no_file(archive, elasticsearch_node):
    assert traces(elasticsearch_node)
    await archive.write([deletion("file:s0", 99), enriched("s20", "anders", edited=99, author="anna")])
    assert await archive.erase(authors=["file:quasimodo"]) == 1
    assert traces(elasticsearch_node) == []
    assert await archive.count(EVERYTHING) == 61


async def test_killed_while_writing_nothing_acknowledged_is_lost(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        batches = [[enriched(f"{batch}-{place}", f"bericht {batch}") for place in range(200)] for batch in range(8)]
        for batch in batches[:5]:
            assert not await archive.write(batch)
        under_way = asyncio.create_task(archive.write(batches[5]))
        await asyncio.sleep(0.01)
        elasticsearch_node.kill()
        with suppress(Retry):
            await under_way
        await asyncio.to_thread(elasticsearch_node.start)
        found = {one.enriched.mention.id: one.enriched async for some in archive.scan(EVERYTHING) for one in some}
        acknowledged = [one for batch in batches[:5] for one in batch]
        assert [found.get(one.mention.id) for one in acknowledged] == acknowledged
        for batch in batches[5:]:
            assert not await archive.write(batch)
        assert await archive.count(EVERYTHING) == 1600
