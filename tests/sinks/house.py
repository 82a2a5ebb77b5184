"""Our side of what leaves: real stores in a folder, with a clock that a test moves; what a sink is lent is the program's own."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from core.codec import decode
from core.ports import Measured, Tools
from core.telemetry import Duration
from core.time import now
from core.topics import DEAD, EVENTS
from klankbord.configuration import Configuration
from klankbord.outward import lend
from klankbord.stores import Stores, open_stores
from sinks import webhook
from tests.sinks.receiver import SECRET


@dataclass
class House:
    """`say` archives items and gives them back, as the log does; `later` moves the clock on, and nothing else does."""

    configuration: Configuration
    stores: Stores
    tmp_path: object
    said: list[str] = field(default_factory=list)
    moment: datetime = field(default_factory=now)
    measured: Measured = field(default_factory=Measured)

    def clock(self):
        return self.moment

    def later(self, **span):
        self.moment += timedelta(**span)

    async def say(self, *items):
        assert not await self.stores.archive.write(items)
        return items

    def outward(self, name="webhook"):
        return lend(self.configuration, self.stores, name, measured=self.measured, clock=self.clock)

    def tools(self):
        return Tools(
            clock=self.clock,
            random=Random(1),
            cache=self.tmp_path,
            report=self.said.append,
            measured=self.measured,
        )

    def arrivals(self, name="webhook"):
        """How many arrivals were measured, and the seconds of all of them."""
        return arrivals(self.measured, name)

    @asynccontextmanager
    async def sending(self, receiver, **settings):
        """The webhook sink that sends to that receiver."""
        given = {"url": receiver.url, "secrets": [SECRET], "allow_private": ["127.0.0.1"], **settings}
        made = webhook.Settings(**given)
        async with webhook.build(made, self.tools(), outward=self.outward()) as sink:
            yield sink

    async def row(self, mention, name="webhook"):
        return (await self.outward(name).shelf.get([mention])).get(mention)

    async def letters(self):
        return [decode(record.value) for record in await self.stores.log.tail(DEAD, 99)]

    async def published(self):
        return [(record.key, record.value) for record in await self.stores.log.tail(EVENTS, 9999)]


def arrivals(measured, name):
    spread = measured.spreads.get((Duration.ARRIVAL, (name,)))
    return (sum(spread.counts), spread.total) if spread else (0, 0)


@asynccontextmanager
async def house(tmp_path, **more):
    source = {"use": "file", "name": "file", "keep": "5000w", "settings": {"paths": ["*.jsonl"]}}
    given = {"organisation": {"name": "Klank"}, "sources": [source], "data": tmp_path / "data", "folder": tmp_path}
    configuration = Configuration.model_validate(given | more)
    async with open_stores(configuration, lambda _: None) as stores:
        yield House(configuration, stores, tmp_path)


async def until(found, within=60):
    async with asyncio.timeout(within):
        while not (answer := found()):  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)
        return answer


async def becomes(ask, wanted, within=60):
    """Wait until the answer of an async question is this one."""
    async with asyncio.timeout(within):
        while (answer := await ask()) != wanted:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)
        return answer
