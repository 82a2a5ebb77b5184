"""A process that appends numbered records one batch after another and prints each one once it is confirmed.

Arguments: Kafka's address, the prefix of the topics, and a letter put before the numbers.
"""

import asyncio
import sys
from itertools import count

from stream.kafka import Settings, open_log
from tests.stream.kafka_place import topics_of


async def main(servers: str, prefix: str, name: str) -> None:
    settings = Settings(servers=servers, prefix=prefix)
    async with open_log(settings, declare=topics_of(settings)) as log:
        for start in count(step=3):
            batch = [f"{name}{start + n}" for n in range(3)]
            await log.append("t", [("k", text.encode()) for text in batch])
            sys.stdout.write("\n".join(batch) + "\n")
            sys.stdout.flush()


asyncio.run(main(*sys.argv[1:]))
