"""The budget of a day, on both engines."""

import asyncio
from datetime import date

from desk.store import spent

MONDAY, TUESDAY = date(2026, 3, 23), date(2026, 3, 24)
BUDGET = {"most_requests": 3, "most_tokens": 100}


async def test_a_day_has_so_many_requests(desk):
    assert [await spent.take(desk, MONDAY, tokens=1, **BUDGET) for _ in range(4)] == [True, True, True, False]
    assert await spent.of(desk, MONDAY) == (3, 3)


async def test_a_day_has_so_many_tokens(desk):
    assert [await spent.take(desk, MONDAY, tokens=60, **BUDGET) for _ in range(2)] == [True, False]
    await spent.correct(desk, MONDAY, -50)
    assert await spent.take(desk, MONDAY, tokens=60, **BUDGET)
    assert await spent.of(desk, MONDAY) == (2, 70)


async def test_the_next_day_begins_anew(desk):
    await spent.take(desk, MONDAY, tokens=100, **BUDGET)
    assert await spent.take(desk, TUESDAY, tokens=100, **BUDGET)
    assert await spent.of(desk, MONDAY) == (0, 0)


async def test_a_restart_does_not_give_it_back(opened):
    async with opened() as desk:
        await spent.take(desk, MONDAY, tokens=100, **BUDGET)
    async with opened() as desk:
        assert not await spent.take(desk, MONDAY, tokens=1, **BUDGET)


async def test_those_who_ask_at_once_share_it(desk):
    taken = await asyncio.gather(*(spent.take(desk, MONDAY, tokens=1, **BUDGET) for _ in range(8)))
    assert sum(taken) == 3
