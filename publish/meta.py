"""Facebook and Instagram: answers to comments and messages; comments can be hidden and deleted, answers withdrawn.

Rules by developers.facebook.com/docs: graph-api/reference/object/comments and comment (is_hidden), instagram-platform
comment-moderation (replies, hide), messenger-platform/send-messages and policy (24 hours, seven days with the tag
HUMAN_AGENT), conversations. There is no idempotency key: after a doubt what stands beneath the comment is asked, once it
had time to.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, SecretStr

from core.errors import Denied, Reject, Retry, Unsure
from core.ports import Tools
from core.types import Can, Parent, Published, Refusal, Reply
from publish._fitting import chosen, fit, native, public, since
from publish._http import Client, Shape, opened
from publish._meta import EDGES, FIELDS, PLATFORMS, Above, Made, One, Own, Page, Place, Said, comment, private
from publish._meta_errors import raised
from publish._settings import Account, SafeUrl
from publish._words import same

__all__ = ["Meta", "Settings", "build"]

MOST = {"facebook": 8_000, "instagram": 2_200}
MOST_OF_A_MESSAGE = {"facebook": 2_000, "instagram": 1_000}
A_PAGE, MOST_PAGES = 100, 100
NOTHING_THERE = frozenset({Refusal.GONE, Refusal.BLOCKED})
"""Why a list is refused of which nothing is left for us; whatever else is refused says nothing of what stands there."""
A_DAY, BY_PEOPLE = timedelta(hours=24), timedelta(days=7)


class Settings(Account):
    """One page, or one professional account of Instagram.

    place     where it is
    account   its number: the page's id, or the Instagram account's
    page      for Instagram, the id of the page it is linked to: messages go through that
    token     of the page; it needs pages_manage_engagement, pages_read_user_content and pages_messaging, or
              instagram_manage_comments and instagram_manage_messages
    by_people messages may be answered for seven days, for Meta has granted the tag HUMAN_AGENT; without it for a day
    """

    place: Place
    account: str = Field(pattern=r"^\d+$")
    page: str = Field(default="", pattern=r"^\d*$")
    token: SecretStr
    by_people: bool = False
    url: SafeUrl = "https://graph.facebook.com/v24.0"


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[Meta]":
    """The publisher, with its connections."""
    token = settings.token.get_secret_value()
    async with opened(
        settings, tools, settings.url, name=settings.place, secrets=[token], settles=Meta.settles
    ) as client:
        yield Meta(client, settings)


class Meta:
    can = frozenset({Can.HIDE, Can.DELETE, Can.WITHDRAW})
    settles = timedelta(minutes=1)

    @property
    def source(self) -> str:
        return self._place

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._settings, self._place = client, settings, settings.place
        self.account = settings.account
        self._headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._met = False

    async def meet(self) -> str:
        name = "name" if self._place == "facebook" else "username"
        try:
            own = await self._get(Own, f"/{self._settings.account}", ("fields", f"id,{name}"))
        except Reject:
            own = Own(id="")
        if own.id != self._settings.account:
            raise Denied(f"{self._client.where}: {self._settings.account} is no account that the token speaks for")
        self._met = True
        return own.name or own.username

    async def send(self, reply: Reply) -> Published:
        fit(self, reply, now=self._client.clock(), where=self._place)
        if not private(reply.parent):
            public(reply.parent, self._place)
        await self._known()
        if private(reply.parent):
            path, body = f"/{self._speaker}/messages", self._message(reply)
        else:
            path, body = f"/{self._comment(reply.parent)}/{EDGES[self._place]}", {"message": reply.text}
        answer = await self._client.ask("POST", path, headers=self._headers, body=body, sends=True)
        if answer.status >= 400 or "error" in answer.document:
            refused = raised(answer, self._client, sends=True)
            return await self._said_before(reply, refused)
        made = self._client.read(answer, Made, sends=True)
        if not (number := made.message_id or made.id):
            raise self._client.unsure("answered what is no comment")
        return Published(id=f"{self._place}:{number}", author=self._author)

    async def find(self, reply: Reply) -> Published | None:
        await self._known()
        said = self._messages(reply.parent) if private(reply.parent) else self._beneath(reply.parent)
        found = [
            Published(id=f"{self._place}:{one.id}", url=one.permalink_url, at=one.at, author=self._author)
            async for one in said
            if self._ours(one) and one.at >= since(reply) and same(one.words, reply.text)
        ]
        return chosen(found, reply)

    async def hide(self, mention: str) -> None:
        asked = {"is_hidden": True} if self._place == "facebook" else {"hide": True}
        await self._tell("POST", f"/{comment(native(mention, self._place))}", asked)

    async def delete(self, mention: str) -> None:
        try:
            await self._tell("DELETE", f"/{comment(native(mention, self._place))}", None)
        except Reject as reject:
            if reject.reason != Refusal.GONE:
                raise

    def window(self, parent: Parent) -> datetime | None:
        if not private(parent):
            return None
        return parent.created_at + (BY_PEOPLE if self._settings.by_people else A_DAY)

    def most(self, parent: Parent) -> int:
        return (MOST_OF_A_MESSAGE if private(parent) else MOST)[self._place]

    def length(self, text: str, parent: Parent) -> int:
        """Bytes of a message at Instagram, characters elsewhere."""
        return len(text.encode()) if private(parent) and self._place == "instagram" else len(text)

    def _ours(self, said: Said) -> bool:
        return said.by is not None and said.by.id in {self._settings.account, self._speaker}

    @property
    def _author(self) -> str:
        return f"{self._place}:{self._settings.account}"

    @property
    def _speaker(self) -> str:
        return self._settings.page or self._settings.account

    def _message(self, reply: Reply) -> dict[str, Any]:
        late = self._client.clock() >= reply.parent.created_at + A_DAY
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if late else {"messaging_type": "RESPONSE"}
        whom = native(reply.parent.author, self._place)
        return {"recipient": {"id": whom}, "message": {"text": reply.text}} | tagged

    def _comment(self, parent: Parent) -> str:
        return comment(native(parent.id, self._place))

    async def _known(self) -> None:
        if not self._met:
            await self.meet()

    async def _said_before(self, reply: Reply, refused: Exception) -> Published:
        """The answer that stands there where it was refused as a repetition of itself. Raises what it was refused with."""
        if not isinstance(refused, Reject) or refused.reason != Refusal.REPEATED:
            raise refused
        try:
            found = await self.find(reply)
        except Retry:
            raise self._client.unsure("says that these words are there") from None
        if found is None:
            raise refused
        return found

    async def _beneath(self, parent: Parent) -> AsyncIterator[Said]:
        """What stands beneath a comment; beneath the one that it answers too, for there is no third level. Nothing once it is gone."""
        number, above = self._comment(parent), "parent{id}" if self._place == "facebook" else "parent_id"
        try:
            higher = (await self._get(Above, f"/{number}", ("fields", above))).higher
        except Reject as reject:
            if reject.reason == Refusal.GONE:
                return
            higher = None  # a post, which answers nothing
        for one in filter(None, (number, higher)):
            query = [("fields", FIELDS[self._place])]
            query += [("filter", "stream")] if self._place == "facebook" else []
            async for said in self._pages(Page[Said], f"/{one}/{EDGES[self._place]}", *query):
                yield said

    async def _messages(self, parent: Parent) -> AsyncIterator[Said]:
        """What was said with the author of a message."""
        query = [("platform", PLATFORMS[self._place]), ("user_id", native(parent.author, self._place))]
        async for conversation in self._pages(Page[Own], f"/{self._speaker}/conversations", *query, ("fields", "id")):
            fields = ("fields", "id,message,created_time,from")
            async for said in self._pages(Page[Said], f"/{conversation.id}/messages", fields):
                yield said

    async def _pages(self, shape: type[Page[One]], path: str, *query: tuple[str, str]) -> AsyncIterator[One]:
        after: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            try:
                page = await self._get(shape, path, *query, ("limit", str(A_PAGE)), *after)
            except Reject as reject:
                if reject.reason not in NOTHING_THERE:
                    raise
                return
            for one in page.data:
                yield one
            if not page.paging.next:
                return
            after = [("after", page.paging.cursors.after)]
        raise Unsure(f"{self._client.where} has more there than can be looked through")

    async def _get(self, shape: type[Shape], path: str, *query: tuple[str, str]) -> Shape:
        answer = await self._client.ask("GET", path, headers=self._headers, query=query)
        if answer.status >= 400 or "error" in answer.document:
            raise raised(answer, self._client, sends=False)
        return self._client.read(answer, shape)

    async def _tell(self, method: str, path: str, body: dict[str, bool] | None) -> None:
        answer = await self._client.ask(method, path, headers=self._headers, body=body)
        if answer.status >= 400 or "error" in answer.document:
            raise raised(answer, self._client, sends=False)
