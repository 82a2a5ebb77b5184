"""Listening on the first port that is free."""

import errno
from collections.abc import Sequence

from aiohttp import web

from core.errors import Stop


async def bind(runner: web.AppRunner, host: str, ports: Sequence[int], *, what: str) -> int:
    """Listen on the first of these ports that is free, and say which; port 0 is any.

    Raises Stop where none is free or the host is not this machine's; `what` begins its sentence.
    """
    for candidate in ports:
        site = web.TCPSite(runner, host, candidate)
        try:
            await site.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Stop(f"{what} on {host}:{candidate}: {error.strerror}") from error
            await site.stop()
            continue
        return int(runner.addresses[-1][1])
    raise Stop(f"{what} on {host}: ports {ports[0]} to {ports[-1]} are all in use")
