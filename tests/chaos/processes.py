"""Processes of a chaos run, each started again whenever it ends, as whoever runs klankbord does."""

import asyncio
import signal
import sys
from contextlib import suppress

STOP_WITHIN = 300.0
AGAIN_AFTER = 0.3


def klankbord(*arguments, config):
    return [sys.executable, "-m", "klankbord", *arguments, "-c", str(config)]


class Kept:
    """One command, kept running until `stop`; what it says goes to a file beside the others."""

    def __init__(self, name, command, *, folder, environment):
        self.name, self._command, self._environment = name, command, environment
        self._said = folder / f"{name}.said"
        self.process = None
        self.starts = 0
        self._leaving = False
        self._task = None

    def start(self):
        self._task = asyncio.create_task(self._keep())

    @property
    def pid(self):
        return self.process.pid if self.process and self.process.returncode is None else None

    def kill(self):
        if self.pid:
            self.process.kill()

    async def stop(self):
        """Its exit code after SIGTERM; it is killed where it does not end."""
        self._leaving = True
        if self.pid:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_WITHIN):
                await asyncio.shield(self._task)
        except TimeoutError:
            self.kill()
            await self._task
        return self.process.returncode if self.process else 0

    def said(self):
        return self._said.read_text(errors="replace") if self._said.exists() else ""

    async def _keep(self):
        while not self._leaving:
            with self._said.open("ab") as said:
                self.process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said, env=self._environment
                )
                self.starts += 1
                await self.process.wait()
            if not self._leaving:
                await asyncio.sleep(AGAIN_AFTER)


async def once(command, *, environment, kill_after=None):
    """Exit code, output and errors of a command; killed -9 after so many seconds, if that is said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    reading = asyncio.create_task(process.communicate())
    if kill_after is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(kill_after):
                await asyncio.shield(reading)
        with suppress(ProcessLookupError):
            process.kill()
    output, errors = await reading
    return process.returncode, output.decode(errors="replace"), errors.decode(errors="replace")
