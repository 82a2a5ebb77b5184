"""Migrates, and kills itself -9 at the so-manieth piece of progress: `python -m tests.klankbord.migrates_until HERE THERE N`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from klankbord import configuration
from klankbord.moving.migrate import migrate


class Deadly:
    def __init__(self, left):
        self.left = left

    def begin(self, what, total):
        self.tick(0)

    def tick(self, done):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    here, there = (configuration.read(Path(name)) for name in sys.argv[1:3])
    asyncio.run(migrate(here, there, Deadly(int(sys.argv[3])), print))
