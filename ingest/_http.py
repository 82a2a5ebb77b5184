"""HTTP as the connectors use it: every answer is either usable or says what happens next (Retry, Stop, Reject)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Literal
from urllib.parse import urlsplit

import aiohttp

from core.errors import Reject, Retry, Stop
from core.retry_after import asked_wait
from core.time import Clock, now

MOST_BODY = 32 * 1024 * 1024
TOTAL_SECONDS, QUIET_SECONDS, CONNECT_SECONDS = 60.0, 20.0, 15.0
_AGAIN = frozenset({408, 425, 429})
_ASKING = ("retry-after", "x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")


@dataclass(frozen=True)
class Answer:
    """What came back: header names are lower case; `body` is decompressed; `url` is after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


def user_agent() -> str:
    """How klankbord introduces itself to every source."""
    try:
        return f"klankbord/{version('klankbord')} (self-hosted social listening)"
    except PackageNotFoundError:
        return "klankbord (self-hosted social listening)"


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A session of one connector: verified TLS, our User-Agent, no cookies, no credentials from the environment."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=QUIET_SECONDS)
    headers = {"User-Agent": user_agent()}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def get(
    session: aiohttp.ClientSession,
    url: str,
    *,
    source: str,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | list[tuple[str, str]] | None = None,
    check: str = "the access token in the configuration",
    most: int = MOST_BODY,
    total: float = TOTAL_SECONDS,
    quiet: float = QUIET_SECONDS,
    clock: Clock = now,
) -> Answer:
    """One GET, read whole. 2xx, 304, 404, 410 and other 4xx are returned; the caller judges them.

    Raises Retry for 408, 425, 429, any 5xx, time-outs and broken connections; Stop for 401 and 403, saying to look at
    `check`; Reject (reason "too large") for a body of more than `most` bytes. `total` and `quiet` are seconds: the
    whole exchange, and the longest silence within it. Messages name the source and the host, never the query.
    """
    timeout = aiohttp.ClientTimeout(total=total, sock_connect=min(CONNECT_SECONDS, total), sock_read=quiet)
    async with _opened(
        session, url, source=source, headers=headers, parameters=parameters, check=check, timeout=timeout, clock=clock
    ) as response:
        body = await _read(response, most=most, source=source)
        return Answer(response.status, _plain_headers(response), body, str(response.url))


@asynccontextmanager
async def stream(
    session: aiohttp.ClientSession,
    url: str,
    *,
    source: str,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | list[tuple[str, str]] | None = None,
    check: str = "the access token in the configuration",
    quiet: float = 90.0,
    clock: Clock = now,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """A GET whose answer does not end (server-sent events). Raises as `get` does, also while the body is read."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=quiet)
    async with _opened(
        session, url, source=source, headers=headers, parameters=parameters, check=check, timeout=timeout, clock=clock
    ) as response:
        yield response


@asynccontextmanager
async def _opened(
    session: aiohttp.ClientSession,
    url: str,
    *,
    source: str,
    headers: Mapping[str, str] | None,
    parameters: Mapping[str, str] | list[tuple[str, str]] | None,
    check: str,
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own limits, passed through
    clock: Clock,
) -> AsyncIterator[aiohttp.ClientResponse]:
    with connection(source, url):
        async with session.get(url, headers=headers, params=parameters, timeout=timeout) as response:
            refuse(response.status, response.headers, source=source, host=host(url), check=check, now=clock())
            yield response


@asynccontextmanager
async def websocket(
    session: aiohttp.ClientSession,
    url: str,
    *,
    source: str,
    parameters: list[tuple[str, str]] | None = None,
    most: int = MOST_BODY,
    check: str = "the address in the configuration",
    clock: Clock = now,
) -> AsyncIterator["aiohttp.ClientWebSocketResponse[Literal[False]]"]:
    """An open WebSocket that pings every 20 seconds; text comes as bytes. Raises as `get` does, also while it is read."""
    with connection(source, url):
        try:
            async with session.ws_connect(
                url, params=parameters, heartbeat=20.0, max_msg_size=most, decode_text=False
            ) as socket:
                yield socket
        except aiohttp.WSServerHandshakeError as error:
            refuse(error.status, error.headers or {}, source=source, host=host(url), check=check, now=clock())
            if error.status == 400:
                raise Stop(f"{source}: {host(url)} refused what was asked (status 400); check {check}") from error
            raise Retry(f"{source}: {host(url)} did not open a WebSocket (status {error.status})") from error


class connection:  # noqa: N801 - used as `with connection(...)`, as contextlib names its own
    """Turns what a broken connection raises into Retry, and an impossible address into Stop."""

    def __init__(self, source: str, url: str) -> None:
        self.where = f"{source}: {host(url)}"

    def __enter__(self) -> None:
        """Nothing to open."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)):
            raise Stop(
                f"{self.where} is not an address that can be asked; check the url in the configuration"
            ) from error
        if isinstance(error, TimeoutError):
            raise Retry(f"{self.where} did not answer in time") from error
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            raise Retry(f"{self.where} shows a certificate that cannot be verified") from error
        if isinstance(error, (aiohttp.ClientError, ConnectionError, OSError)):
            raise Retry(f"{self.where} cannot be reached or broke off ({type(error).__name__})") from error


def refuse(status: int, headers: Mapping[str, str], *, source: str, host: str, check: str, now: datetime) -> None:
    """Raise what this status means, if it is not for the caller to judge. Pure."""
    if status in _AGAIN or status >= 500:
        after = wait_asked(headers, now) if status in _AGAIN or status == 503 else None
        raise Retry(f"{source}: {host} answered {status}", after=after)
    if status in {401, 403}:
        raise Stop(f"{source}: {host} refused access (status {status}); check {check}")


def wait_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the other side asks to wait: its Retry-After, else the time at which a rate limit starts anew. At most a day."""
    lower = {name.lower(): value for name, value in headers.items()}
    asked = (asked_wait(lower.get(name, ""), now) for name in _ASKING)
    return next((seconds for seconds in asked if seconds is not None), None)


def host(url: str) -> str:
    """The host of a URL, for messages: without user, password, path and query, which may hold secrets."""
    try:
        return urlsplit(url).hostname or "the address"
    except ValueError:
        return "the address"


async def _read(response: aiohttp.ClientResponse, *, most: int, source: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(64 * 1024):
        size += len(piece)
        if size > most:
            raise Reject(f"{source}: {response.url.host} sent more than {most} bytes", reason="too large")
        pieces.append(piece)
    return b"".join(pieces)


def _plain_headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Header names in lower case; repeated ones joined by commas, as RFC 9110 section 5.3 allows."""
    joined: dict[str, str] = {}
    for name, value in response.headers.items():
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return joined


class Pace:
    """A token bucket: on average `per_second` actions, at most `burst` at once. A clock that jumps back costs nothing."""

    def __init__(self, per_second: float, *, clock: Clock, burst: int = 1) -> None:
        self._step = timedelta(seconds=1 / per_second)
        self._burst = burst
        self._clock = clock
        self._free_from = clock() - self._step * burst

    def take(self) -> float:
        """Book one action; the seconds to wait before doing it."""
        moment = self._clock()
        earliest = moment - self._step * (self._burst - 1)
        self._free_from = min(max(self._free_from, earliest), moment + self._step * 1000)
        wait = (self._free_from - moment).total_seconds()
        self._free_from += self._step
        return max(0.0, wait)

    def pause(self, seconds: float) -> None:
        """Do nothing for this long: the other side asked for it."""
        self._free_from = max(self._free_from, self._clock() + timedelta(seconds=seconds))

    async def wait(self) -> None:
        """Book one action and wait until it may be done."""
        seconds = self.take()
        if seconds > 0:
            await asyncio.sleep(seconds)
