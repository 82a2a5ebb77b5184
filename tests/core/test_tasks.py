"""Tasks that run beside."""

import asyncio

import pytest

from core.tasks import end, happens


async def test_all_are_cancelled_and_have_ended_however_each_does():
    done = []

    async def tidy():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            done.append("tidied")

    async def broken():
        raise ValueError

    tasks = [asyncio.create_task(tidy()), asyncio.create_task(broken()), asyncio.create_task(asyncio.Event().wait())]
    await asyncio.sleep(0)
    await end(tasks)
    assert done == ["tidied"]
    assert [task.cancelled() for task in tasks] == [True, False, True]


async def test_ending_none_ends_at_once():
    await end([])


async def test_an_event_happens_or_not():
    event = asyncio.Event()
    assert not await happens(event, within=0.001)
    asyncio.get_running_loop().call_soon(event.set)
    assert await happens(event, within=60)
    assert await happens(event, within=0)


@pytest.mark.parametrize("turns", range(4))
async def test_who_is_cancelled_as_the_event_happens_does_not_go_on(turns):
    event = asyncio.Event()
    waiting = asyncio.create_task(happens(event, within=60))
    await asyncio.sleep(0.01)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    cancelled = waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled() == cancelled
