"""The watch for crises over real stores: four ordinary days, then what only looks like a crisis, and what is one."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from core.ports import Held, Measured
from core.telemetry import Gauge
from core.time import BUCKET, bucket_of, start_of
from core.types import Author, Enriched, Finding, Mention, Routing
from desk.store import alarms
from klankbord import configuration
from klankbord.crises import Watching
from klankbord.stores import open_stores
from tests.klankbord.program import Program, file_source

NOW = start_of(bucket_of(datetime(2026, 3, 4, 13, 0, tzinfo=UTC)))
ORDINARY = timedelta(days=4)
MINUTE = timedelta(minutes=1)
MONITORS = """monitors:
  merk: {query: noorderlijn}
  ander: {query: zuiderlijn}
"""


def said(name: str, at: datetime, *, monitor: str = "merk", **fields) -> Enriched:
    author = Author(id=f"file:author-of-{name}", followers=fields.pop("followers", 100))
    feeling = fields.pop("feeling", "neutral")
    mention = Mention(
        id=f"file:{name}",
        source=fields.pop("source", "file"),
        author=author,
        text=fields.pop("text", f"noorderlijn {name}"),
        created_at=at,
        seen_at=at,
        **fields,
    )
    findings = (Finding(name="sentiment", model="m", labels=(feeling,)),)
    return Enriched(mention=mention, findings=findings, routing=Routing(monitors=(monitor,)))


class House:
    """Stores with a clock of their own, and who watches over them."""

    def __init__(self, read, stores) -> None:
        self.read, self.stores, self.moment = read, stores, NOW
        self.measured = Measured()
        self.watching = self.another()

    def another(self) -> Watching:
        return Watching(self.read, self.stores, self.measured, clock=lambda: self.moment)

    async def arrives(self, held: Sequence[Held]) -> None:
        assert not await self.stores.archive.restore(held)

    async def hear(self, number: int, *, at: datetime, late: timedelta = MINUTE / 6, **fields) -> list[str]:
        """So many arrive within the minute from `at` on, each published so long before; their ids."""
        name = f"{at.isoformat()}-{late}-{fields.get('monitor', '')}-{len(fields)}"
        step = MINUTE / (number + 1)
        came = [at + place * step for place in range(number)]
        found = [said(f"{name}-{place}", one - late, **fields) for place, one in enumerate(came)]
        await self.arrives([Held(enriched=one, arrived_at=when) for one, when in zip(found, came, strict=True)])
        return [one.mention.id for one in found]

    async def level(self, after: timedelta = timedelta(0), monitor: str = "merk") -> str:
        self.moment += after
        await self.watching.look()
        return (await self.stands())[monitor].level

    async def stands(self) -> dict[str, alarms.Alarm]:
        return {one.monitor: one for one in await alarms.every(self.stores.desk)}


@asynccontextmanager
async def opened(folder):
    program = Program(folder, file_source("in.jsonl", keep="36500d"))
    (folder / "playbook.yaml").write_text(MONITORS)
    read = configuration.read(program.config)
    async with open_stores(read, lambda _: None) as stores:
        yield House(read, stores)


def ordinary(until: datetime, *, each: int = 2, **fields) -> list[Held]:
    """So many and one more in turn in each bucket of ORDINARY days."""
    found = []
    for number in range(bucket_of(until - ORDINARY), bucket_of(until)):
        for place in range(each + number % 2):
            came = start_of(number) + place * MINUTE
            one = said(f"{number}-{place}-{fields.get('monitor', '')}", came - MINUTE / 6, **fields)
            found.append(Held(enriched=one, arrived_at=came))
    return found


@pytest.fixture
async def house(tmp_path):
    async with opened(tmp_path) as one:
        await one.arrives(ordinary(NOW))
        yield one


async def test_an_ordinary_day_is_calm_and_a_monitor_that_nobody_heard_learns(house):
    assert await house.level(BUCKET) == "calm"
    assert (await house.stands())["ander"].level == "learning"
    assert house.measured.values[Gauge.ALARM, ("merk",)] == 0


async def test_a_crisis_is_an_alarm_before_its_bucket_ends_and_says_why(house):
    await house.level(2 * MINUTE)
    await house.hear(80, at=NOW + 2 * MINUTE, feeling="negative")
    assert await house.level(2 * MINUTE) == "alarm"
    told = (await house.stands())["merk"]
    assert told.seen >= 80 > 10 * told.expected > 0
    assert told.odds > 1000
    assert told.since == NOW
    assert house.measured.values[Gauge.ALARM, ("merk",)] == 2
