"""How many cores this process may use."""

import os


def usable_cores() -> int:
    """At least 1; all of the machine's where the system keeps no list for a process, as macOS does not."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
