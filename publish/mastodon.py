"""Mastodon: answers with an Idempotency-Key, as visible as what they answer or less; own ones can be withdrawn.

Rules by docs.joinmastodon.org/methods/statuses (Idempotency-Key, kept an hour; in_reply_to_id; source), methods/accounts
(verify_credentials, statuses), methods/instance (configuration.statuses), methods/search (resolve); how long a text is by
StatusLengthValidator of github.com/mastodon/mastodon: grapheme clusters, 23 an address, of a mention the local part alone. Its
PostStatusService notes the key once the status is made, and only of late locks it before: a server that still works on a
status would make a second one.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from core.errors import Denied, Reject, Retry
from core.ports import Tools
from core.types import Can, Parent, Published, Refusal, Reply, Visibility
from publish import _mastodon as shapes
from publish._fitting import chosen, fit, native, path_of, since
from publish._http import Answer, Client, Shape, opened
from publish._mastodon import Status, addressed
from publish._settings import Account, SafeUrl
from publish._words import graphemes, same, with_links_of

__all__ = ["Mastodon", "Settings", "build"]

SOURCE = "mastodon"
USUAL_MOST = 500
A_LINK = 23
A_PAGE, MOST_PAGES = 40, 100
_REMOTE = re.compile(r"(@[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)@[\w.-]*\w")
_AS_VISIBLE = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "direct",  # "private" is for those who follow us, and not for those who follow its author
    Visibility.DIRECT: "direct",
    Visibility.UNKNOWN: "direct",
}


class Settings(Account):
    """One account of one instance.

    instance  https://mastodon.nl
    account   its name there, without "@"
    token     of the account; scopes read:accounts, read:statuses, read:search and write:statuses
    """

    instance: SafeUrl
    token: SecretStr


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[Mastodon]":
    """The publisher, with its connections."""
    token = settings.token.get_secret_value()
    async with opened(
        settings, tools, settings.instance, name=SOURCE, secrets=[token], settles=Mastodon.settles
    ) as client:
        yield Mastodon(client, token, settings.account)


class Mastodon:
    source = SOURCE
    can = frozenset({Can.WITHDRAW})
    settles = timedelta(seconds=30)

    def __init__(self, client: Client, token: str, account: str) -> None:
        self._most = USUAL_MOST
        self._client, self._account = client, account.removeprefix("@")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._instance = urlsplit(client.base).netloc
        self.account = f"{self._account}@{self._instance}"
        self._id: str | None = None

    async def meet(self) -> str:
        own = await self._get(shapes.Own, "/api/v1/accounts/verify_credentials")
        if own.acct.casefold() != self._account.casefold():
            raise Denied(f"{self._client.where}: the token is of the account {own.acct}, not of {self._account}")
        instance = await self._get(shapes.Instance, "/api/v2/instance")
        self._most = instance.configuration.statuses.max_characters or USUAL_MOST
        self._id = str(own.id)
        return own.acct

    async def send(self, reply: Reply) -> Published:
        await self._known()
        fit(self, reply, now=self._client.clock(), where=self._instance)
        answered = await self._here(reply.parent)
        answer = await self._client.ask(
            "POST",
            "/api/v1/statuses",
            headers={**self._headers, "Idempotency-Key": reply.key},
            body=self._status(reply, answered),
            sends=True,
        )
        if answer.status >= 400:
            raise self._refusal(answer)
        return self._published(self._client.read(answer, Status, sends=True))

    async def find(self, reply: Reply) -> Published | None:
        """Among the account's statuses since, those beneath the same one, by the text each was written with."""
        await self._known()
        try:
            answered = await self._here(reply.parent)
        except Reject:
            answered = None
        found = [
            self._published(status)
            async for status in self._since(since(reply))
            if status.answers(answered) and await self._says(status, reply)
        ]
        return chosen(found, reply)

    async def hide(self, mention: str) -> None:
        del mention
        raise Reject("Mastodon lets nobody hide what others answer", reason=Refusal.FORBIDDEN)

    async def delete(self, mention: str) -> None:
        instance, _, number = native(mention, SOURCE).rpartition("/")
        if instance != self._instance:
            raise Reject(f"{mention} is of another instance than {self._instance}", reason=Refusal.FORBIDDEN)
        answer = await self._client.ask("DELETE", f"/api/v1/statuses/{path_of(number)}", headers=self._headers)
        if answer.status >= 400 and answer.status != 404:
            raise self._refusal(answer)

    def window(self, parent: Parent) -> datetime | None:
        del parent
        return None

    def most(self, parent: Parent) -> int:
        del parent
        return self._most

    def length(self, text: str, parent: Parent) -> int:
        return graphemes(_REMOTE.sub(r"\1", with_links_of(A_LINK, addressed(text, parent))))

    def _status(self, reply: Reply, answered: str) -> dict[str, Any]:
        status = {
            "status": addressed(reply.text, reply.parent),
            "in_reply_to_id": answered,
            "visibility": _AS_VISIBLE[reply.parent.visibility],
        }
        return status | ({"language": reply.language.split("-")[0]} if reply.language else {})

    async def _known(self) -> None:
        if self._id is None:
            await self.meet()

    async def _here(self, parent: Parent) -> str:
        """The number that our instance has for what is answered; it is asked to fetch what another one numbered."""
        instance, _, number = native(parent.id, SOURCE).rpartition("/")
        if instance == self._instance:
            return number
        if not parent.url:
            raise Reject(f"{parent.id} is of another instance and has no address", reason=Refusal.FORBIDDEN)
        query = [("q", parent.url), ("type", "statuses"), ("resolve", "true"), ("limit", "1")]
        found = await self._get(shapes.Found, "/api/v2/search", *query)
        if not found.statuses:
            raise Reject(f"{self._instance} cannot find {parent.url}", reason=Refusal.GONE)
        return str(found.statuses[0].id)

    async def _since(self, moment: datetime) -> AsyncIterator[Status]:
        """The account's own statuses, newest first, as far back as that."""
        before: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            query = [("limit", str(A_PAGE)), ("exclude_reblogs", "true"), *before]
            page = await self._get(list[Status], f"/api/v1/accounts/{self._id}/statuses", *query)
            for status in page:
                if status.created_at < moment:
                    return
                yield status
            if not page:
                return
            before = [("max_id", str(page[-1].id))]
        raise Retry(f"{self._client.where} has more statuses since {moment:%Y-%m-%d %H:%M} than can be looked through")

    async def _says(self, status: Status, reply: Reply) -> bool:
        """Whether the status was written with that text: the instance keeps it beside what it made of it."""
        answer = await self._client.ask("GET", f"/api/v1/statuses/{status.id}/source", headers=self._headers)
        if answer.status == 404:
            return False  # withdrawn meanwhile
        kept = self._read(answer, shapes.Source)
        return same(kept.text, addressed(reply.text, reply.parent))

    async def _get(self, shape: type[Shape], path: str, *query: tuple[str, str]) -> Shape:
        return self._read(await self._client.ask("GET", path, headers=self._headers, query=query), shape)

    def _read(self, answer: Answer, shape: type[Shape]) -> Shape:
        if answer.status >= 400:
            raise self._client.denied(answer)
        return self._client.read(answer, shape)

    def _published(self, status: Status) -> Published:
        return Published(
            id=f"{SOURCE}:{self._instance}/{status.id}",
            url=status.url or status.uri,
            at=status.created_at,
            author=f"{SOURCE}:{self._instance}/{self._id}",
        )

    def _refusal(self, answer: Answer) -> Exception:
        said = self._client.said(answer.document.get("error", answer.value))
        if answer.status == 404:
            return Reject(f"what this answers is gone from {self._instance}, or hidden from us", reason=Refusal.GONE)
        if answer.status == 403:
            return self._client.denied(answer)
        reason = Refusal.LONG if "character limit" in said else Refusal.FORBIDDEN
        return Reject(f"{self._instance} refuses this: {said}", reason=reason)
