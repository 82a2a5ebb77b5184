"""The distributed program under measurement: parts of `klankbord run` on engines of their own."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import Any

import yaml

from bench._program import MONITORS, TOPICS
from core.ports import Log
from deploy.engines import elasticsearch, kafka
from stream import kafka as kafka_log
from stream import kafka_topics

TICK = os.sysconf("SC_CLK_TCK")


class Engines:
    """A broker and a node, with their addresses."""

    def __init__(self, broker: str, node: str) -> None:
        self.broker, self.node = broker, node


@contextmanager
def engines(folder: Path) -> Iterator[Engines]:
    """Both, until the block ends."""
    with (
        kafka.running(folder / "kafka", quick=False) as broker,
        elasticsearch.running(folder / "elasticsearch", heap="1g", quick=False) as node,
    ):
        yield Engines(broker.address, node.url)


@asynccontextmanager
async def log_of(broker: str, prefix: str) -> AsyncIterator[Log]:
    """A log on that broker with topics of its own."""
    settings = kafka_log.Settings(servers=broker, prefix=prefix)
    kafka_topics.apply(settings)
    async with kafka_log.open_log(settings) as log:
        yield log


def configured(folder: Path, on: Engines, name: str, enrich: Sequence[str]) -> Path:
    """A configuration in a folder of its own, with topics and indices of its own."""
    place = folder / name
    place.mkdir()
    (place / "playbook.yaml").write_text(
        yaml.safe_dump({"monitors": {key: {"query": query} for key, query in MONITORS.items()}, "topics": TOPICS})
    )
    path = place / "klankbord.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "organisation": {"name": "Bench", "languages": ["nl", "en"]},
                "log": {"use": "kafka", "settings": {"servers": on.broker, "prefix": f"{name}."}},
                "enrich": [{"use": one} for one in enrich],
                "sinks": [{"use": "elasticsearch", "settings": {"url": on.node, "prefix": name}}],
                "page": {"port": 0},
            }
        )
    )
    return path


@contextmanager
def parts(configuration: Path, *names: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """These parts of the program, each a process, until the block ends."""
    with ExitStack() as stack:
        yield [stack.enter_context(_part(configuration, name, number)) for number, name in enumerate(names)]


@contextmanager
def _part(configuration: Path, name: str, number: int) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "klankbord", "run", name, "-c", str(configuration)]
    log = configuration.with_name(f"{name}{number}.log")
    with log.open("wb") as said, subprocess.Popen(command, stderr=said, env=os.environ) as process:
        try:
            yield process
        finally:
            process.send_signal(SIGTERM)
            process.wait(60)


def cpu(process: "subprocess.Popen[bytes]") -> float:
    """CPU seconds it has used so far, all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def row(
    name: str, value: float, unit: str, workload: str, bound: str | None = None, *, holds: bool | None = None
) -> dict[str, Any]:
    """One row of bench/results.json; without a bound it is only reported."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "bound": bound,
        "holds": holds,
        "workload": workload,
    }
