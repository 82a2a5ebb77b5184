"""Finds a Java that is new enough among JAVA_HOME, the usual folders and PATH."""

import functools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.errors import Stop

USUAL = ("/usr/lib/jvm", "/opt", "/usr/local", "/Library/Java/JavaVirtualMachines")


def java_home(least: int, *, newest: int = 99) -> Path:
    """The home of the first Java from `least` to `newest`, JAVA_HOME before all others.

    Raises Stop with what to install where there is none.
    """
    found = dict(_homes())
    for home, version in found.items():
        if least <= version <= newest:
            return home
    have = ", ".join(f"{version} in {home}" for home, version in found.items()) or "none"
    raise Stop(
        f"Java {least} or newer is needed and was not found (there is: {have}); on Debian or Ubuntu: apt-get install "
        f"openjdk-{max(least, 17)}-jdk-headless, where its release has that; or set JAVA_HOME to another one"
    )


def _homes() -> Iterator[tuple[Path, int]]:
    places = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    on_path = shutil.which("java")
    if on_path:
        places.append(Path(on_path).resolve().parents[1])
    for usual in map(Path, USUAL):
        if usual.is_dir():
            places += sorted((one.resolve() for one in usual.iterdir() if one.is_dir()), key=str)
    for place in places:
        for home in (place, place / "Contents" / "Home"):
            version = _version(home)
            if version:
                yield home, version


@functools.cache
def _version(home: Path) -> int:
    """The major version, 0 where the folder holds no Java that can be run."""
    try:
        said = (home / "release").read_text()
    except OSError:
        return 0
    found = re.search(r'JAVA_VERSION="(?:1\.)?(\d+)', said)
    return int(found[1]) if found and os.access(home / "bin" / "java", os.X_OK) else 0
