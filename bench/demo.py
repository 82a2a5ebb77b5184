"""How much memory the demo takes, all its processes together, the page being looked at."""

import os
import re
import subprocess
import sys
import tempfile
import time
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener

from bench._program import below

NAMES = ("demo_memory_mb",)
BOUND = 900
EVERY = 0.25


def run(rounds: int = 5) -> list[dict[str, Any]]:
    """The largest proportional set size of each of `rounds` demos, and the median of those."""
    value = median(peak() for _ in range(rounds))
    return [
        {
            "name": "demo_memory_mb",
            "value": round(value),
            "unit": "MB",
            "bound": f"<= {BOUND}",
            "holds": value <= BOUND,
            "workload": "`klankbord demo --once`: largest proportional set size over all processes, sampled every "
            f"{EVERY} s, overview and search opened every second, median of {rounds}",
        }
    ]


def peak() -> float:
    """The largest sum of proportional set sizes (MB) while one demo arrives."""
    with tempfile.TemporaryDirectory(prefix="klankbord-bench-") as folder, (Path(folder) / "log").open("wb") as log:
        command = [sys.executable, "-m", "klankbord", "demo", "--once", "--folder", f"{folder}/demo"]
        with subprocess.Popen(command, stdout=log, stderr=log, env=os.environ) as process:
            reader = _Reader(Path(folder) / "log")
            largest = 0.0
            while process.poll() is None:
                largest = max(largest, sum(map(proportional, below(process.pid))))
                reader.look()
                time.sleep(EVERY)
            if process.returncode:
                sys.exit(f"bench: the demo failed: {(Path(folder) / 'log').read_text()[-2000:]}")
    return largest


def proportional(pid: int) -> float:
    """Proportional set size of one process in MB; 0 for one that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


class _Reader:
    """Somebody who looks at the page once a second, from the printed link on."""

    def __init__(self, log: Path) -> None:
        self._log, self._open = log, build_opener(HTTPCookieProcessor(CookieJar()))
        self._base = ""
        self._last = 0.0

    def look(self) -> None:
        if not self._base:
            link = re.search(r"(http://\S+)/open\?key=\S+", self._log.read_text(errors="replace"))
            if link:
                self._base = link[1]
                self._open.open(link[0]).read()
        elif time.monotonic() - self._last > 1:
            self._last = time.monotonic()
            for path in ("/?range=28d", "/figures?range=28d", "/search?q=trein"):
                self._get(path)

    def _get(self, path: str) -> None:
        try:
            self._open.open(self._base + path, timeout=20).read()
        except OSError:  # the demo ends in the middle of an answer
            time.sleep(EVERY)
