"""The real program under measurement: `klankbord run` on a folder of its own, fed through a file that grows."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import apsw
import yaml

from bench.monitors import messages, names
from core.codec import encode
from core.types import Author, Mention

PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What an organisation has set beside its sources, and what its desk knows before the program starts."""

    configuration: Mapping[str, Any] = field(default_factory=dict)
    playbook: Mapping[str, Any] = field(default_factory=dict)
    fill: Callable[[Path], None] = lambda _: None


NOTHING = Practice()


class Program:
    """A running klankbord: `feed` appends messages to what it follows, `archived` counts what can be found."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder, self.process = folder, process
        self._archive: apsw.Connection | None = None

    def feed(self, lines: bytes) -> None:
        """Append JSON lines to the file it follows."""
        with (self.folder / "in.jsonl").open("ab") as file:
            file.write(lines)

    def archived(self) -> int:
        """How many documents stand in the archive: they are searchable once they are there."""
        path = self.folder / "data" / "archive.db"
        if self._archive is None:
            if not path.exists():
                return 0
            self._archive = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            self._archive.set_busy_timeout(1000)
        try:
            return int(self._archive.execute("SELECT coalesce(max(id), 0) FROM documents").get)
        except apsw.SQLError:
            return 0

    def wait(self, count: int, every: float = 0.005) -> float:
        """Wait until that many are archived; returns the moment (perf_counter seconds) that was seen."""
        until = time.perf_counter() + PATIENCE
        while self.archived() < count:
            if time.perf_counter() > until:
                said = (self.folder / "log.txt").read_text()
                sys.exit(f"bench: {self.archived()} of {count} messages were archived in {PATIENCE} s\n{said}")
            time.sleep(every)
        return time.perf_counter()


def below(pid: int) -> list[int]:
    """A process and all it started, as far as they live."""
    found, waiting = [], [pid]
    while waiting:
        pid = waiting.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except FileNotFoundError:
            continue
        found.append(pid)
        waiting += map(int, children)
    return found


@contextmanager
def running(
    folder: Path,
    *,
    enrich: Sequence[str],
    monitors: Mapping[str, str],
    sinks: Sequence[Mapping[str, Any]] = (),
    practice: Practice = NOTHING,
) -> Iterator[Program]:
    """The program on a fresh folder, until the block ends; `sinks` come after the archive."""
    configuration: dict[str, Any] = {
        "organisation": {"name": "Bench", "languages": ["nl", "en"]},
        "sources": [{"use": "file", "settings": {"paths": ["in.jsonl"], "follow": True, "every": "0.05s"}}],
        "enrich": [{"use": name} for name in enrich],
        "sinks": [{"use": "sqlite"}, *sinks],
        "page": {"port": 0},
        **practice.configuration,
    }
    (folder / "klankbord.yaml").write_text(yaml.safe_dump(configuration))
    watched = {**practice.playbook.get("monitors", {}), **{name: {"query": query} for name, query in monitors.items()}}
    playbook = {"topics": TOPICS, **practice.playbook, "monitors": watched}
    (folder / "playbook.yaml").write_text(yaml.safe_dump(playbook))
    (folder / "in.jsonl").touch()
    practice.fill(folder / "klankbord.yaml")
    command = [sys.executable, "-m", "klankbord", "run", "-c", str(folder / "klankbord.yaml")]
    with (folder / "log.txt").open("wb") as log, subprocess.Popen(command, stderr=log, env=os.environ) as process:
        try:
            yield Program(folder, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def line(number: int, text: str) -> bytes:
    """One message as klankbord writes it itself, which the file connector reads back."""
    at = datetime(2026, 11, 1 + number % 20, number % 24, tzinfo=UTC)
    author = Author(id=f"bench:a{number % 997}", handle=f"a{number % 997}")
    return (
        encode(Mention(id=f"bench:{number}", source="bench", author=author, text=text, created_at=at, seen_at=at))
        + b"\n"
    )


TOPICS = {
    "storing": {"description": "storing en uitval", "keywords": {"nl": ["storing", "uitval"], "en": ["outage"]}},
    "prijs": {"description": "prijzen en kosten", "keywords": {"nl": ["duur", "prijs"], "en": ["price", "expensive"]}},
    "service": {"description": "klantenservice", "keywords": {"nl": ["medewerker", "hulp"], "en": ["staff", "help"]}},
}


ALL = ("language", "sentiment", "emotion", "intent", "topics")
FIRST = 10_000_000
MONITORS = {"everything": "source:bench", "trein": "trein OR train", "storing": "storing NOT weg"}


def texts(count: int, seed: int) -> list[str]:
    """Short Dutch and English texts, all different."""
    random = Random(seed)
    made = messages(random, names(random), count)
    return [f"{' '.join(mention.text.split())} {number}" for number, mention in enumerate(made)]


@contextmanager
def warm(
    enrich: Sequence[str], sinks: Sequence[Mapping[str, Any]] = (), practice: Practice = NOTHING
) -> Iterator[Program]:
    """The program on a new folder; it has understood one message already. `sinks` come after the archive."""
    with (
        tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder,
        running(Path(folder), enrich=enrich, monitors=MONITORS, sinks=sinks, practice=practice) as program,
    ):
        program.feed(line(FIRST, "een eerste bericht over de trein"))
        program.wait(1)
        yield program


def through(said: Sequence[str], enrich: Sequence[str]) -> float:
    """Seconds from the growth of the followed file until the last message can be found."""
    with warm(enrich) as program:
        lines = b"".join(line(number, text) for number, text in enumerate(said))
        started = time.perf_counter()
        program.feed(lines)
        return program.wait(1 + len(said)) - started
