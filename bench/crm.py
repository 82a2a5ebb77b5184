"""How soon a message is a ticket, at half of what the program takes on its way into a ticket system.

The whole program with every enricher and with a desk database, archive first; the ticket system is the strict double of
Zendesk that the tests use, in a process of its own and without a limit of calls, so that what is measured is ours.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench._program import ALL, FIRST, PATIENCE, Program, line, texts, warm

NAMES = ("arrival_to_crm_p95_seconds",)
COUNT, PACED = 1_000, 400

DOUBLE = """
import asyncio, sys, time
from tests.sinks.doubles.zendesk import ZendeskDouble

class Timed(ZendeskDouble):
    def _save(self, those, native, fields):
        super()._save(those, native, fields)
        if those is self.tickets and "external_id" in fields:
            print(fields["external_id"], time.perf_counter(), flush=True)

async def main():
    async with Timed().serve() as url:
        print(url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


class Tickets:
    """A ticket system that writes down when each ticket was made, in seconds of the machine's own clock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def url(self) -> str:
        """Its address, once it has one."""
        return self._wait(1)[0]

    @property
    def settings(self) -> Mapping[str, Any]:
        """The sink that makes them."""
        who = {"email": "bot@example.org", "token": "6wiIBWbG", "text": 360001}
        return {"use": "zendesk", "settings": {"url": self.url, "everyone": True, **who}}

    def made(self, count: int) -> dict[int, float]:
        """When the tickets of these many messages were made, by number, once they are."""
        pairs = [one.split() for one in self._wait(count + 1)[1:]]
        return {int(mention.removeprefix("bench:")): float(moment) for mention, moment in pairs}

    def _wait(self, count: int) -> list[str]:
        until = time.perf_counter() + PATIENCE
        while len(lines := self._path.read_text().splitlines()) < count:
            if time.perf_counter() > until:
                sys.exit(f"bench: {len(lines)} of {count} lines of the ticket system came in {PATIENCE} s")
            time.sleep(0.05)
        return lines


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """What the program takes, then latency at half of that, in turn."""
    rates, values = [], []
    for seed in range(rounds):
        with _both() as (program, tickets):
            rates.append(_rate(program, tickets, texts(COUNT, seed)))
        with _both() as (program, tickets):
            values.append(_late(program, tickets, texts(PACED, 100 + seed), rates[-1] / 2))
    value, rate = median(values), median(rates)
    return [
        {
            "name": NAMES[0],
            "value": round(value, 3),
            "unit": "s",
            "bound": "<= 3",
            "holds": value <= 3,
            "workload": f"{PACED} messages one by one at {rate / 2:.0f} a second, half of what the program takes into a ticket "
            f"system, from the append to a followed file until the ticket is made, all enrichers, median of {rounds}",
        }
    ]


@contextmanager
def _both() -> Iterator[tuple[Program, Tickets]]:
    """A ticket system, and the program that has made a first ticket there."""
    with TemporaryDirectory(prefix="klankbord-bench-") as folder:
        path = Path(folder) / "tickets.txt"
        with path.open("w") as file, subprocess.Popen([sys.executable, "-c", DOUBLE], stdout=file) as double:
            try:
                tickets = Tickets(path)
                with warm(ALL, [tickets.settings]) as program:
                    program.feed(line(FIRST + 1, "een tweede bericht: wat in de file stond, is geschiedenis"))
                    tickets.made(1)
                    yield program, tickets
            finally:
                double.terminate()


def _rate(program: Program, tickets: Tickets, said: Sequence[str]) -> float:
    """Messages a second from a followed file to tickets."""
    started = time.perf_counter()
    program.feed(b"".join(line(number, text) for number, text in enumerate(said)))
    made = tickets.made(1 + len(said))
    return len(said) / (max(made.values()) - started)


def _late(program: Program, tickets: Tickets, said: Sequence[str], rate: float) -> float:
    """95th percentile of the seconds from the append to the ticket."""
    sent: list[float] = []
    started = time.perf_counter()
    for number, text in enumerate(said):
        time.sleep(max(0.0, started + number / rate - time.perf_counter()))
        sent.append(time.perf_counter())
        program.feed(line(number, text))
    made = tickets.made(1 + len(said))
    return quantiles([made[number] - moment for number, moment in enumerate(sent)], n=20)[-1]
