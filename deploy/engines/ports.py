"""Free ports for engines, below those that the system hands to clients.

A port from the system's own range could be taken by some client's outgoing connection while its engine is down, and a
client that calls the dead engine could even meet itself.
"""

import random
import socket
from contextlib import closing

LOWEST, HIGHEST = 20_000, 32_000


def free_ports(count: int, *wished: int) -> list[int]:
    """`count` ports that nobody listens on; `wished` ones come first where they are free."""
    found: list[int] = []
    candidates = [*wished, *random.sample(range(LOWEST, HIGHEST), 500)]
    for port in candidates:
        if len(found) < count and port not in found and is_free(port):
            found.append(port)
    return found


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
