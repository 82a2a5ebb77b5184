"""Simulations under way: one at a time, each for whoever began it, and ended with the page."""

import asyncio

import pytest

from core.errors import Reject, Retry
from desk.triage.running import Run, Runs
from desk.triage.simulating import Simulated

NOTHING = Simulated(mentions=3, none=3, units={}, hours={}, unowned={}, kept=(), small=frozenset())


def run():
    return Run(10, {}, {})


async def over():
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


async def test_it_tells_how_far_it_is_and_what_came_of_it():
    runs, one, began, go = Runs(), run(), asyncio.Event(), asyncio.Event()

    async def work(progress):
        progress(4)
        began.set()
        await go.wait()
        return NOTHING

    runs.begin("anna", one, work)
    await began.wait()
    assert (one.done, one.over) == (4, False)
    with pytest.raises(Reject, match="under way already"):
        runs.begin("bert", run(), work)
    go.set()
    await over()
    assert (runs.of("anna"), runs.of("bert"), one.result) == (one, None, NOTHING)


async def test_why_nothing_came_of_it_is_kept_and_the_next_can_begin():
    runs, one = Runs(), run()

    async def away(_):
        raise Retry("the archive is away")

    runs.begin("anna", one, away)
    await over()
    assert one.failed == "the archive is away"
    runs.begin("anna", run(), away)
    await over()


async def test_one_that_breaks_is_over_and_says_so():
    runs, one = Runs(), run()

    async def breaks(_):
        raise ZeroDivisionError("by nothing")

    runs.begin("anna", one, breaks)
    await over()
    assert (one.over, one.failed) == (True, "ZeroDivisionError")


async def test_what_is_under_way_ends_with_the_page():
    runs, began = Runs(), asyncio.Event()

    async def endless(_):
        began.set()
        await asyncio.Event().wait()

    runs.begin("anna", run(), endless)
    await began.wait()
    await runs.close()
    assert not runs.of("anna").over
