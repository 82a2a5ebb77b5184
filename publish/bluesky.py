"""Bluesky: answers as records whose key is made from the answer, so that a second one is refused; own ones can be withdrawn.

Rules by docs.bsky.app: com.atproto.repo.createRecord, getRecord and deleteRecord, app.bsky.feed.getPosts, the lexicon
app.bsky.feed.post (300 grapheme clusters, 3,000 bytes), threadgates (viewer.replyDisabled). A host answers 500 where a record
of that key is there already (github.com/bluesky-social/atproto issue 3718), and some say so by an error of their own (pull
request 4728): after any refusal it is asked what stands there.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from pydantic import SecretStr

from core.errors import Reject, Retry, Unsure
from core.ports import Tools
from core.types import Can, Parent, Published, Refusal, Reply
from publish._bluesky import POST, Record, Reference, Replied, Resolved, Views, of, parts
from publish._bluesky_session import Session
from publish._facets import facets, handles
from publish._fitting import fit, native, public
from publish._http import Answer, Client, opened
from publish._settings import Account, SafeUrl
from publish._tid import tid
from publish._words import graphemes, same

__all__ = ["Bluesky", "Settings", "build"]

SOURCE = "bluesky"
MOST, BYTES_A_CHARACTER = 300, 10


class Settings(Account):
    """One account.

    host      of the account: where it signs in
    account   its handle or DID
    password  an app password, made under Settings, Privacy and security; never the account's own
    """

    host: SafeUrl = "https://bsky.social"
    password: SecretStr


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[Bluesky]":
    """The publisher, with its connections."""
    password = settings.password.get_secret_value()
    async with opened(
        settings, tools, settings.host, name=SOURCE, secrets=[password], settles=Bluesky.settles
    ) as client:
        yield Bluesky(client, Session(client, settings.account, password), settings.account)


class Bluesky:
    source = SOURCE
    can = frozenset({Can.WITHDRAW})
    settles = timedelta()

    def __init__(self, client: Client, entered: Session, account: str) -> None:
        self._client, self._session, self.account = client, entered, account.removeprefix("@")

    async def meet(self) -> str:
        await self._session.enter()
        return self._session.handle

    async def send(self, reply: Reply) -> Published:
        fit(self, reply, now=self._client.clock(), where=SOURCE)
        public(reply.parent, SOURCE)
        record = await self._record(reply)
        body = {"repo": self._session.did, "collection": POST, "rkey": tid(reply.at, reply.key), "record": record}
        try:
            answer = await self._session.tell("com.atproto.repo.createRecord", {**body, "validate": True}, sends=True)
        except Unsure as unsure:
            return await self._there(reply, unsure)
        if answer.status < 300:
            made = self._client.read(answer, Reference, sends=True)
            return self._published(made.uri, datetime.fromisoformat(record["createdAt"]))
        return await self._there(reply, self._refusal(answer))

    async def find(self, reply: Reply) -> Published | None:
        await self._session.enter()
        key = tid(reply.at, reply.key)
        answer = await self._session.ask("com.atproto.repo.getRecord", *of(self._session.did, key))
        if answer.document.get("error") == "RecordNotFound":
            return None
        if answer.status >= 400:
            raise self._client.denied(answer)
        found = self._client.read(answer, Record)
        answered = found.value.reply.parent.uri if found.value.reply else None
        if answered != native(reply.parent.id, SOURCE) or not same(found.value.text, reply.text):
            return None
        return self._published(found.uri, found.value.at)

    async def hide(self, mention: str) -> None:
        del mention
        raise Reject("Bluesky lets nobody hide what others answer in this way", reason=Refusal.FORBIDDEN)

    async def delete(self, mention: str) -> None:
        did, collection, key = parts(native(mention, SOURCE))
        await self._session.enter()
        if did != self._session.did:
            raise Reject(f"{mention} is not of {self._session.handle}", reason=Refusal.FORBIDDEN)
        body = {"repo": did, "collection": collection, "rkey": key}
        answer = await self._session.tell("com.atproto.repo.deleteRecord", body)
        if answer.status >= 400:
            raise self._refusal(answer)

    def window(self, parent: Parent) -> datetime | None:
        del parent
        return None

    def most(self, parent: Parent) -> int:
        del parent
        return MOST

    def length(self, text: str, parent: Parent) -> int:
        """Grapheme clusters; a tenth of the bytes where those are more, for both limits hold."""
        del parent
        return max(graphemes(text), -(-len(text.encode()) // BYTES_A_CHARACTER))

    async def _there(self, reply: Reply, otherwise: Exception) -> Published:
        """The record that is there already, else what is raised otherwise."""
        try:
            found = await self.find(reply)
        except Retry:
            raise self._client.unsure("cannot be asked now") from None
        if found is None:
            raise otherwise
        return found

    async def _record(self, reply: Reply) -> dict[str, Any]:
        replied = await self._beneath(reply)
        named = {handle: did for handle in handles(reply.text) if (did := await self._behind(handle))}
        record: dict[str, Any] = {
            "$type": POST,
            "text": reply.text,
            "createdAt": self._client.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reply": msgspec.to_builtins(replied),
        }
        if found := facets(reply.text, named):
            record["facets"] = found
        return record | ({"langs": [reply.language]} if reply.language else {})

    async def _beneath(self, reply: Reply) -> Replied:
        """What is answered, and the beginning of its conversation."""
        uri = native(reply.parent.id, SOURCE)
        answer = await self._session.ask("app.bsky.feed.getPosts", ("uris", uri))
        if answer.status >= 400:
            raise self._refusal(answer)
        views = self._client.read(answer, Views).posts
        if not views:
            raise await self._missing(uri)
        if views[0].viewer.reply_disabled:
            raise Reject("its author lets only some people answer, and us not", reason=Refusal.FORBIDDEN)
        here, above = Reference(uri, views[0].cid), views[0].record.reply
        return Replied(root=above.root if above else here, parent=here)

    async def _missing(self, uri: str) -> Reject:
        """Why a post is not shown to us: it is gone, or there and one of both accounts blocks the other."""
        did, _, key = parts(uri)
        answer = await self._session.ask("com.atproto.repo.getRecord", *of(did, key))
        if answer.status < 300:
            return Reject("its author blocks us, or we block them", reason=Refusal.BLOCKED)
        return Reject("what this answers is gone from Bluesky", reason=Refusal.GONE)

    async def _behind(self, handle: str) -> str | None:
        answer = await self._session.ask("com.atproto.identity.resolveHandle", ("handle", handle))
        return self._client.read(answer, Resolved).did if answer.status < 300 else None

    def _published(self, uri: str, at: datetime | None) -> Published:
        url = f"https://bsky.app/profile/{self._session.handle}/post/{parts(uri)[2]}"
        return Published(id=f"{SOURCE}:{uri}", url=url, at=at, author=f"{SOURCE}:{self._session.did}")

    def _refusal(self, answer: Answer) -> Exception:
        if answer.status == 403:
            return self._client.denied(answer)
        said = self._client.said(answer.document.get("message", answer.value))
        return Reject(f"Bluesky refuses this: {said}", reason=Refusal.FORBIDDEN)
