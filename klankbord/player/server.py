"""What every player is: an HTTP server on this machine with events that wait for readers, and dials for faults."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from core.tasks import happens
from klankbord.player.faults import Faults, misbehaving


class Player:
    """Base of the players: `routes` is theirs, serving and waking are here.

    `push` may be called before and while it serves, from the loop that serves.

    requests   the paths that were asked for
    under_way  how many requests are being answered
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.requests: list[str] = []
        self.under_way = 0
        self._news = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    @asynccontextmanager
    async def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Serve on this machine; gives the base URL. Port 0 takes a free one; leaving breaks open streams off."""
        application = web.Application(middlewares=[self._noting(), misbehaving(self.faults)])
        application.add_routes(self.routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    def wake(self) -> None:
        """Tell waiting streams that there is something new."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until something is pushed, at most `seconds`."""
        await happens(self._news, within=seconds)

    def _noting(self) -> Middleware:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.requests.append(request.path_qs)
            self.under_way += 1
            try:
                return await handler(request)
            finally:
                self.under_way -= 1

        return middleware
