"""A provider of OpenID Connect, asked over HTTP: what it says of itself, its keys, and a token for a code."""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from core.errors import Reject, Retry
from core.time import Clock
from desk.entry.attempts import Attempt
from desk.entry.id_token import Claims, UnknownKey, claims_of
from desk.entry.settings import LOCAL, ProviderSettings

WELL_KNOWN = "/.well-known/openid-configuration"
SECONDS = 10.0
LONGEST = 512 * 1024
KNOWN_FOR = timedelta(hours=1)
SOONEST = timedelta(minutes=1)
"""How often at the most keys are asked for anew because a token names another."""

Json = Mapping[str, Any]  # Any: as the provider sends it


class Provider:
    """One provider; what it says of itself and its keys are asked for once an hour."""

    def __init__(self, settings: ProviderSettings, clock: Clock) -> None:
        self.settings, self._clock = settings, clock
        self._known: dict[str, tuple[datetime, Json]] = {}

    async def leads_to(self, attempt: Attempt, back: str) -> str:
        """Where the browser goes to sign on, and from there to `back`. Raises Retry, Reject.

        Authorization code with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0, 3.1.2.1).
        """
        told = await self._metadata()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(dict.fromkeys(("openid", *self.settings.scopes))),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        where = _address(told, "authorization_endpoint")
        return f"{where}{'&' if urlsplit(where).query else '?'}{urlencode(asked)}"

    async def said_of(self, attempt: Attempt, answer: Mapping[str, str], back: str) -> Claims:
        """What the provider says of who signed on, by what the browser brought back. Raises Retry, Reject."""
        told = await self._metadata()
        self._is_from_here(told, answer)
        tokens = await self._tokens(told, answer.get("code", ""), attempt.verifier, back)
        claims = await self._claims(told, tokens, attempt.nonce)
        wanted = {self.settings.external_id, self.settings.groups, "email"} - {""}
        if "userinfo_endpoint" in told and not wanted <= claims.keys():
            return await self._more(told, tokens, claims)
        return claims

    def _is_from_here(self, told: Json, answer: Mapping[str, str]) -> None:
        """An answer of another provider is not taken for one of this (RFC 9207, 2.4)."""
        says = told.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", self.settings.issuer) != self.settings.issuer or (says and "iss" not in answer):
            raise Reject("the answer is another provider's", reason="issuer")

    async def _tokens(self, told: Json, code: str, verifier: str, back: str) -> Json:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        known, secret = self.settings.client_id, self.settings.client_secret
        headers = {}
        methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in methods:  # RFC 6749, 2.3.1: both are written as in a form
            headers["Authorization"] = aiohttp.encode_basic_auth(quote_plus(known), quote_plus(secret))
        else:
            form |= {"client_id": known, "client_secret": secret}
        tokens = await self._ask(_address(told, "token_endpoint"), form=form, headers=headers)
        if not all(isinstance(tokens.get(name), str) for name in ("id_token", "access_token")):
            raise Reject("the provider gave no token for the code", reason="token")
        return tokens

    async def _claims(self, told: Json, tokens: Json, nonce: str) -> Claims:
        async def read(again: bool) -> Claims:
            keys = await self._lately(_address(told, "jwks_uri"), SOONEST if again else KNOWN_FOR)
            return claims_of(
                tokens["id_token"],
                keys,
                issuer=self.settings.issuer,
                client_id=self.settings.client_id,
                nonce=nonce,
                access_token=tokens["access_token"],
                supported=told.get("id_token_signing_alg_values_supported", ()),
                at=self._clock(),
            )

        try:
            return await read(again=False)
        except UnknownKey:
            return await read(again=True)

    async def _more(self, told: Json, tokens: Json, claims: Claims) -> Claims:
        """What the provider tells elsewhere, where it is of the same subject (OpenID Connect Core 1.0, 5.3.2)."""
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        more = await self._ask(_address(told, "userinfo_endpoint"), headers=headers)
        if more.get("sub") != claims["sub"]:
            raise Reject("the provider tells of somebody else", reason="subject")
        return {**more, **claims}

    async def _metadata(self) -> Json:
        """What it says of itself, where it is the one that was meant (OpenID Connect Discovery 1.0, 4.3)."""
        told = await self._lately(self.settings.issuer.rstrip("/") + WELL_KNOWN, KNOWN_FOR)
        if told.get("issuer") != self.settings.issuer:
            raise Reject("the provider calls itself otherwise than sign_in.oidc.issuer", reason="issuer")
        return told

    async def _lately(self, address: str, within: timedelta) -> Json:
        now = self._clock()
        if address not in self._known or now - self._known[address][0] >= within:
            self._known[address] = (now, await self._ask(address))
        return self._known[address][1]

    async def _ask(
        self, address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Json:
        connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=self.settings.ca))
        accepts = {"Accept": "application/json", **(headers or {})}
        try:
            async with (
                asyncio.timeout(SECONDS),
                aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session,
                session.request(
                    "GET" if form is None else "POST", address, data=form, headers=accepts, allow_redirects=False
                ) as answer,
            ):
                body, status = await _body(answer), answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Retry(f"the provider {self.settings.issuer} does not answer: {type(error).__name__}") from None
        if status >= 500 or status == 429:
            raise Retry(f"the provider {self.settings.issuer} answers {status}")
        if status != 200 or len(body) > LONGEST:
            raise Reject(f"the provider answered {status} where a document was asked for", reason="provider")
        return _object(body)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """All of it, or what shows that it is longer than LONGEST."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > LONGEST:
            break
    return bytes(body)


def _object(body: bytes) -> Json:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Reject("the provider answered with something else than a JSON object", reason="provider") from None


def _address(told: Json, name: str) -> str:
    """An address of the provider's; another machine by TLS alone. Raises Reject where it gives none that is safe."""
    address = told.get(name)
    parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)) or not parts.hostname:
        raise Reject(f"the provider gives no {name} that is reached safely", reason="provider")
    return str(address)
