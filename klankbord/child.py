"""A child process of `klankbord run`: `python -m klankbord.child PART CONFIGURATION`, PART being keeper or understander.

It ends when its standard input does, so that it never outlives its parent.
"""

import asyncio
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import apsw

from core.errors import KlankbordError
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.failing import sentence
from klankbord.folder import Folder
from klankbord.health.metrics import exposed
from klankbord.health.voice import speaking
from klankbord.health.watched import Watched
from klankbord.lending import Report, collect_less

SHOWN_AS = {"understander": "stream", "keeper": "keeper"}
"""What the parts are called where they are watched; the keeper is `sinks` and `page` in one."""


async def _ended(stop: asyncio.Event) -> None:
    """Set `stop` when standard input ends: the parent asked for it, or is gone."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()


async def _main(part: str, read: Configuration, say: Report) -> None:
    stop = asyncio.Event()
    ending = asyncio.create_task(_ended(stop))
    try:
        watched = Watched(part=SHOWN_AS[part])
        async with exposed(watched, read.metrics, Folder(read.data), port=0):
            await import_module(f"klankbord.{part}").work(read, stop, say, watched)
    finally:
        ending.cancel()


def main() -> None:
    """Do the part's work until the parent says so. Exit code 1 with a sentence where it cannot go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: more threads wait for one another on the CPU
    part, path = sys.argv[1:]
    collect_less()
    read = configuration.read(Path(path))  # the parent read it a moment ago
    with speaking(SHOWN_AS[part], read) as say:
        try:
            asyncio.run(_main(part, read, say))
        except (KlankbordError, OSError, apsw.Error, BaseExceptionGroup) as error:
            say(f"the {part} stops: {sentence(error)}", level="error")
            sys.exit(1)


if __name__ == "__main__":
    main()
