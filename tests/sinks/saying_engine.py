"""An engine that says what a test wants it to: real HTTP on a free port, each request kept."""

import json
import ssl
from contextlib import asynccontextmanager

from aiohttp import web

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}
VERSION = {"nodes": {"n": {"version": "9.5.3"}}}


class Saying:
    """`say(method, path, status, body)` for the next such requests, the last of them for ever; others get 200 and {}."""

    def __init__(self):
        self.heard, self._answers = [], {}
        self.url = ""
        self.say("GET", "/_nodes/_local", 200, VERSION)

    def say(self, method, path, *answers, headers=PRODUCT):
        pairs = list(zip(answers[::2], answers[1::2], strict=True))
        self._answers[method, path] = [(status, body, headers) for status, body in pairs]

    async def answer(self, request):
        self.heard.append((request, await request.read()))
        waiting = self._answers.get((request.method, request.path), [(200, {}, PRODUCT)])
        status, body, headers = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(body):
            status, body = body(request, self.heard[-1][1])
        return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=headers)


@asynccontextmanager
async def saying(port=0, secure=None):
    """Serving until the block ends; `secure` holds certificates for TLS."""
    engine, app = Saying(), web.Application()
    app.router.add_route("*", "/{path:.*}", engine.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    context = None
    if secure is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(secure.certificate, secure.key)
    site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=context)
    await site.start()
    engine.url = f"http{'s' if secure else ''}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield engine
    finally:
        await runner.cleanup()
