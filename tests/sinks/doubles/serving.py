"""What the doubles share: a server on a free port, JSON answers, and a way to refuse from anywhere."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Refuses(Exception):  # noqa: N818 - named after what happens next
    """Answer this instead."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self._status, self._body, self._headers = status, body, headers

    @property
    def answer(self) -> web.Response:
        """A new one each time: one that was sent cannot be sent again."""
        return web.json_response(self._body, status=self._status, headers=self._headers)


@web.middleware
async def refusing(request: web.Request, handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refuses as refusal:
        return refusal.answer


@asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[str]:
    """The address it answers at."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    finally:
        await runner.cleanup()


async def body_of(request: web.Request, malformed: Refuses) -> dict:
    """The JSON object of a request that says that it is one."""
    if request.content_type != "application/json":
        raise malformed
    try:
        value = json.loads(await request.text())
    except ValueError:
        raise malformed from None
    if not isinstance(value, dict):
        raise malformed
    return value
