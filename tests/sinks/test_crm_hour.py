"""A CRM that is down for an hour of simulated time, under the real delivery loop and the real log."""

import asyncio
from contextlib import asynccontextmanager
from random import Random

from core.codec import encode
from core.ports import Measured
from core.telemetry import Gauge
from core.topics import DEAD, ENRICHED, replay
from sinks import zendesk
from sinks._deliver import deliver
from stream.sqlite import open_log
from tests.sinks.doubles.between import Between
from tests.sinks.doubles.zendesk import ZendeskDouble
from tests.sinks.fakes import FakeSink
from tests.sinks.hurried import hurried
from tests.sinks.lending import opened_house
from tests.sinks.messages import deletion, enriched

MINUTE = 60.0


class Town:
    """A log, our side, a CRM behind a proxy, and who reads the log beside the CRM's sink."""

    def __init__(self, log, house, double, between):
        self.log, self.house, self.double, self.between = log, house, double, between
        self.other, self.measured, self.stop = FakeSink(name="other"), Measured(), asyncio.Event()

    async def tell(self, *items):
        for item in items:
            key = item.target if hasattr(item, "target") else self.house.say(item).mention.id
            if hasattr(item, "target"):
                self.house.archive.pop(key, None)
            await self.log.append(ENRICHED, [(key, encode(item))])

    async def minutes(self, count, begin):
        """Each a new mention and an edit of the one before; now and then one is deleted."""
        for minute in range(begin, begin + count):
            await self.tell(enriched(str(minute), f"{minute} eerste", minute=minute))
            if minute > begin:
                await self.tell(enriched(str(minute - 1), f"{minute - 1} tweede", minute=minute - 1, edited=minute))
            if minute % 7 == 0:
                await self.tell(deletion(f"file:{minute}", minute + 1))
            await asyncio.sleep(MINUTE)

    async def lags(self):
        return {row.group: row.lag for row in await self.log.state() if row.topic == ENRICHED}

    async def until_read(self, *groups):
        while any(lag for group, lag in (await self.lags()).items() if group in groups):  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(1)

    def deliver(self, sink):
        return deliver(
            self.log,
            sink,
            topics=(ENRICHED, replay(sink.name)),
            stop=self.stop,
            measured=self.measured,
            clock=lambda: self.house.moment,
            random=Random(1),
            report=self.house.said.append,
            wait=0.05,
        )


@asynccontextmanager
async def town(tmp_path):
    double, between = ZendeskDouble(), Between()
    served, kept = double.serve(), opened_house(tmp_path)
    async with served as upstream, between.before(upstream) as url, kept as house, open_log(tmp_path / "log") as log:
        house.link("file:anna", "c1", "Anna")
        settings = zendesk.Settings(url=url, email=double.email, token=double.token, patience="20h", every="1h")
        here = Town(log, house, double, between)
        built = zendesk.build(settings, house.tools(tmp_path), outward=house.outward())
        async with built as sink, asyncio.TaskGroup() as group:
            group.create_task(here.deliver(sink))
            group.create_task(here.deliver(here.other))
            yield here
            here.stop.set()


def subjects(house):
    """What is true: of each mention the subject of its current version."""
    return {mention: f"[file] {stored.enriched.mention.text}" for mention, stored in house.archive.items()}


def test_an_hour_down_holds_back_nothing_else_and_loses_nothing(tmp_path):
    async def hour():
        async with town(tmp_path) as here:
            here.between.away = True
            began = asyncio.get_running_loop().time()
            await here.minutes(60, begin=1)
            assert asyncio.get_running_loop().time() - began >= 3600
            await here.until_read("other")
            assert (await here.lags())["crm"] > 100
            assert here.measured.values[(Gauge.WAITING, ("crm",))] == 1
            assert here.double.tickets == {}
            here.between.away = False
            await here.until_read("crm", "other")
            assert dict(here.double.written) == subjects(here.house)
            assert len(here.double.written) == len(here.house.archive), "a version arrived more than once"
            await here.minutes(5, begin=70)
            await here.until_read("crm", "other")
            assert {one["external_id"]: one["subject"] for one in here.double.tickets.values()} == subjects(here.house)
            for mention in here.house.archive:
                arrived = [subject for key, subject in here.double.written if key == mention]
                assert arrived == sorted(set(arrived)), "eerste comes before tweede, each once"
            assert await here.log.count(DEAD) == 0
            assert here.measured.values[(Gauge.WAITING, ("crm",))] == 0

    hurried(hour())
