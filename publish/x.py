"""X: answers that are looked for on the own timeline after a doubt; answers of others can be hidden, own ones withdrawn.

Rules by docs.x.com/x-api: posts/create-post (reply.in_reply_to_tweet_id; no idempotency key), posts/delete-post,
users/get-posts, posts/hide-replies, fundamentals/rate-limits. The same words again are refused with 403 and "duplicate content"
(github.com/akrherz/iembot issue 163), an answer to what is gone with 403 and "deleted or not visible"
(github.com/plhery/node-twitter-api-v2 issue 366).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from core.errors import Denied, Reject, Retry
from core.ports import Tools
from core.types import Can, Parent, Published, Refusal, Reply
from publish._counted import weighted
from publish._fitting import chosen, fit, native, path_of, public, since
from publish._http import Answer, Client, Shape, opened
from publish._settings import Account, SafeUrl
from publish._x import SOURCE, Made, Me, Page, Post
from publish._x_door import Door

__all__ = ["Settings", "X", "build"]

MOST = 280
A_PAGE, MOST_PAGES = 100, 32
"""The timeline of an account has its latest 3,200 posts."""

REPEATS_WITHIN = timedelta(days=2)
"""So far back it is looked for the same words, once X says that they are there."""

_WHY = (
    ("deleted or not visible", Refusal.GONE, "what this answers is gone from X, or hidden from us"),
    ("blocked", Refusal.BLOCKED, "its author blocks us"),
    ("too long", Refusal.LONG, "X counts more characters than it takes"),
)


class Settings(Account):
    """One account, by the four secrets of an app that may read and write for it.

    account       its name, without "@"
    key           of the app; `key_secret` its secret
    token         of the account, for that app; `token_secret` its secret
    """

    url: SafeUrl = "https://api.x.com"
    key: SecretStr
    key_secret: SecretStr
    token: SecretStr
    token_secret: SecretStr


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[X]":
    """The publisher, with its connections."""
    given = {
        name: getattr(settings, name).get_secret_value() for name in ("key", "key_secret", "token", "token_secret")
    }
    secrets = list(given.values())
    async with opened(settings, tools, settings.url, name=SOURCE, secrets=secrets, settles=X.settles) as client:
        yield X(client, Door(client, **given), settings.account)


class X:
    source = SOURCE
    can = frozenset({Can.HIDE, Can.WITHDRAW})
    settles = timedelta(seconds=30)

    def __init__(self, client: Client, door: Door, account: str) -> None:
        self._client, self._door, self.account = client, door, account.removeprefix("@")
        self._id: str | None = None

    async def meet(self) -> str:
        own = (await self._get(Me, "/2/users/me")).data
        if own.username.casefold() != self.account.casefold():
            raise Denied(f"{self._client.where}: the token is of the account {own.username}, not of {self.account}")
        self._id = own.id
        return own.username

    async def send(self, reply: Reply) -> Published:
        fit(self, reply, now=self._client.clock(), where="X")
        public(reply.parent, "X")
        body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": native(reply.parent.id, SOURCE)}}
        await self._known()
        answer = await self._door.ask("POST", "/2/tweets", body=body, sends=True)
        if answer.status < 300:
            return self._published(self._client.read(answer, Made, sends=True).data.id)
        if "duplicate content" in str(answer.document.get("detail")):
            return await self._said_before(reply)
        raise self._refusal(answer)

    async def find(self, reply: Reply) -> Published | None:
        await self._known()
        posts = [post async for post in self._since(since(reply))]
        return chosen(self._alike(posts, reply), reply)

    async def hide(self, mention: str) -> None:
        path = f"/2/tweets/{path_of(native(mention, SOURCE))}/hidden"
        answer = await self._door.ask("PUT", path, body={"hidden": True})
        if answer.status >= 400:
            raise self._refusal(answer)

    async def delete(self, mention: str) -> None:
        answer = await self._door.ask("DELETE", f"/2/tweets/{path_of(native(mention, SOURCE))}")
        if answer.status >= 400 and answer.status != 404:
            raise self._refusal(answer)

    def window(self, parent: Parent) -> datetime | None:
        del parent
        return None

    def most(self, parent: Parent) -> int:
        del parent
        return MOST

    def length(self, text: str, parent: Parent) -> int:
        """Whom it answers is named before the text, and is not counted."""
        del parent
        return weighted(text)

    async def _known(self) -> None:
        if self._id is None:
            await self.meet()

    async def _said_before(self, reply: Reply) -> Published:
        """The same words are there: as this answer whose sending broke off, or as another one, which X takes for it too."""
        try:
            posts = [post async for post in self._since(since(reply) - REPEATS_WITHIN) if post.says(reply)]
        except Retry:
            raise self._client.unsure("says that these words are there") from None
        if found := chosen(self._alike([post for post in posts if post.created_at >= since(reply)], reply), reply):
            return found
        if posts:
            raise Reject("X takes the same words only once: say it a little differently", reason=Refusal.REPEATED)
        raise self._client.unsure("says that these words are there, and does not show them")

    async def _since(self, moment: datetime) -> AsyncIterator[Post]:
        """The account's own posts, newest first."""
        query = [
            ("max_results", str(A_PAGE)),
            ("exclude", "retweets"),
            ("start_time", f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
            ("tweet.fields", "created_at,entities,referenced_tweets"),
        ]
        further: list[tuple[str, str]] = []
        for _ in range(MOST_PAGES):
            page = await self._get(Page, f"/2/users/{self._id}/tweets", *query, *further)
            for post in page.data:
                yield post
            if not page.meta.next_token:
                return
            further = [("pagination_token", page.meta.next_token)]
        raise Retry(f"{self._client.where} has more posts since {moment:%Y-%m-%d %H:%M} than can be looked through")

    async def _get(self, shape: type[Shape], path: str, *query: tuple[str, str]) -> Shape:
        answer = await self._door.ask("GET", path, query=query)
        if answer.status >= 400:
            raise self._client.denied(answer)
        return self._client.read(answer, shape)

    def _alike(self, posts: Sequence[Post], reply: Reply) -> list[Published]:
        alike = [post for post in posts if post.answers(reply) and post.says(reply)]
        return [self._published(post.id, post.created_at) for post in alike]

    def _published(self, number: str, at: datetime | None = None) -> Published:
        url = f"https://x.com/{self.account}/status/{number}"
        return Published(id=f"{SOURCE}:{number}", url=url, at=at, author=f"{SOURCE}:{self._id}")

    def _refusal(self, answer: Answer) -> Exception:
        said = self._client.said(answer.document.get("detail") or answer.value)
        for words, reason, sentence in _WHY:
            if words in said:
                return Reject(sentence, reason=reason)
        if (
            answer.status == 402
            or "permission" in said
            or str(answer.document.get("type", "about:blank")) != "about:blank"
        ):
            return self._client.denied(answer)
        return Reject(f"X refuses this: {said}", reason=Refusal.FORBIDDEN)
