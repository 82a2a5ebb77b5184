"""Messages pushed over HTTP: plain JSON or CloudEvents, signed, answered only when they are durable.

Plain JSON is one object or a list of them, with `text` and whatever else is known: id (a repeated one is the same
message), title, author, author_id, created_at, url, language, rating, tags, reply_to, kind, visibility, followers,
likes, replies; other common names are understood as in files. {"id": "7", "deleted": true} takes a message away.
klankbord's own records are taken as they are where they are this webhook's, any source's where `trusted: true` is set.
The answer 202 means stored; after 503 the sender sends again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web
from pydantic import Field, model_validator

from core.errors import Reject, Stop
from core.ports import Batch, Parse, Parsed, Tools
from core.settings import Settings as Base
from core.settings import Span
from core.types import Deletion, Failure, Kind, Mention
from ingest._dates import Zone
from ingest._push import alone, messages, recorded
from ingest._rows import Context
from ingest._signature import refusal
from ingest._valid import sound

SOURCE, STREAM = "webhook", "in"
MOST_WAITING = 50  # requests that wait for the log at the same time
MOST_MESSAGES = 500  # of one batch, unless one request holds more
BODY_SECONDS = 30.0
QUIET_SECONDS = 10.0
ABSENCE = timedelta(seconds=5)  # shorter ones are no gap


class Settings(Base):
    """Where to listen, and whom to let in.

    host, port, path  where messages are POSTed; port 0 takes a free one
    secret      signs each request as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature)
    token       or: the request says `Authorization: Bearer TOKEN`
    window      how far a signature's time may be off, which bounds replays
    most        bytes of a body
    wait        how long a request waits for its messages to be durable before it is told to come again
    namespace   put before ids that are not global
    trusted     whether whoever pushes may send klankbord's own records of any source, deletions too: for feeding exports
                back; else all ids are the webhook's own
    kind, site, language, zone  of messages that do not say it
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8421, ge=0, le=65535)
    path: str = Field(default="/", pattern="^/")
    secret: str = Field(default="", repr=False)
    token: str = Field(default="", repr=False)
    window: Span = timedelta(minutes=5)
    most: int = Field(default=4 * 1024 * 1024, ge=1024)
    wait: Span = timedelta(seconds=10)
    namespace: str = ""
    trusted: bool = False
    kind: Kind = Kind.POST
    site: str | None = None
    language: str | None = None
    zone: Zone = "Europe/Amsterdam"

    @model_validator(mode="after")
    def _not_open_to_all(self) -> "Settings":
        if not self.secret and not self.token and not _is_loopback(self.host):
            raise ValueError(f"listening on {self.host} needs a secret or a token, or anyone could push messages")
        return self


@dataclass
class _Waiting:
    """One request's messages, and its answer: True when they are durable, False when they will not be."""

    mentions: tuple[Mention, ...]
    deletions: tuple[Deletion, ...]
    failed: tuple[Failure, ...]
    durable: asyncio.Future[bool]


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator["Webhook"]:
    """Listens while open. Raises Stop where the address cannot be taken."""
    webhook = Webhook(settings, tools)
    application = web.Application(client_max_size=settings.most)
    application.router.add_post(settings.path, webhook.receive)
    runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            raise Stop(f"webhook: cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None
        webhook.port = runner.addresses[0][1]
        tools.report(f"webhook: listening on http://{settings.host}:{webhook.port}{settings.path}")
        yield webhook
    finally:
        webhook.close()
        await runner.cleanup()


class Webhook:
    """The connector: one stream, fed by requests.

    port       where it listens
    listening  set while a runner takes what comes; else requests are told to come again
    """

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._settings, self._tools = settings, tools
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(MOST_WAITING)
        self.listening = asyncio.Event()
        self.port = settings.port
        self._context = _context(settings, tools.clock())

    def streams(self) -> Sequence[str]:
        return (STREAM,)

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:  # noqa: ARG002 - there is one
        """The cursor is when it last listened: what came between was told to come again, or found nobody."""
        self.listening.set()
        taken: list[_Waiting] = []
        try:
            since = self._tools.clock()
            if absence := _absence(cursor, since):
                yield absence
            while True:
                taken = await self._take()
                until = self._tools.clock()
                yield Batch(
                    mentions=tuple(mention for one in taken for mention in one.mentions),
                    deletions=tuple(deletion for one in taken for deletion in one.deletions),
                    failed=tuple(failure for one in taken for failure in one.failed),
                    cursor=until.isoformat(),
                    since=since,
                    until=until,
                )
                _answer(taken, durable=True)
                taken, since = [], until
        finally:
            _answer(taken, durable=False)
            self.close()

    def close(self) -> None:
        """Whoever still waits is told to come again."""
        self.listening.clear()
        while not self._queue.empty():
            _answer([self._queue.get_nowait()], durable=False)

    async def receive(self, request: web.Request) -> web.Response:
        """202 when durable; 400, 401, 408, 413, 415 with a sentence; 503 when the sender should come again.

        What is refused for what it holds (400, 415) is set aside as well: its sender may not look at answers.
        """
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return _said(408, f"the body did not come within {BODY_SECONDS:.0f} seconds")
        except web.HTTPRequestEntityTooLarge:
            return _said(413, f"the body is larger than {self._settings.most} bytes")
        except (web.RequestPayloadError, ValueError):
            return _said(400, "the body cannot be read: it was cut or its encoding is damaged")
        refused = refusal(
            headers,
            body,
            secret=self._settings.secret,
            token=self._settings.token,
            window=self._settings.window.total_seconds(),
            now=self._tools.clock(),
        )
        if refused:
            return _said(401, refused)
        return await self._accept(body, headers)

    async def _accept(self, body: bytes, headers: dict[str, str]) -> web.Response:
        context = msgspec.structs.replace(self._context, seen_at=self._tools.clock())
        status = 400
        try:
            found = list(messages(body, context, headers=headers))
        except Reject as error:
            status = 415 if error.reason == "unsupported" else 400
            found = [Failure(error.reason, sound(str(error)), alone(body))]
        failed = tuple(item for item in found if isinstance(item, Failure))
        if not found:
            return _said(400, "the body holds no message")
        waiting = _Waiting(
            mentions=tuple(item for item in found if isinstance(item, Mention)),
            deletions=tuple(item for item in found if isinstance(item, Deletion)),
            failed=failed,
            durable=asyncio.get_running_loop().create_future(),
        )
        if not await self._is_durable(waiting):
            return _said(503, "the messages are not stored yet; send them again", {"Retry-After": "5"})
        if len(failed) == len(found):
            return _said(status, failed[0].detail)
        refused = [{"reason": failure.reason, "detail": failure.detail} for failure in failed]
        return web.json_response({"accepted": len(found) - len(failed), "refused": refused}, status=202)

    async def _is_durable(self, waiting: _Waiting) -> bool:
        if not self.listening.is_set() or self._queue.full():
            return False
        self._queue.put_nowait(waiting)
        try:
            async with asyncio.timeout(self._settings.wait.total_seconds()):
                return await waiting.durable
        except TimeoutError:
            return False

    async def _take(self) -> list[_Waiting]:
        """What waits now, or the first that comes; none after a while, which makes a heartbeat.

        A deletion ends a batch: within one it counts last, and what is sent after it is written anew.
        """
        taken: list[_Waiting] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_SECONDS):
                taken.append(await self._queue.get())
        while not self._queue.empty() and sum(len(one.mentions) for one in taken) < MOST_MESSAGES:
            if taken and taken[-1].deletions:
                break
            taken.append(self._queue.get_nowait())
        return [one for one in taken if not one.durable.done()]


def parse(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
    """What a recorded body holds, CloudEvents or plain, from a sender who is not trusted. Never raises."""
    return parse_by(Settings())(payload, name, seen_at)


def parse_by(settings: Settings) -> Parse:
    """As `parse`, of what was sent to a webhook of these settings."""

    def parse_body(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:  # noqa: ARG001 - core.ports.Parse asks for it
        try:
            yield from recorded(payload, _context(settings, seen_at))
        except Exception as error:  # noqa: BLE001 - the guard of a function that never raises, whatever it is given
            yield Failure("malformed", sound(f"{type(error).__name__}: {error}"[:500]), payload)

    return parse_body


def _context(settings: Settings, seen_at: datetime) -> Context:
    return Context(
        source=SOURCE,
        namespace=settings.namespace,
        zone=ZoneInfo(settings.zone),
        seen_at=seen_at,
        kind=settings.kind,
        site=settings.site,
        language=settings.language,
        trusted=settings.trusted,
    )


def _absence(cursor: str | None, now: datetime) -> Batch | None:
    """The stretch in which nobody listened, where it is worth telling."""
    try:
        last = datetime.fromisoformat(cursor) if cursor else now
    except ValueError:
        last = now
    if now - last < ABSENCE:
        return None
    return Batch(cursor=now.isoformat(), since=last, until=now, gap="klankbord was not listening")


def _answer(waiting: Sequence[_Waiting], *, durable: bool) -> None:
    for one in waiting:
        if not one.durable.done():
            one.durable.set_result(durable)


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": sound(sentence)}, status=status, headers=headers)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
