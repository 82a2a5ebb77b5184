"""A session with a Bluesky host: signed in with an app password, refreshed when it runs out.

Rules by the lexicons com.atproto.server.createSession and refreshSession; https://atproto.com/specs/xrpc says how errors look.
"""

from typing import Any

from core.errors import Denied
from publish._bluesky import Entered
from publish._http import Answer, Client, Query

_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})


class Session:
    """XRPC as one account. `account` is its handle or DID; `did` is known once it is signed in."""

    def __init__(self, client: Client, account: str, password: str) -> None:
        self.did, self.handle = "", ""
        self._client, self._account, self._password = client, account.removeprefix("@"), password
        self._access, self._refresh = "", ""

    async def enter(self) -> None:
        """Sign in, where that was not done. Raises Retry and Denied."""
        if not self._access:
            body = {"identifier": self._account, "password": self._password}
            self._take(await self._client.ask("POST", _path("com.atproto.server.createSession"), body=body))

    async def ask(self, name: str, *query: tuple[str, str]) -> Answer:
        """A query; as Client.ask."""
        return await self._call("GET", name, query=query)

    async def tell(self, name: str, body: Any, *, sends: bool = False) -> Answer:
        """A procedure; as Client.ask. Any: what JSON can hold."""
        return await self._call("POST", name, body=body, sends=sends)

    async def _call(
        self, method: str, name: str, *, query: Query = (), body: Any = None, sends: bool = False
    ) -> Answer:
        await self.enter()
        answer = await self._once(method, name, query, body, sends)
        if answer.document.get("error") in _EXPIRED:  # it was not carried out
            await self._renew()
            answer = await self._once(method, name, query, body, sends)
        return answer

    async def _once(self, method: str, name: str, query: Query, body: Any, sends: bool) -> Answer:
        headers = {"Authorization": f"Bearer {self._access}"}
        return await self._client.ask(method, _path(name), headers=headers, query=query, body=body, sends=sends)

    async def _renew(self) -> None:
        headers = {"Authorization": f"Bearer {self._refresh}"}
        self._access = ""
        answer = await self._client.ask("POST", _path("com.atproto.server.refreshSession"), headers=headers)
        if answer.status < 300:
            self._take(answer)
        else:
            await self.enter()

    def _take(self, answer: Answer) -> None:
        if answer.status >= 300:
            raise self._client.denied(answer)
        found = self._client.read(answer, Entered)
        if self._account.casefold() not in {found.handle.casefold(), found.did}:
            raise Denied(f"{self._client.where}: the password is of {found.handle}, not of {self._account}")
        if not found.active:
            raise Denied(f"{self._client.where}: the account {found.handle} is switched off ({found.status})")
        self._access, self._refresh = found.access_jwt, found.refresh_jwt
        self._client.secrets |= {self._access, self._refresh}
        self.did, self.handle = found.did, found.handle


def _path(name: str) -> str:
    return f"/xrpc/{name}"
