"""A provider of OpenID Connect that keeps the published rules to the letter, and breaks one where a test says so.

OpenID Connect Core 1.0 (3.1.2, 3.1.3, 5.3), OpenID Connect Discovery 1.0 (3, 4), RFC 6749 (4.1, 2.3.1), RFC 7636 (4.6), RFC 9207.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus, urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.desk import corpus

CLIENT, SECRET = "klankbord", "a secret: with + and %"


@dataclass
class Provider:
    """One provider; `person` is who is signed on there, `changes` what a test makes of the claims before they are signed, `clock` its time."""

    issuer: str = ""
    clock: Callable[[], datetime] = lambda: corpus.NOW
    back: str = "http://127.0.0.1:8420/sign-in/back"
    person: dict[str, Any] = field(default_factory=dict)
    changes: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    signs: Callable[[dict[str, Any]], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, parameters={"use": "sig"}, auto_kid=True))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.key = RSAKey.generate_key(2048, parameters={"use": "sig"}, auto_kid=True)

    async def told(self, _request: web.Request) -> web.Response:
        self.asked.append("metadata")
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                **({"userinfo_endpoint": f"{self.issuer}/me"} if self.userinfo is not None else {}),
                **self.metadata,
            }
        )

    async def keys(self, request: web.Request) -> web.StreamResponse:
        self.asked.append("keys")
        return await _in_pieces(request, json.dumps(KeySet([self.key]).as_dict(private=False)).encode())

    async def authorize(self, request: web.Request) -> web.Response:
        """Core 3.1.2.1: what has to be asked, and RFC 7636, 4.3."""
        asked = dict(request.query)
        right = (
            asked.get("response_type") == "code"
            and asked.get("client_id") == CLIENT
            and asked.get("redirect_uri") == self.back
            and "openid" in asked.get("scope", "").split()
            and asked.get("code_challenge_method") == "S256"
            and len(asked.get("code_challenge", "")) == 43
            and bool(asked.get("state"))
            and bool(asked.get("nonce"))
        )
        if not right:
            self.wrong.append("authorize")
            return web.Response(status=400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        raise web.HTTPFound(f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}")

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749, 4.1.3 with the client's password in the header, and RFC 7636, 4.6: a code is good once, for its verifier."""
        form = await request.post()
        asked = self.codes.pop(str(form.get("code", "")), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        right = (
            asked is not None
            and _basic(request.headers.get("Authorization", "")) == (CLIENT, SECRET)
            and form.get("grant_type") == "authorization_code"
            and form.get("redirect_uri") == asked["redirect_uri"]
            and challenge.decode().rstrip("=") == asked["code_challenge"]
        )
        if not right:
            self.wrong.append("token")
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.person,
        }
        signed = (self.signs or self.signed)(self.changes(claims))
        return web.json_response(
            {"access_token": access, "token_type": "Bearer", "id_token": signed, "expires_in": 300},
            headers={"Cache-Control": "no-store"},
        )

    async def me(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer ")
        return web.json_response(self.userinfo)

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


async def _in_pieces(request: web.Request, body: bytes) -> web.StreamResponse:
    """As a network delivers it: a document does not come at once."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for start in range(0, len(body), 100):
        await response.write(body[start : start + 100])
        await asyncio.sleep(0.01)
    return response


def _basic(header: str) -> tuple[str, ...]:
    """RFC 6749, 2.3.1: name and password each as in a form."""
    plain = base64.b64decode(header.removeprefix("Basic ")).decode()
    return tuple(unquote_plus(part) for part in plain.split(":", 1))


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    provider, app = Provider(), web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", provider.told),
            web.get("/keys", provider.keys),
            web.get("/authorize", provider.authorize),
            web.post("/token", provider.token),
            web.get("/me", provider.me),
        ]
    )
    async with TestServer(app) as server:
        provider.issuer = f"http://127.0.0.1:{server.port}"
        yield provider
