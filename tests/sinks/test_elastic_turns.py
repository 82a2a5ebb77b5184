"""Who may write when."""

import asyncio

import pytest

from sinks._elastic_turns import Turns


async def settled():
    """Returns when everybody has gone as far as they can: none of them waits for anything but the others."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def seen():
    return []


@pytest.fixture
async def begin(seen):
    """Begins to take turns; what each of them waits for is set by its name."""
    turns, tasks = Turns(), []

    async def take(name, way, ends):
        async with getattr(turns, way)():
            seen.append(f"{name} in")
            await ends.wait()
            seen.append(f"{name} out")

    async def begin(name, way):
        ends = asyncio.Event()
        tasks.append(asyncio.create_task(take(name, way, ends)))
        await settled()
        return tasks[-1], ends

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def left(task, ends):
    ends.set()
    await task
    await settled()


async def test_those_beside_go_together_and_who_goes_alone_waits_for_all_of_them(begin, seen):
    one, other, alone = await begin("1", "beside"), await begin("2", "beside"), await begin("3", "alone")
    assert seen == ["1 in", "2 in"]
    await left(*other)
    assert seen[2:] == ["2 out"]
    await left(*one)
    assert seen[3:] == ["1 out", "3 in"]
    await left(*alone)


async def test_whoever_comes_later_waits_for_the_one_who_goes_alone(begin, seen):
    one, alone, later = await begin("1", "beside"), await begin("2", "alone"), await begin("3", "beside")
    assert seen == ["1 in"]
    await left(*one)
    assert seen[1:] == ["1 out", "2 in"]
    await left(*alone)
    assert seen[3:] == ["2 out", "3 in"]
    await left(*later)


async def test_one_who_gives_up_holds_up_nobody(begin, seen):
    one, waiting, later = await begin("1", "beside"), await begin("2", "alone"), await begin("3", "alone")
    waiting[0].cancel()
    one[0].cancel()
    await settled()
    assert seen == ["1 in", "3 in"]
    await left(*later)
