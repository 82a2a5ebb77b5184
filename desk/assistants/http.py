"""The same tools over the protocol's streamable HTTP: on this machine alone, for whoever brings a token of the API.

https://modelcontextprotocol.io/specification/2025-06-18/basic/transports: such a server checks the Origin of each request, so
that no page of another site reaches it by a name that it lets lead here, listens on the local address, and asks who it is.
Nothing is kept between requests: what a token opens is looked up with each of them.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl

from core.errors import Reject
from core.time import Clock
from desk.api.allowance import Allowance
from desk.api.asker import Asker
from desk.api.door import LONGEST_SECRET
from desk.assistants.server import server
from desk.ports import Scope, Token, Tokens

HOST, PATH = "127.0.0.1", "/mcp"
MOST_BODY = 256 * 1024
"""Bytes of a request: a question is a line."""


@dataclass(frozen=True)
class Bearers:
    """The protocol's own check of tokens (RFC 6750) over those of the API. The secret goes no further."""

    tokens: Tokens

    async def verify_token(self, token: str) -> AccessToken | None:
        found = await self.tokens.find(token) if len(token) <= LONGEST_SECRET else None
        return None if found is None else AccessToken(token="", client_id=found.name, scopes=sorted(found.scopes))


async def serve_http(
    asker: Callable[[Token], Asker],
    tokens: Tokens,
    *,
    organisation: str,
    clock: Clock,
    port: int,
    report: Callable[[str], None],
) -> None:
    """Answer until stopped; `report` is told the address. `port` 0 takes any. Raises OSError where the port is taken."""
    allowance = Allowance(clock)
    with socket.create_server((HOST, port)) as listening:
        taken = listening.getsockname()[1]
        made = server(lambda: asker(_bearer()), organisation=organisation, admit=lambda: _admit(allowance))
        app = made.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=MOST_BODY,
            transport_security=TransportSecuritySettings(
                allowed_hosts=[f"{HOST}:{taken}", f"localhost:{taken}"], allowed_origins=[]
            ),
            auth=AuthSettings(issuer_url=AnyHttpUrl(f"http://{HOST}:{taken}"), resource_server_url=None),
            token_verifier=Bearers(tokens),
        )
        report(f"assistants: http://{HOST}:{taken}{PATH}")
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, ws="none")
        await uvicorn.Server(config).serve(sockets=[listening])


def _admit(allowance: Allowance) -> None:
    """Raises Reject where this token calls tools too often."""
    if wait := allowance.take(_bearer().name):
        raise Reject(f"this token asks too often; ask again in {wait:.0f} s", reason="pace")


def _bearer() -> Token:
    """Whose request is answered now."""
    known = get_access_token()
    assert known is not None  # noqa: S101 - nothing is answered without a token
    return Token(name=known.client_id, scopes=frozenset(map(Scope, known.scopes)))
