"""Runs the scripts that install an engine from this machine's packages, one at a time: their tool stands no two at once."""

import fcntl
import subprocess
import tempfile
from pathlib import Path

from core.errors import Stop
from deploy.engines.cache import Report

LOCK = Path(tempfile.gettempdir()) / "klankbord-install.lock"


def install(script: Path, what: str, *, report: Report) -> None:
    """Run the script, which finds out itself whether there is anything to do. Raises Stop where it fails."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report(f"installing {what}")
        done = subprocess.run([str(script)], capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    if done.returncode:
        raise Stop(done.stderr.strip() or f"{what} could not be installed")
