"""Serving the page on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from core.errors import Stop
from desk.web.access import LOCAL_NAMES
from desk.web.application import open_link
from desk.web.binding import bind
from desk.web.local import ANYWHERE, local_url

TRIES = 20
LONGEST_ADDRESS = 192 * 1024
"""Bytes: the longest query, every letter of it written as the twelve signs that one can take in an address."""


@asynccontextmanager
async def serve(app: web.Application, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve while the block runs; gives the URL without a trailing slash. A busy port gives way to the next free one.

    A host of ANYWHERE is for a container, which is a machine of its own; the page still answers to local names alone. Raises Stop
    where the host is not this machine's own, or none of twenty ports is free.
    """
    if host not in LOCAL_NAMES | ANYWHERE:
        raise Stop(f"the page is bound to this machine alone; {host} is not one of {', '.join(sorted(LOCAL_NAMES))}")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, max_line_size=LONGEST_ADDRESS)
    await runner.setup()
    try:
        ports = [0] if port == 0 else range(port, port + TRIES)
        taken = await bind(runner, host, ports, what="the page cannot be served")
        yield local_url(host, taken)
    finally:
        await runner.cleanup()


def one_time_url(app: web.Application, url: str) -> str:
    """The whole link that opens the page once."""
    return f"{url}{open_link(app)}"
