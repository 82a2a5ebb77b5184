"""The way into Salesforce: a token by the client credentials flow, asked for anew when Salesforce takes it no more.

The token's answer says at which address to ask (`instance_url`); a token says nothing of when it ends, so its end is
seen as 401 INVALID_SESSION_ID (errorcodes.html).
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp

from core.errors import Denied, Retry
from core.safe_url import safe_url
from core.time import Clock
from sinks._crm_http import Answer, Client, Query

DAY_LIMIT_WAITS = 900.0
"""Seconds until it is asked again after REQUEST_LIMIT_EXCEEDED: calls of the last 24 hours are counted."""

MISTAKES = frozenset({"INVALID_FIELD", "INVALID_TYPE", "NOT_FOUND"})
"""Codes of a whole request that names an object or a field that is not there, or that its user may not see."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Door:
    """Asks as `Client.ask` does, once more with a new token where the one at hand is taken no more."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        name: str,
        clock: Clock,
        patience: timedelta,
    ) -> None:
        self.name = name
        self._token = ""
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        common: dict[str, Any] = {"name": name, "clock": clock, "patience": patience}  # Any: arguments by name
        self._gate = Client(session, url, headers=_nothing, secrets=lambda: [client_secret], **common)
        self._client = Client(
            session,
            url,
            headers=self._headers,
            secrets=lambda: [self._token, client_secret],
            judge=self._judge,
            **common,
        )

    async def ask(self, method: str, path: str, body: Any = None, *, query: Query = ()) -> Answer:
        """See Client.ask. Any: whatever goes as JSON."""
        try:
            return await self._client.ask(method, path, body, query=query)
        except _Expired:
            self._token = ""
        try:
            return await self._client.ask(method, path, body, query=query)
        except _Expired as error:
            self._token = ""
            raise Denied(f"{self.name}: a new token is refused as well: {error}") from None

    def said(self, value: Any) -> str:
        """See Client.said."""
        return self._client.said(value)

    async def _headers(self) -> dict[str, str]:
        if not self._token:
            await self._log_in()
        return {"Authorization": f"Bearer {self._token}"}

    async def _log_in(self) -> None:
        form = urlencode(self._form).encode()
        answer = await self._gate.ask("POST", "/services/oauth2/token", form, headers=_FORM)
        if answer.status >= 400 or not isinstance(answer.value, dict) or "access_token" not in answer.value:
            raise Denied(f"{self.name} gives no token: {self._gate.said(answer.value or answer.text)}")
        try:
            self._client.base = safe_url(str(answer.value["instance_url"]))
        except (KeyError, ValueError):
            raise Denied(f"{self.name} gives a token for an address that no token may be sent to") from None
        self._token = str(answer.value["access_token"])

    def _judge(self, answer: Answer) -> None:
        code, message = problem(answer)
        if answer.status == 401:
            raise _Expired(self._client.said(f"{code}: {message}"))
        if code == "REQUEST_LIMIT_EXCEEDED":
            raise Retry(f"{self.name}: Salesforce's limit of calls is reached", after=DAY_LIMIT_WAITS)
        if code in MISTAKES:
            raise Denied(f"{self.name}: {self._client.said(message)} ({code}); docs/crm.md names fields and rights")


class _Expired(Exception):  # noqa: N818 - not an error yet: a new token is asked for
    """The token at hand is taken no more."""


async def _nothing() -> dict[str, str]:
    return {}


def problem(answer: Answer) -> tuple[str, str]:
    """Code and message of an error's body: a list of them, of which the first says it."""
    first = answer.value[0] if isinstance(answer.value, list) and answer.value else {}
    if not isinstance(first, dict):
        first = {}
    return str(first.get("errorCode", "")), str(first.get("message", answer.text))
