"""Tasks that run beside."""

import asyncio

from core.tasks import end


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
