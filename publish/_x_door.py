"""Requests to X, each signed as a user's (OAuth 1.0a, RFC 5849).

Not OAuth 2: its access tokens last two hours, and its refresh tokens change with each use, so that a secret would have to be
written back where a crash between two writes locks us out (docs.x.com/fundamentals/authentication). The four secrets of
OAuth 1.0a stay as they are until a person takes them back.
"""

from typing import Any
from urllib.parse import urlencode

from authlib.oauth1 import ClientAuth

from publish._http import Answer, Client, Query


class Door:
    """Signed requests; as Client.ask."""

    def __init__(self, client: Client, *, key: str, key_secret: str, token: str, token_secret: str) -> None:
        self._client = client
        self._auth = ClientAuth(key, key_secret, token, token_secret, signature_method="HMAC-SHA1")

    async def ask(self, method: str, path: str, *, query: Query = (), body: Any = None, sends: bool = False) -> Answer:
        """Any: what JSON can hold. A JSON body is no part of what is signed (RFC 5849, section 3.4.1.3.1)."""
        url = self._client.base + path
        _, headers, _ = self._auth.prepare(method, f"{url}?{urlencode(query)}" if query else url, {}, b"")
        return await self._client.ask(method, path, headers=headers, query=query, body=body, sends=sends)
