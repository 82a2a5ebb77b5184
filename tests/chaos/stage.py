"""What both profiles share on the stage of a chaos run: configuration, sources, commands, and faults that need no engine."""

import asyncio
import os
import sys
from pathlib import Path

import yaml

from deploy.engines.ports import accepts, free_ports
from klankbord.player import BlueskyPlayer
from tests.chaos.naming import FILE
from tests.chaos.processes import klankbord, once
from tests.klankbord.packages import REFUSING, package

CLOCK = Path(__file__).parent / "clock"
TRIES = 20
NEW_LINE = "\n"
READY_WITHIN = 300


class Stage:
    """A folder with configuration and playbook, a Jetstream, and the processes that a profile keeps on it."""

    def __init__(self, folder, report, *, short=False):
        self.folder, self.report, self.short = folder, report, short
        self.config, self.data = folder / "klankbord.yaml", folder / "data"
        self.file, self.mended, self.clock = folder / f"{FILE}.jsonl", folder / "mended", folder / "clock"
        self.player = BlueskyPlayer()
        self.kept = []
        (self.webhook_port,) = free_ports(1)
        self.webhook = f"http://127.0.0.1:{self.webhook_port}/"
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(CLOCK), str(_installed(folder / "packages"))]),
            "CHAOS_CLOCK": str(self.clock),
        }
        self.jump(0)
        self.file.touch()

    def write(self, jetstream, **more):
        """The configuration; more is what the profile adds."""
        sources = [
            {"use": "file", "settings": {"paths": [self.file.name], "follow": True, "every": "0.1s"}},
            {"use": "webhook", "settings": {"port": self.webhook_port}},
            {
                "use": "bluesky",
                "settings": {
                    "hosts": [jetstream.replace("http", "ws")],
                    "followers": False,
                    "engagement": False,
                    "backfill": "12h",  # more than the clock jumps: a first connection may fall into that
                },
            },
        ]
        content = {
            "organisation": {"name": "Klank"},
            "sources": sources,
            "enrich": [{"use": "language"}, {"use": "refusing", "settings": {"until": str(self.mended)}}],
            "page": {"port": 0},
        }
        self.config.write_text(yaml.safe_dump(content | more))
        (self.folder / "playbook.yaml").write_text("monitors:\n  klank: {query: klank}\n")

    def jump(self, seconds):
        """Put the clock of all processes so far ahead."""
        part = self.clock.with_suffix(".part")
        part.write_text(str(seconds))
        part.replace(self.clock)

    async def listens(self):
        """Returns when every source is heard."""
        async with asyncio.timeout(READY_WITHIN):
            while not self._heard():  # noqa: ASYNC110 - it is another program that comes to listen
                await asyncio.sleep(0.1)

    def _heard(self):
        return accepts(self.webhook_port) and any("/subscribe" in one for one in self.player.requests)

    # --- faults: each is awaited to its end, and leaves things well ---

    async def clock_jumps(self):
        """Two hours ahead, as after a start with a wrong clock, and back; then half a minute behind, and back."""
        for seconds in (7200, 0, -30, 0):
            self.jump(seconds)
            await asyncio.sleep(2 if self.short else 5)

    async def jetstream_breaks_off(self):
        self.player.faults.cut_after = [1, 1]
        self.player.faults.duplicate = True
        await asyncio.sleep(3)
        self.player.faults.duplicate = False

    async def mend(self):
        self.mended.touch()

    async def replay(self):
        await self.succeeds("dead", "replay")

    async def reprocess(self):
        """Killed in its middle, and then to its end."""
        code, *_ = await once(
            klankbord("reprocess", "--rate", "300", config=self.config),
            environment=self.environment,
            kill_after=2 if self.short else 5,
        )
        self.report(f"reprocess was killed ({code})")
        await self.succeeds("reprocess", "--rate", "1000")

    async def succeeds(self, *arguments):
        """Run a command; it is tried again while it fails, for the engines come and go."""
        for _ in range(TRIES):
            command = klankbord(*arguments, config=self.config)
            code, output, errors = await once(command, environment=self.environment)
            if code == 0:
                self.report(f"{' '.join(arguments)}: {output.strip().partition(NEW_LINE)[0]}")
                return
            self.report(f"{' '.join(arguments)} could not: {errors.strip()[-300:]}")
            await asyncio.sleep(2)
        raise AssertionError(f"{' '.join(arguments)} failed {TRIES} times: {errors}")

    def traces(self):
        """Stack traces in what the processes said; there should be none."""
        return [one.name for one in self.kept if "Traceback" in one.said()]

    async def stop(self):
        """End all processes gracefully; gives those that did not end well with their code."""
        codes = await asyncio.gather(*(one.stop() for one in self.kept))
        return {one.name: code for one, code in zip(self.kept, codes, strict=True) if code}


def _installed(folder):
    """A package beside klankbord that brings the enricher, found by this process too."""
    package(folder, "refusing", REFUSING)
    sys.path.append(str(folder))
    return folder
