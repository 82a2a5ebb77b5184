"""A strict receiver on a real socket: it takes only what Standard Webhooks and CloudEvents allow, or fails as it is told."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import jsonschema
import msgspec
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook

from core.tasks import end

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SCHEMAS = Path(__file__).parents[2] / "docs" / "events"

Answer = bytes | Callable[["Request", asyncio.StreamWriter], object] | None
"""What is written back whole; or what writes it, an awaitable; None never answers."""

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def status(number: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {number} Something", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Request:
    """One request as it came; `event` once it was found to be sound."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict:
        return msgspec.json.decode(self.body)

    @property
    def type(self) -> str:
        return self.event["type"].rpartition(".")[2]

    @property
    def text(self) -> str | None:
        return self.event["data"]["mention"]["text"] if self.type == "changed" else None


@dataclass
class Receiver:
    """`answers` are given first, one each; then `always`. A request that breaks a rule fails the test.

    events  whether all that comes are events; else they only have to be signed
    """

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    always: Answer | Callable[[Request], bytes] = OK
    secret: str = SECRET
    events: bool = True
    taken: list[Request] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    together: int = 0
    busy: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while request := await self._request(reader):
                self.busy += 1
                self.together = max(self.together, self.busy)
                try:
                    if not await self._answer(request, writer):
                        break
                finally:
                    self.busy -= 1
        writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Request | None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *rest = head.decode("latin-1").strip().split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
        body = await reader.readexactly(int(headers["content-length"]))
        if not line.startswith("POST /events"):
            self.wrong.append(line)
        return Request(headers, body)

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays."""
        try:
            self._sound(request)
        except Exception as error:  # noqa: BLE001 - told by the test, not lost in a task
            self.wrong.append(f"{type(error).__name__}: {error}")
        self.seen.append(request)
        answer = self.answers.pop(0) if self.answers else self.always
        if answer is None:
            await asyncio.sleep(3600)
        if callable(answer):
            made = answer(request)
            answer = await made if asyncio.iscoroutine(made) else made
        if answer.startswith(b"HTTP/1.1 2"):
            self.taken.append(request)
        writer.write(answer)
        await writer.drain()
        return b"Connection: close" not in answer and answer.endswith(b"\r\n\r\n")

    def _sound(self, request: Request) -> None:
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        signed = Webhook(self.secret).sign(request.id, at, request.body.decode())
        assert signed in request.headers["webhook-signature"].split(), "no signature is of this secret"
        assert "." not in request.id
        if not self.events:
            return
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", request.headers["traceparent"])
        event = from_structured_event(HTTPMessage(request.headers, request.body))
        assert request.headers["content-type"].startswith("application/cloudevents+json")
        published()[event.get_dataschema()].validate(event.get_data())
        assert "vector" not in request.body.decode()

    def texts(self) -> list[str | None]:
        return [request.text for request in self.taken]


@cache
def published() -> dict[str, jsonschema.Draft202012Validator]:
    """The published schemas of events' data, by name."""
    found = [msgspec.json.decode(path.read_bytes()) for path in SCHEMAS.glob("*.json")]
    return {one["$id"]: jsonschema.Draft202012Validator(one) for one in found}


@asynccontextmanager
async def receiving(*, tls: ssl.SSLContext | None = None, **how: object) -> AsyncIterator[Receiver]:
    """A receiver on 127.0.0.1, as long as this is open. Fails where a request broke a rule."""
    receiver = Receiver(**how)
    tasks: set[asyncio.Task] = set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        await receiver.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
    try:
        yield receiver
    finally:
        server.close()
        await end(tasks)
        await server.wait_closed()
    assert receiver.wrong == []
