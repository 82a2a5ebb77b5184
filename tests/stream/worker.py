"""The embedded runner in a process of its own, until it is killed. Arguments: folder, seconds an enricher call takes."""

import asyncio
import sys
from pathlib import Path

from core.ports import Measured
from stream.embedded import run
from stream.sqlite import open_log
from tests.stream.steps import Enrichers


async def main(folder: Path, delay: float) -> None:
    step = Enrichers(slow=delay).step()
    async with open_log(folder) as log:
        stop = asyncio.Event()
        await run(log, step, topic="mentions", group="stream", stop=stop, measured=Measured(), most=20)


asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
