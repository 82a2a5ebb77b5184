"""HTTP to a CRM or a tracker of work: every answer is usable, or says what happens next (Retry, Denied); never a secret in what is said."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import msgspec

from core.errors import Denied, Retry
from core.ports import Tools
from core.quoting import quoted
from core.retry_after import asked_wait
from core.time import Clock

MOST_BODY = 16 * 1024 * 1024
"""Bytes of one answer: a page of an export is a few million."""

CONNECT_SECONDS = 15.0
MOST_SAID = 400
"""Characters that are kept of what the other side says of an error."""

MOST_ASKED = 2_500
"""Letters of the ids that one address asks for: many a server takes 4,096 for a whole request line."""

Query = Mapping[str, str] | Sequence[tuple[str, str]]
"""What stands behind the question mark of an address; as pairs where a name comes more than once."""

_AGAIN = frozenset({408, 423, 425, 429})


class Answer(msgspec.Struct, frozen=True):
    """What came back: header names in lower case, the body decoded from JSON; None where it is empty or no JSON."""

    status: int
    headers: Mapping[str, str]
    value: Any  # whatever JSON holds
    text: str = ""


class Client:
    """Requests to one system.

    base     its address; every path is below it, and no redirect is followed: a token goes nowhere else
    headers  what lets us in, asked for before each request
    secrets  what must not be seen, asked for when something is said
    patience how long an answer may take
    judge    given first each answer of 400 or more, to raise what the system means by it where that is its own
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        *,
        name: str,
        clock: Clock,
        headers: Callable[[], Awaitable[Mapping[str, str]]],
        secrets: Callable[[], Sequence[str]],
        judge: Callable[[Answer], None] = lambda _: None,
        patience: timedelta,
    ) -> None:
        self.base, self.name = base, name
        self._session, self._clock, self._headers, self._judge = session, clock, headers, judge
        self._secrets, self._patience = secrets, patience.total_seconds()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer, where it is below 400 or for the caller to judge (400, 404, 409, 413, 422).

        `body` goes as JSON, bytes as they are. Raises Retry for 408, 423, 425, 429, any 5xx, time-outs, broken connections, redirects and
        what is no answer at all; Denied for 401 and 403.
        """
        sent = {**await self._headers(), **(headers or {}), "Accept": "application/json"}
        data = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = await self._exchange(method, self.base + path, data, sent, query)
        if answer.status >= 400:
            self._judge(answer)
            self._refuse(answer)
        if 300 <= answer.status < 400:
            raise Denied(f"{self._where()} sends us elsewhere (status {answer.status}); check its url")
        return answer

    def said(self, value: Any) -> str:
        """The other side's words about an error, short and without our secrets. Any: whatever its JSON holds."""
        return quoted(value, self._secrets(), most=MOST_SAID)

    async def _exchange(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str], query: Query
    ) -> Answer:
        try:
            async with (
                asyncio.timeout(self._patience),
                self._session.request(
                    method, url, data=data, headers=headers, params=query, allow_redirects=False
                ) as response,
            ):
                body = await _read(response, self._where())
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
            raise Denied(f"{self._where()} is no address that can be asked; check its url") from None
        except TimeoutError:
            raise Retry(f"{self._where()} did not answer in time") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Retry(f"{self._where()} shows a certificate that cannot be verified") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Retry(f"{self._where()} cannot be reached or broke off ({type(error).__name__})") from None
        return self._decoded(response, body)

    def _decoded(self, response: aiohttp.ClientResponse, body: bytes) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        try:
            value = msgspec.json.decode(body) if body else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            if response.status < 300:
                raise Retry(f"{self._where()} answered what is no JSON (status {response.status})") from None
            value = None
        return Answer(response.status, headers, value, body[:MOST_SAID].decode(errors="replace"))

    def _refuse(self, answer: Answer) -> None:
        if answer.status in _AGAIN or answer.status >= 500:
            after = asked_wait(answer.headers.get("retry-after", ""), self._clock())
            raise Retry(f"{self._where()} answered {answer.status}", after=after)
        if answer.status in {401, 403}:
            said = self.said(answer.value if answer.value is not None else answer.text)
            raise Denied(f"{self._where()} refuses access (status {answer.status}): {said}")

    def _where(self) -> str:
        return f"{self.name} at {self.base}"


@asynccontextmanager
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections of one sink: verified TLS, no cookies, no credentials from the environment."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    headers = {"User-Agent": "klankbord"}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as opened:
        yield opened


class Reached(Protocol):
    """What settings say of where a system is, and how long an answer of it may take."""

    @property
    def url(self) -> str: ...

    @property
    def patience(self) -> timedelta: ...


@asynccontextmanager
async def let_in_by(
    headers: Mapping[str, str],
    settings: Reached,
    tools: Tools,
    name: str,
    *,
    secrets: Sequence[str],
    judge: Callable[[Answer], None] = lambda _: None,
) -> AsyncIterator[Client]:
    """A client of a system that lets us in by headers that stay the same; see Client."""

    async def same() -> Mapping[str, str]:
        return headers

    async with session() as opened:
        yield Client(
            opened,
            settings.url,
            name=name,
            clock=tools.clock,
            headers=same,
            secrets=lambda: secrets,
            judge=judge,
            patience=settings.patience,
        )


def by_size(values: Sequence[str], most: int = MOST_ASKED) -> Iterator[Sequence[str]]:
    """The values in parts whose letters together, as an address spells them, are at most `most`; one alone may be more."""
    part: list[str] = []
    size = 0
    for value in values:
        more = len(quote(value)) + 6
        if part and size + more > most:
            yield part
            part, size = [], 0
        part.append(value)
        size += more
    if part:
        yield part


async def _read(response: aiohttp.ClientResponse, where: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(64 * 1024):
        size += len(piece)
        if size > MOST_BODY:
            raise Retry(f"{where} sent more than {MOST_BODY >> 20} MB")
        pieces.append(piece)
    return b"".join(pieces)
