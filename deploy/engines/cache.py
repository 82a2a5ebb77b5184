"""Fetches an engine's files from Maven Central into the cache folder: once a version, whole or not at all."""

import fcntl
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Stop
from klankbord.caching import cache_folder

Report = Callable[[str], None]


def quiet(line: str) -> None:
    """Says nothing."""


NEEDED = 1 << 30
"""Bytes of disk that fetching one engine may take, Maven's own copy included."""


def version_of(name: str) -> str:
    """The version that the engine's pom.xml pins."""
    found = re.search(r"<engine\.version>(.+?)</engine\.version>", _pom(name).read_text())
    assert found  # noqa: S101 - the file lies beside this one
    return found[1]


def fetched(name: str, report: Report) -> Path:
    """The folder with the engine's files; Maven fetches them on first use, which `report` tells line by line.

    Safe to call from several processes at once. Raises Stop where Maven, disk or network is missing.
    """
    folder = cache_folder() / "engines" / f"{name}-{version_of(name)}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent, report):
        if not folder.is_dir():
            require_room(
                folder.parent, NEEDED, f"fetching {name} takes up to", "; or set KLANKBORD_CACHE to another disk"
            )
            for left in folder.parent.glob(f".{name}-*"):  # by one that was killed; the lock says that nobody uses it
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as made:
                into = Path(made) / "files"
                into.mkdir()
                _maven(name, into, report)
                into.rename(folder)
    return folder


@contextmanager
def alone(cache: Path, report: Report) -> Iterator[None]:
    """Hold the cache folder's lock; Maven's own repository does not stand two writers either."""
    with (cache / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another process that fetches an engine")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def require_room(folder: Path, least: int, why: str, otherwise: str = "") -> None:
    """Raises Stop where the folder's disk has fewer than `least` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Stop(f"{folder} has {free >> 20:,} MB left and {why} {least >> 20:,} MB; make room{otherwise}")


def _pom(name: str) -> Path:
    return Path(__file__).parent / name / "pom.xml"


def _maven(name: str, into: Path, report: Report) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Stop(f"fetching {name} needs Maven (mvn), which is not installed; on Debian: apt-get install maven")
    report(f"fetching {name} {version_of(name)}")
    command = [maven, "-B", "-Dstyle.color=never", "-f", str(_pom(name)), "package", f"-Dinto={into}"]
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout  # noqa: S101 - it is a pipe
        files = 0
        for line in process.stdout:
            lines.append(line.strip())
            if re.search(r"Downloaded from .*\.(jar|zip)\b", line):
                files += 1
                report(f"fetching {name} {version_of(name)}: {files} files")
    if process.returncode:
        raise Stop(f"Maven could not fetch {name} {version_of(name)}: {_reason(lines)}")
    if not any(into.iterdir()):
        raise Stop(f"Maven ended well and fetched nothing of {name} {version_of(name)}; what it said last: {lines[-1]}")


def _reason(lines: list[str]) -> str:
    """What Maven says is wrong, both ends of it: the first names what was asked for, the last why it did not come."""
    errors = [line.removeprefix("[ERROR]").strip() for line in lines if line.startswith("[ERROR]")]
    text = next(filter(None, errors), lines[-1] if lines else "it said nothing").removesuffix("-> [Help 1]").strip()
    return text if len(text) < 400 else f"{text[:180]} ... {text[-200:]}"
