"""The profile of many machines: Kafka, Elasticsearch and each part of klankbord in a process of its own, all of them killed."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import aiohttp

from deploy.engines import elasticsearch, kafka
from tests.chaos.doorway import Doorway
from tests.chaos.processes import Kept, klankbord
from tests.chaos.stage import Stage

PARTS = ("sinks", "page", "stream", "stream", "ingest")
NODE_DIES = "kill -9 Elasticsearch"
BLOCK = "index.blocks.read_only_allow_delete"


class Distributed(Stage):
    """On these engines, or on some of its own."""

    def __init__(self, folder, report, *, broker=None, node=None, **how):
        super().__init__(folder, report, **how)
        self.broker, self.node = broker, node
        self.prefix = f"chaos-{os.urandom(4).hex()}"
        self._alone = {"broker": asyncio.Lock(), "node": asyncio.Lock()}

    @asynccontextmanager
    async def open(self):
        """Everything runs."""
        async with AsyncExitStack() as stack:
            await self._engines(stack)
            self.door = Doorway(self.node.url)
            url = await stack.enter_async_context(self.door.open())
            log = {"servers": self.broker.address, "prefix": f"{self.prefix}.", "partitions": 4}
            sink = {"use": "elasticsearch", "settings": {"url": url, "prefix": self.prefix}}
            jetstream = await stack.enter_async_context(self.player.serve())
            self.write(jetstream, log={"use": "kafka", "settings": log}, sinks=[sink])
            await self.succeeds("log", "apply")
            self.workers = []
            for part in PARTS:
                self._start(part)
            stack.push_async_callback(self.stop)
            yield self

    @property
    def faults(self):
        """A node takes as long to start again as the whole short form; there it is away in gentler ways."""
        return {name: fault for name, fault in self._faults.items() if not self.short or name != NODE_DIES}

    @property
    def _faults(self):
        return {
            "kill -9 ingest": lambda: self._kill("ingest"),
            "kill -9 one stream worker": lambda: self._kill("stream", 1),
            "kill -9 both stream workers": lambda: self._kill("stream", 2),
            "kill -9 sinks": lambda: self._kill("sinks"),
            "kill -9 the page": lambda: self._kill("page"),
            "kill -9 Kafka": lambda: self._engine_dies("broker", 2),
            NODE_DIES: lambda: self._engine_dies("node", 0),
            "Elasticsearch is read-only": self._read_only,
            "Elasticsearch answers 429": self._refusing,
            "a worker comes and goes": self._worker_comes_and_goes,
            "a worker hangs": self._worker_hangs,
            "the clock jumps": self.clock_jumps,
            "the Jetstream breaks off": self.jetstream_breaks_off,
        }

    @property
    def private(self):
        """The folder in whose files nothing deleted may stand."""
        return self.data

    async def _engines(self, stack):
        """Those that are given, or new ones, beside one another."""
        starting = []
        for name, module in (("broker", kafka), ("node", elasticsearch)):
            if getattr(self, name) is None:
                place = self.folder / name
                place.mkdir()
                running = module.running(place)
                starting.append((name, running, asyncio.to_thread(running.__enter__)))
        engines = await asyncio.gather(*(start for _, _, start in starting))
        for (name, running, _), engine in zip(starting, engines, strict=True):
            stack.push(running.__exit__)
            setattr(self, name, engine)

    def _start(self, part):
        name = f"{part}-{sum(one.name.startswith(part) for one in self.kept) + 1}"
        kept = Kept(name, klankbord("run", part, config=self.config), folder=self.folder, environment=self.environment)
        self.kept.append(kept)
        kept.start()
        return kept

    def _running(self, part):
        return [one for one in self.kept if one.name.startswith(part) and one.pid]

    async def _kill(self, part, most=1):
        for one in self._running(part)[:most]:
            one.kill()

    async def _engine_dies(self, name, away):
        engine = getattr(self, name)
        async with self._alone[name]:
            await asyncio.to_thread(engine.kill)
            await asyncio.sleep(away)
            await asyncio.to_thread(engine.start)
        self.report(f"{engine.launch.name} is back")

    async def _read_only(self):
        """As a node makes its indices whose disk is almost full."""
        async with self._alone["node"]:
            await self._block(True)
            await asyncio.sleep(self._while)
            await self._block(None)

    async def _block(self, value):
        address = f"{self.node.url}/{self.prefix}*/_settings?expand_wildcards=all"
        async with aiohttp.ClientSession() as session:
            for _ in range(120):
                with suppress(aiohttp.ClientError):
                    async with session.put(address, json={BLOCK: value}) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.5)
        raise AssertionError(f"the block of {address} could not be set to {value}")

    async def _refusing(self):
        self.door.refusing = True
        await asyncio.sleep(self._while)
        self.door.refusing = False

    async def _worker_comes_and_goes(self):
        worker = self._start("stream")
        await asyncio.sleep(2 * self._while)
        code = await worker.stop()
        self.kept.remove(worker)
        self.report(f"the third worker ended ({code})")
        assert code == 0 or (code == -signal.SIGTERM and not worker.said()), worker.said()  # it had hardly begun

    async def _worker_hangs(self):
        """Longer than its group waits for it; then it goes on, and has lost its partitions."""
        worker = self._running("stream")[:1]
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for one in worker:
                with suppress(ProcessLookupError, TypeError):
                    os.kill(one.pid, number)
            await asyncio.sleep(self._while + 4)

    @property
    def _while(self):
        return 3 if self.short else 8
