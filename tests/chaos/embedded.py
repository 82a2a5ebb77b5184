"""The profile of one machine: one `klankbord run`, its three processes killed and its files locked."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager, suppress

import apsw

from tests.chaos.processes import Kept, klankbord
from tests.chaos.stage import Stage
from tests.klankbord.program import children


class Embedded(Stage):
    @asynccontextmanager
    async def open(self):
        """Everything runs."""
        async with self.player.serve() as jetstream:
            self.write(jetstream)
            self.run = Kept(
                "run", klankbord("run", config=self.config), folder=self.folder, environment=self.environment
            )
            self.kept = [self.run]
            self.run.start()
            try:
                yield self
            finally:
                await self.stop()

    @property
    def faults(self):
        return {
            "kill -9 the understander": lambda: self._kill("understander"),
            "kill -9 the keeper": lambda: self._kill("keeper"),
            "kill -9 the listener": self._kill_listener,
            "kill -9 all three at once": self._kill_all,
            "the archive's file is locked": lambda: self._lock("archive.db", 1 if self.short else 7),
            "the log's files are locked": lambda: self._lock("log/enriched.db", 2 if self.short else 12),
            "the clock jumps": self.clock_jumps,
            "the Jetstream breaks off": self.jetstream_breaks_off,
        }

    @property
    def private(self):
        """The folder in whose files nothing deleted may stand."""
        return self.data

    async def _kill(self, part):
        """Twice, the second time while it starts again."""
        for _ in range(2):
            if self.run.pid and (number := children(self.run.pid).get(part)):
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            await asyncio.sleep(1)

    async def _kill_listener(self):
        self.run.kill()

    async def _kill_all(self):
        numbers = [*children(self.run.pid).values(), self.run.pid] if self.run.pid else []
        for number in numbers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    async def _lock(self, name, seconds):
        """Another program writes into a file and does not come to an end."""
        path = self.data / name
        if not path.exists():
            return
        connection = apsw.Connection(str(path))
        try:
            connection.set_busy_timeout(300_000)
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()
