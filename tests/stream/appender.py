"""A process that appends numbered records one batch after another and prints each one once it is confirmed.

Arguments: folder, a letter put before the numbers, and after how many bytes a file the disk is full (0: never).
"""

import asyncio
import resource
import sys
from itertools import count
from pathlib import Path

from core.errors import Stop
from stream.sqlite import open_log


async def main(folder: Path, name: str, bytes_left: int) -> None:
    if bytes_left:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, bytes_left))
    async with open_log(folder) as log:
        for start in count(step=3):
            batch = [f"{name}{start + n}" for n in range(3)]
            await log.append("t", [("k", text.encode()) for text in batch])
            sys.stdout.write("\n".join(batch) + "\n")
            sys.stdout.flush()


try:
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
except Stop as stop:
    sys.stdout.write(f"{stop}\n")
