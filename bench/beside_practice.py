"""What the organisation's practice costs the pipeline: best practices, answers, backlog, business events and the rest, beside it without."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bench._program import ALL, Practice, below, line, texts, warm
from core.time import now
from desk.store import happenings, practice_writing
from desk.store.database import Database
from desk.store.happenings import Happening, Kind
from desk.store.practices import State, Text
from klankbord.configuration import read
from klankbord.demo.stage import TOKEN
from klankbord.demo.tracker import PROJECT, Tracker
from klankbord.options import hush
from klankbord.stores import open_desk_alone

NAMES = ("practice_over_pipeline", "practice_cpu_over_pipeline")
PARTS, PART = 8, 400
BOUND = 1.02
EXAMPLE = Path(__file__).parents[1] / "deploy" / "example" / "playbook.yaml"
LATER = ("answers", "excellence", "maturity", "next_best_action")
"""Sections of the playbook that only the practice reads."""
PRACTICES, HAPPENED, PLACE_BYTES = 1_000, 1_000, 384
TICK = os.sysconf("SC_CLK_TCK")


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """Two programs at the same time, with and without, take the same messages in turn, part by part; which is first alternates.

    All that either used from the first to the last message is added up: what is done once a minute, or after a message can be found,
    counts for what it takes.
    """
    said = texts(rounds * PARTS * PART, seed=0)
    with _tracker() as url, warm(ALL, practice=WITHOUT) as bare, warm(ALL, practice=_with(url)) as having:
        took = {having: 0.0, bare: 0.0}
        before = {one: _cpu(one.process.pid) for one in took}
        for number in range(rounds * PARTS):
            first = number * PART
            lines = b"".join(line(n, said[n]) for n in range(first, first + PART))
            for program in (having, bare) if number % 2 else (bare, having):
                started = time.perf_counter()
                program.feed(lines)
                took[program] += program.wait(1 + first + PART) - started
        used = {one: _cpu(one.process.pid) - before[one] for one in took}
    workload = (
        f"{len(said):,} distinct messages, file to archive with all enrichers, triage and cases; with {PRACTICES:,} best practices, "
        f"{HAPPENED:,} business events, answers, publishers and a backlog, over without them, {PART} at a time in turn"
    )
    return [
        _row("practice_over_pipeline", took[having] / took[bare], f"seconds for {workload}"),
        _row("practice_cpu_over_pipeline", used[having] / used[bare], f"CPU of all processes for {workload}"),
    ]


def _cpu(pid: int) -> float:
    """CPU seconds so far of a process and all that it started."""
    each = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in below(pid))
    return sum(int(fields[11]) + int(fields[12]) for fields in each) / TICK


def _rules(*, without: Sequence[str] = ()) -> dict[str, Any]:  # Any: what YAML holds
    return {name: part for name, part in yaml.safe_load(EXAMPLE.read_text()).items() if name not in without}


WITHOUT = Practice(playbook=_rules(without=LATER))


def _with(tracker: str) -> Practice:
    """All of it set: an account at a source that is not asked while there is nothing to say, a tracker, and a desk that knows much."""
    account = {"instance": "http://127.0.0.1:9", "account": "bench", "token": "none"}
    followed = {"url": tracker, "project": PROJECT, "token": TOKEN}
    return Practice(
        configuration={
            "publishers": [{"use": "mastodon", "settings": account}],
            "backlog": {"use": "github", "every": "1m", "settings": followed},
        },
        playbook=_rules(),
        fill=lambda config: asyncio.run(_fill(config)),
    )


async def _fill(config: Path) -> None:
    async with open_desk_alone(read(config), hush) as desk:
        await _practices(desk, Random(7))
        told = [
            Happening(source="bench", key=f"{number}", kind=Kind.ORDER, since=now(), title="an order", amount=1.0)
            for number in range(HAPPENED)
        ]
        await happenings.put(desk, told, by="bench", at=now())


async def _practices(desk: Database, random: Random) -> None:
    """Approved, each somewhere else."""
    at = now()
    async with desk.writing() as connection:
        for number in range(PRACTICES):
            text = Text(language="nl", question=f"Vraag {number}?", answer=f"Antwoord {number}.")
            made = await practice_writing.propose(
                connection,
                title=f"Vraag {number}",
                texts=[(text, random.randbytes(PLACE_BYTES))],
                topics=(),
                unit="webcare",
                owner=None,
                from_case=None,
                by="bench",
                at=at,
            )
            until = at + timedelta(days=90)
            approved = {"state": State.APPROVED, "approved_by": "other", "approved_at": at, "expires_at": until}
            await practice_writing.change(connection, made, "approved", by="other", at=at, values=approved)


@contextmanager
def _tracker() -> Iterator[str]:
    """A tracker on this machine, in a thread of its own; gives its address."""
    ready: list[tuple[str, Callable[[], object]]] = []
    there = threading.Event()

    async def serve() -> None:
        over, loop = asyncio.Event(), asyncio.get_running_loop()
        async with Tracker(TOKEN).serve() as url:
            ready.append((url, lambda: loop.call_soon_threadsafe(over.set)))
            there.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    there.wait()
    url, stop = ready[0]
    try:
        yield url
    finally:
        stop()
        thread.join()


def _row(name: str, value: float, workload: str) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": "ratio",
        "bound": f"<= {BOUND}",
        "holds": value <= BOUND,
        "workload": workload,
    }
