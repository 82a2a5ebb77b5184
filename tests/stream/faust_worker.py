"""A Faust worker in a process of its own, until SIGTERM, or until it is killed or ends itself.

It says so when the first messages reach its enrichers. Arguments: brokers, prefix of the topics, seconds an enricher
call takes, seconds until it counts as dead, seconds until it counts as stuck, and a text that hangs the enricher for ever.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Sequence

from core.ports import Measured, Mention, Understood
from stream.faust_runner import run
from stream.kafka import Settings
from tests.stream.faust_track import open_track_log, settings_of
from tests.stream.steps import Enrichers


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Hanging(Enrichers):
    hang: str = ""
    begun = threading.Lock()  # taken once

    def understand(self, mentions: Sequence[Mention]) -> Sequence[Understood]:
        if self.begun.acquire(blocking=False):
            say("works")
        if self.hang and any(self.hang in each.text for each in mentions):
            threading.Event().wait()
        return super().understand(mentions)


async def main(settings: Settings, *, delay: float, session: float, stuck: float, hang: str) -> None:
    enrichers = Hanging(slow=delay)
    enrichers.hang = hang
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_track_log(settings) as log:
        await run(
            log, enrichers.step(), topic="mentions", group="stream", stop=stop, measured=Measured(), most=50,
            session=session, stuck=stuck, report=say,
        )  # fmt: skip


if __name__ == "__main__":
    servers, prefix, delay, session, stuck, hang = sys.argv[1:]
    given = {"delay": float(delay), "session": float(session), "stuck": float(stuck)}
    asyncio.run(main(settings_of(servers, prefix), **given, hang=hang))
