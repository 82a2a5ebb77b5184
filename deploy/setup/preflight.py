"""Looks at the machine before anything is started: each thing that is missing becomes a sentence with what fixes it."""

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.ports import is_free

MAPS = 262_144
"""Memory maps that Elasticsearch asks a kernel for."""
MEMORY = 3_500
DISK = 5_000
"""Megabytes: for Kafka, Elasticsearch with its smallest heap and the parts; and for a first month of messages."""
FULLEST = 0.94
"""Share of a disk from which on Elasticsearch takes nothing in any more."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What was found: memory and disk in megabytes, `full` the share of the disk in use, and whether the port is taken."""

    maps: int
    memory: int
    disk: int
    full: float
    port: int
    port_taken: bool = False
    port_free: int = 0


def look(volume: Path, port: int) -> Machine:
    """The machine as it is now. `volume` lies on the disk that matters."""
    usage = shutil.disk_usage(volume)
    taken = not is_free(port) and not _ours(port)
    return Machine(
        maps=int(Path("/proc/sys/vm/max_map_count").read_text()),
        memory=_memory(Path("/proc/meminfo").read_text()),
        disk=usage.free // 1_000_000,
        full=usage.used / (usage.used + usage.free),
        port=port,
        port_taken=taken,
        port_free=next((other for other in range(port + 1, port + 100) if is_free(other)), 0) if taken else 0,
    )


def missing(machine: Machine, *, elasticsearch: bool = True) -> Iterator[str]:
    """A sentence for each thing that keeps the installation from working, with the command that fixes it.

    `elasticsearch` says whether its node runs on this machine.
    """
    if elasticsearch and machine.maps < MAPS:
        yield (
            f"the kernel allows {machine.maps:,} memory maps a process and Elasticsearch needs {MAPS:,}: "
            f"sudo sysctl -w vm.max_map_count={MAPS}; to keep it after a reboot: "
            f"echo vm.max_map_count={MAPS} | sudo tee /etc/sysctl.d/90-klankbord.conf"
        )
    if elasticsearch and machine.memory < MEMORY:
        yield (
            f"the machine has {machine.memory:,} MB of memory and {MEMORY:,} are needed: give it more (Docker Desktop: "
            "Settings, Resources), or try a smaller heap: KLANKBORD_ELASTICSEARCH_HEAP=512m KLANKBORD_PREFLIGHT=warn "
            "docker compose up -d"
        )
    if machine.disk < DISK or machine.full > FULLEST:
        yield (
            f"the disk of Docker's volumes has {machine.disk:,} MB left ({machine.full:.0%} in use); {DISK:,} MB are "
            f"needed, and Elasticsearch refuses to write from {FULLEST:.0%} on: docker system prune, or a larger disk"
        )
    if machine.port_taken:
        yield (
            f"port {machine.port} on 127.0.0.1 is in use by another program: "
            f"KLANKBORD_PORT={machine.port_free or machine.port + 1} docker compose up -d"
        )


def _memory(meminfo: str) -> int:
    total = next(line for line in meminfo.splitlines() if line.startswith("MemTotal:"))
    return int(total.split()[1]) * 1024 // 1_000_000


def _ours(port: int) -> bool:
    """Whether the page of an installation that runs already answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=3) as answer:
            return bool(answer.read(10) == b"ok\n")
    except (urllib.error.URLError, OSError, ValueError):
        return False
