"""Kills an engine whose owner is gone: run as a script with its process number; standard input ends with the owner."""

import contextlib
import os
import select
import signal
import sys


def main() -> None:
    """Wait until the owner or the engine ends; take the engine's whole group along with the owner."""
    engine = int(sys.argv[1])
    watched = [sys.stdin.fileno()]
    if hasattr(os, "pidfd_open"):
        try:
            watched.append(os.pidfd_open(engine))
        except ProcessLookupError:
            return
    ended, _, _ = select.select(watched, [], [])
    if sys.stdin.fileno() in ended and len(ended) == 1:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(engine, signal.SIGKILL)


if __name__ == "__main__":
    main()
