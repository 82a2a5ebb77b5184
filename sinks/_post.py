"""One POST to a receiver, and what its answer means: no redirects, no long answers, no places it must not go."""

import re
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from core.errors import Misconfigured
from core.retry_after import asked_wait
from core.time import Clock
from sinks._addresses import Forbidden, Network, Resolver, check

MOST_ANSWER = 16 * 1024
"""Bytes of an answer that are read: a receiver has nothing to say but its status."""
QUOTED = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of one request.

    status  None where there was no answer; `said` why, or the beginning of what the receiver wrote
    after   seconds that it asks to wait
    unsent  whether it is certain that nothing of the request arrived
    """

    status: int | None
    said: str
    after: float | None = None
    unsent: bool = False

    @property
    def taken(self) -> bool:
        """Only a 2xx is a success: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == 410

    @property
    def of_all(self) -> bool:
        """Whether it says something of the receiver rather than of what it was sent."""
        return self.status is None or self.status in _OF_ALL or self.status >= 500 or 300 <= self.status < 400


_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_OF_ALL = frozenset({401, 403, 404, 405, 408, 425, 429})


@asynccontextmanager
async def client(
    private: Sequence[Network], url: str, *, seconds: float, most: int, ca: Path | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """A session for that receiver alone: TLS verified, no cookies, no proxy, nothing decompressed, `most` connections.

    ca  certificate of the authority that signed the receiver's, where that is none this machine trusts
    """
    connector = aiohttp.TCPConnector(
        resolver=Resolver(private, plain=urlsplit(url).scheme == "http"),
        use_dns_cache=False,
        limit=most,
        ssl=True if ca is None else _trusting(ca),
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": f"klankbord/{version('klankbord')}", "Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=seconds),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as session:
        yield session


def _trusting(ca: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            [f"settings.ca: {ca} holds no certificate that can be read: {error.strerror or error}"]
        ) from None


async def post(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: Sequence[Network],
    clock: Clock,
) -> Answer:
    """Send it once. Never raises for what a receiver does."""
    try:
        _check_literal(url, private)
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            after = asked_wait(response.headers.get("Retry-After", ""), clock())
            return Answer(status=response.status, said=await _said(response), after=after)
    except TimeoutError:
        return Answer(status=None, said="did not answer in time")
    except Forbidden as error:
        return Answer(status=None, said=str(error), unsent=True)
    except aiohttp.ClientConnectorCertificateError:
        return Answer(status=None, said="shows a certificate that cannot be verified", unsent=True)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        cause = error.__cause__ if isinstance(error.__cause__, Forbidden) else None
        return Answer(
            status=None,
            said=str(cause) if cause else f"cannot be reached or broke off ({type(error).__name__})",
            unsent=isinstance(error, aiohttp.ClientConnectorError),
        )


async def _said(response: aiohttp.ClientResponse) -> str:
    """The beginning of its body. The status is the answer, whether or not the rest comes."""
    said = b""
    with suppress(aiohttp.ClientError, TimeoutError, OSError):
        said = await response.content.read(MOST_ANSWER)
    if not response.content.at_eof():
        response.close()  # whatever else it sends is not read
    return said[:QUOTED].decode(errors="replace").strip()


def _check_literal(url: str, private: Sequence[Network]) -> None:
    """An address in place of a name is not resolved, so it is looked at here; what only resembles one goes nowhere.

    aiohttp takes for an address whatever is digits and full stops, or holds a colon; and it rewrites what is not ASCII.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" not in host and not host.replace(".", "").isdigit() and _NAME.fullmatch(host):
        return
    try:
        address = ip_address(host)
    except ValueError:
        raise Forbidden(f"{host} is neither a name nor an address") from None
    check(host, address, private, plain=parts.scheme == "http")
