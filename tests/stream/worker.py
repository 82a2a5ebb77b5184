"""The embedded runner in a process of its own, until it is killed or has to stop, which it says.

Arguments: folder, seconds an enricher call takes, and after how many bytes a file the disk is full (0: never).
"""

import asyncio
import resource
import sys
from pathlib import Path

from core.errors import Stop
from core.ports import Measured
from stream.embedded import run
from stream.sqlite import open_log
from tests.stream.steps import Enrichers


async def main(folder: Path, delay: float, bytes_left: int) -> None:
    if bytes_left:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
    step = Enrichers(slow=delay).step()
    async with open_log(folder) as log:
        stop = asyncio.Event()
        await run(log, step, topic="mentions", group="stream", stop=stop, measured=Measured(), most=20)


try:
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
except Stop as stop:
    sys.stdout.write(str(stop))
    sys.exit(stop.code)
