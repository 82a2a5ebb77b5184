"""What is kept of the forecasts: of this hour, made once, and made anew where somebody said something."""

import asyncio
from datetime import timedelta

import pytest

from core.document import Filter
from core.errors import Retry
from picture.forecast import Why
from picture.forecast.asking import ARRIVES, Forecasts
from tests.desk.corpus import NOW
from tests.desk.serving import fill, opened
from tests.desk.talk import talk
from tests.picture.forecast.made import AMSTERDAM

WHERE = Filter(monitors=("Noorderlijn",))


class Desk:
    """When it is, and how much was said so far."""

    def __init__(self, archive):
        self.archive, self.now, self.said = archive, NOW, 0
        self.forecasts = Forecasts(archive, AMSTERDAM, lambda: self.now, self._reached)

    async def _reached(self):
        return self.said

    async def asked(self):
        return await self.forecasts.of(WHERE)


@pytest.fixture
async def desk(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
        yield Desk(archive)


async def test_who_ask_at_once_get_the_same_one(desk):
    await fill(desk.archive, talk(NOW))
    first, second = await asyncio.gather(desk.asked(), desk.asked())
    assert first is second


async def test_who_goes_away_takes_nothing_from_who_stays(desk):
    await fill(desk.archive, talk(NOW))
    leaves, stays = asyncio.create_task(desk.asked()), asyncio.create_task(desk.asked())
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays).forecast is not None
    assert leaves.cancelled()


async def test_too_little_history_is_asked_again(desk):
    assert (await desk.asked()).why is Why.HISTORY
    await fill(desk.archive, talk(NOW))
    assert (await desk.asked()).why is None


async def test_what_somebody_says_is_in_the_next_one_and_what_comes_late_in_a_later_one(desk):
    await fill(desk.archive, talk(NOW))
    before = await desk.asked()
    assert await desk.asked() is before
    desk.said += 1
    said = await desk.asked()
    assert said is not before
    desk.now += ARRIVES - timedelta(seconds=1)
    assert await desk.asked() is said
    desk.now += timedelta(seconds=1)
    settled = await desk.asked()
    assert settled is not said
    desk.now += timedelta(minutes=20)
    assert await desk.asked() is settled


async def test_what_went_wrong_is_tried_again():
    forecasts = Forecasts(Away(), AMSTERDAM, lambda: NOW)
    for times in (1, 2):
        with pytest.raises(Retry, match=f"asked {times}"):
            await forecasts.of(WHERE)


class Away:
    """An archive that never answers, and counts how often it was asked."""

    asked = 0

    async def histogram(self, _where, **_):
        self.asked += 1
        raise Retry(f"asked {self.asked}")
