"""A proxy that stands before any of the systems and does what networks and busy servers do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.sinks.doubles.serving import served

HOP = {"content-length", "transfer-encoding", "connection", "content-encoding", "date", "server"}


@dataclass
class Between:
    """Forwards requests. What is dialled in holds for the next requests, each once, in this order.

    away     while True, every request is answered 503
    answers  (status, headers, body) instead of forwarding
    lost     requests that are forwarded, and whose answers never come: the connection is closed
    halved   answers of which half is sent
    late     seconds before the answers of as many requests
    huge     answers that go on for `megabytes`
    """

    away: bool = False
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    lost: int = 0
    halved: int = 0
    late: list[float] = field(default_factory=list)
    huge: int = 0
    megabytes: int = 20
    writes_only: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def before(self, upstream: str) -> AsyncIterator[str]:
        application = web.Application(client_max_size=1 << 26)
        patient = aiohttp.ClientTimeout()
        async with aiohttp.ClientSession(auto_decompress=False, timeout=patient) as session:

            async def passed(request: web.Request) -> web.StreamResponse:
                return await self._pass(session, upstream, request)

            application.router.add_route("*", "/{path:.*}", passed)
            async with served(application) as url:
                yield url

    async def _pass(self, session: aiohttp.ClientSession, upstream: str, request: web.Request) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        if self.away:
            return web.json_response({"error": "down for maintenance"}, status=503)
        if self._applies(request) and self.answers:
            status, headers, text = self.answers.pop(0)
            return web.Response(status=status, headers=headers, text=text)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in {"host", *HOP}}
        async with session.request(
            request.method,
            upstream + request.raw_path,
            data=await request.read() or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            return await self._given(request, web.Response(status=answer.status, headers=kept, body=body))

    async def _given(self, request: web.Request, response: web.Response) -> web.StreamResponse:
        if not self._applies(request):
            return response
        if self.lost:
            self.lost -= 1
            request.transport.close()
        elif self.halved:
            self.halved -= 1
            return await _half(request, response)
        elif self.late:
            await asyncio.sleep(self.late.pop(0))
        elif self.huge:
            self.huge -= 1
            return await _huge(request, self.megabytes)
        return response

    def _applies(self, request: web.Request) -> bool:
        """Faults can be kept for what makes or changes something, and not for what only asks."""
        path = request.path
        asks = request.method == "GET" or path.endswith(("/batch/read", "/search", "/oauth2/token"))
        return not (self.writes_only and asks)


async def _half(request: web.Request, response: web.Response) -> web.StreamResponse:
    """Say how long the body is, send half of it, and close."""
    body = response.body or b"{}"
    half = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
    half.content_length = max(2, len(body))
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    request.transport.close()
    return half


async def _huge(request: web.Request, megabytes: int) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "application/json"})
    await stream.prepare(request)
    try:
        await stream.write(b'{"results": "')
        for _ in range(megabytes):
            await stream.write(b"x" * (1 << 20))
    except ConnectionError:
        pass
    return stream
