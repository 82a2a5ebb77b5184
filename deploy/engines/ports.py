"""Free ports for engines, below those that the system hands to clients.

A port from the system's own range could be taken by some client's outgoing connection while its engine is down, and a
client that calls the dead engine could even meet itself. Nor does another process of this user choose what this one chose:
it is claimed as long as the process lives, also before its engine listens and while that is down.
"""

import fcntl
import os
import random
import socket
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

LOWEST, HIGHEST = 20_000, 32_000


def free_ports(count: int, *wished: int) -> list[int]:
    """`count` ports that nobody listens on or has claimed, from now on ours; `wished` ones come first where they are free."""
    found: list[int] = []
    candidates = [*wished, *random.sample(range(LOWEST, HIGHEST), 500)]
    for port in candidates:
        if len(found) < count and port not in found and is_free(port) and _claimed(port):
            found.append(port)
    return found


def _claimed(port: int) -> bool:
    """Whether this process has it from now on: its byte of the file of claims is locked, which ends with the process."""
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _claims() -> int:
    """The descriptor of this user's file of claims. It stays open: a lock ends with any descriptor of its file that is closed."""
    path = Path(tempfile.gettempdir()) / f"klankbord-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def is_free(port: int) -> bool:
    """Whether an engine could listen there."""
    with closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def accepts(port: int) -> bool:
    """Whether somebody answers there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
