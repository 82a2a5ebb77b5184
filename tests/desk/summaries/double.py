"""A language model's server on 127.0.0.1, strict by the published protocol: a request that a real one would refuse is refused.

Rules: OpenAI's API reference, "Create chat completion"; the servers of Ollama, llama.cpp and vLLM take this part of it.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from desk.summaries.settings import LanguageModelSettings

KEY = "sk-of-the-tests"
MODEL = "small"
FIELDS = {"model": str, "messages": list, "max_tokens": int, "temperature": float, "stream": bool}

Act = Callable[[web.Request], "web.StreamResponse | None"]


class Double:
    """`says` is what it answers; each of `acts` is done in its place once, in order. `asked` holds the bodies that passed."""

    def __init__(self) -> None:
        self.says = "Het gaat over de trein [1]."
        self.finish, self.tokens = "stop", 100
        self.acts: list[Act] = []
        self.asked: list[dict[str, object]] = []
        self.requests = 0
        self.settings = LanguageModelSettings()

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        wrong = await self._wrong(request)
        if wrong:
            return wrong
        if self.acts:
            done = self.acts.pop(0)(request)
            answer = await done if asyncio.iscoroutine(done) else done
            if answer is not None:
                return answer
        return web.json_response(self.completion(self.says))

    def completion(self, text: object) -> dict[str, object]:
        message = {"role": "assistant", "content": text}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
            "usage": {"prompt_tokens": self.tokens - 1, "completion_tokens": 1, "total_tokens": self.tokens},
        }

    async def _wrong(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, f"Incorrect API key provided: {request.headers.get('Authorization')}")
        if request.content_type != "application/json":
            return _error(415, "the body is JSON")
        body = json.loads(await request.text())
        kinds = {name: type(value) for name, value in body.items()}
        roles = [message.get("role") for message in body["messages"]]
        if (
            kinds != FIELDS
            or roles != ["system", "user"]
            or not all(message["content"] for message in body["messages"])
        ):
            return _error(400, "invalid body")
        if body["model"] != MODEL:
            return _error(404, f"The model `{body['model']}` does not exist")
        if body["stream"] or not 0 <= body["temperature"] <= 2 or body["max_tokens"] < 1:
            return _error(400, "invalid value")
        self.asked.append(body)
        return None

    def sent(self) -> list[dict[str, object]]:
        """The pieces that the last question held."""
        text = self.asked[-1]["messages"][1]["content"]
        mark, line = re.search(r"<untrusted (\w+)>\n(.*)\n</untrusted \1>", text).groups()
        assert len(mark) == 32
        return json.loads(line)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "invalid_request_error"}}, status=status)


def status(number: int, **headers: str) -> Act:
    return lambda _: web.Response(
        status=number, text=f"Bearer {KEY}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def body(content: bytes) -> Act:
    return lambda _: web.Response(body=content, content_type="application/json")


def cut_off(request: web.Request) -> object:
    """Says how long its answer is, sends less, and hangs up."""

    async def cut() -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b'{"choices": [')
        request.transport.close()
        return answer

    return cut()


@asynccontextmanager
async def double(**settings: object) -> AsyncIterator[Double]:
    """The server, and in `settings` what leads to it."""
    made = Double()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made.complete)
    async with TestServer(app) as server:
        given = {"base_url": str(server.make_url("/v1")), "model": MODEL, "key": KEY, "timeout": "20s"} | settings
        made.settings = LanguageModelSettings.model_validate(given)
        yield made
