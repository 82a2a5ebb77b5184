"""HTTP to a source that we answer at: what came of a request is known, or it is said that nobody knows (Unsure)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
import msgspec

from core.errors import Denied, KlankbordError, Retry, Unsure
from core.ports import Tools
from core.quoting import quoted
from core.retry_after import asked_wait
from core.time import Clock
from publish._settings import Account

MOST_BODY = 8 * 1024 * 1024
"""Bytes of one answer: a page of a hundred posts is a tenth."""

MOST_SAID = 300
"""Characters that are kept of what the other side says of an error."""

CONNECT_SECONDS = 15.0
_LIMITS = ("retry-after", "x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
_REFUSED_UNREAD = frozenset({425, 429})

Query = Sequence[tuple[str, str]]
Shape = TypeVar("Shape")


class Answer(msgspec.Struct, frozen=True):
    """What came back: header names in lower case, the body decoded from JSON; None where it is empty or no JSON."""

    status: int
    headers: Mapping[str, str]
    value: Any  # whatever JSON holds

    @property
    def document(self) -> dict[str, Any]:
        """The JSON object that it is; an empty one where it is something else."""
        return self.value if isinstance(self.value, dict) else {}


class Client:
    """Requests to one source.

    base     its address; every path is below it, and no redirect is followed: a token goes nowhere else
    secrets  what must not be seen in what is said; a token that comes up later is added
    patience how long an answer may take
    settles  what Unsure says to wait
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        *,
        name: str,
        clock: Clock,
        secrets: Sequence[str],
        patience: timedelta,
        settles: timedelta = timedelta(),
    ) -> None:
        self.base, self.clock, self.secrets = base, clock, set(secrets)
        self.where = f"{name} at {base}"
        self._session, self._patience, self._settles = session, patience.total_seconds(), settles.total_seconds()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Query = (),
        body: Any = None,  # what JSON can hold
        sends: bool = False,
    ) -> Answer:
        """The answer, where it is a success or for the caller to judge: any 4xx but those that say to wait.

        Raises Retry for 425, 429 and where no connection was made, Denied for 401 and redirects. What leaves open whether
        the request was carried out (408, any 5xx, time-outs, broken connections, an answer that cannot be read) is Unsure
        for one that `sends`, and Retry for others.
        """
        data = None if body is None else msgspec.json.encode(body)
        sent = {**(headers or {}), "Accept": "application/json"}
        if data is not None:
            sent["Content-Type"] = "application/json"
        answer = await self._exchange(method, self.base + path, data, sent, query, sends=sends)
        if answer.status in _REFUSED_UNREAD:
            raise self.later(answer)
        if answer.status >= 500 or answer.status == 408:
            raise self._open(f"answered {answer.status}", sends=sends, after=self._wait(answer))
        if answer.status == 401:
            raise self.denied(answer)
        if 300 <= answer.status < 400:
            raise Denied(f"{self.where} sends us elsewhere (status {answer.status}); check its address")
        return answer

    def read(self, answer: Answer, shape: type[Shape], *, sends: bool = False) -> Shape:
        """What a success says. Raises as `ask` does where it is not of that shape."""
        try:
            return msgspec.convert(answer.value, shape)
        except msgspec.ValidationError:
            raise self._open("answered what is not understood", sends=sends) from None

    def later(self, answer: Answer) -> Retry:
        """It refuses for now, and did nothing."""
        return Retry(f"{self.where} takes no more for now (status {answer.status})", after=self._wait(answer))

    def denied(self, answer: Answer) -> Denied:
        return Denied(f"{self.where} refuses access (status {answer.status}): {self.said(answer.value)}")

    def unsure(self, why: str) -> Unsure:
        return Unsure(f"{self.where} {why}: whether it went out is not known", after=self._settles)

    def said(self, value: Any) -> str:
        """The other side's words about an error, short and without our secrets. Any: whatever its JSON holds."""
        return quoted(value, self.secrets, most=MOST_SAID)

    def _open(self, why: str, *, sends: bool, after: float | None = None) -> KlankbordError:
        return self.unsure(why) if sends else Retry(f"{self.where} {why}", after=after)

    def _wait(self, answer: Answer) -> float | None:
        asked = (asked_wait(answer.headers.get(name, ""), self.clock()) for name in _LIMITS)
        return next((seconds for seconds in asked if seconds is not None), None)

    async def _exchange(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str], query: Query, *, sends: bool
    ) -> Answer:
        try:
            async with (
                asyncio.timeout(self._patience),
                self._session.request(
                    method, url, data=data, headers=headers, params=query, allow_redirects=False
                ) as response,
            ):
                body = await _read(response)
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise Denied(f"{self.where} is no address that can be asked; check it") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Retry(f"{self.where} shows a certificate that cannot be verified") from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Retry(f"{self.where} cannot be reached ({type(error).__name__})") from None
        except TimeoutError:
            raise self._open("did not answer in time", sends=sends) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._open(f"broke off ({type(error).__name__})", sends=sends) from None
        return self._decoded(response, body, sends=sends)

    def _decoded(self, response: aiohttp.ClientResponse, body: bytes | None, *, sends: bool) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if body is None:
            raise self._open(f"answered more than {MOST_BODY >> 20} MB", sends=sends)
        try:
            value = msgspec.json.decode(body) if body else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            if response.status < 300:
                raise self._open(f"answered what is no JSON (status {response.status})", sends=sends) from None
            value = None
        return Answer(response.status, headers, value)


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections of one publisher: verified TLS, no cookies, no credentials from the environment.

    Each request has a connection of its own: an answer that comes twice is never taken for the answer to the next.
    """
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    async with aiohttp.ClientSession(
        headers={"User-Agent": "klankbord"},
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(force_close=True),
    ) as opened:
        yield opened


@asynccontextmanager
async def opened(
    settings: Account, tools: Tools, base: str, *, name: str, secrets: Sequence[str], settles: timedelta
) -> AsyncIterator[Client]:
    """A client with connections of its own; see Client."""
    async with session() as connections:
        yield Client(
            connections,
            base,
            name=name,
            clock=tools.clock,
            secrets=secrets,
            patience=settings.patience,
            settles=settles,
        )


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The body; None where it is too large."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(64 * 1024):
        size += len(piece)
        if size > MOST_BODY:
            return None
        pieces.append(piece)
    return b"".join(pieces)
