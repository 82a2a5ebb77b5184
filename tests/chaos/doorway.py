"""A door before Elasticsearch that can be told to answer 429 to everything: what a node with no room left in its queues says."""

from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
REFUSED = {"error": {"type": "es_rejected_execution_exception", "reason": "rejected execution"}, "status": 429}


class Doorway:
    """Passes requests on to `behind`; `refusing` answers 429 instead."""

    def __init__(self, behind):
        self._behind = behind
        self.refusing = False
        self.refused = 0

    @asynccontextmanager
    async def open(self):
        """Gives its address."""
        application = web.Application(client_max_size=1 << 30)
        application.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        async with aiohttp.ClientSession(auto_decompress=False) as self._session:
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                yield f"http://127.0.0.1:{runner.addresses[0][1]}"
            finally:
                await runner.cleanup()

    async def _pass(self, request):
        if self.refusing:
            self.refused += 1
            return web.json_response(REFUSED, status=429, headers={"X-Elastic-Product": "Elasticsearch"})
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        address = self._behind + str(request.rel_url)
        body = await request.read()
        try:
            async with self._session.request(request.method, address, data=body, headers=headers) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except (aiohttp.ClientError, OSError):
            if request.transport is not None:
                request.transport.close()  # as if nobody were there
            return web.Response(status=502)
