"""The demo's tracker of work: a local server that takes what GitHub's API of issues takes, and shows what stands there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from core.time import Clock, now
from klankbord.player.server import Player

PROJECT = "noorderlijn/reizigers"
PAGE, MOST = 30, 100
"""Issues of one answer where nobody says how many, and at the most."""

_ISSUES = f"/repos/{PROJECT}/issues"
_Body = Annotated[str, Meta(max_length=65_536)]
_Told = TypeVar("_Told")


class _New(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=1, max_length=256)]
    body: _Body = ""
    labels: list[str] = []


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    title: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    body: _Body | None = None
    state: Literal["open", "closed"] | None = None


class _Comment(msgspec.Struct, forbid_unknown_fields=True):
    body: Annotated[_Body, Meta(min_length=1)]


@dataclass(kw_only=True)
class Issue:
    """One of them; `changed_at` also tells of its comments."""

    number: int
    title: str
    body: str
    labels: list[str]
    created_at: datetime
    changed_at: datetime
    state: str = "open"
    comments: list[str] = field(default_factory=list)


class Tracker(Player):
    """Refuses what GitHub refuses: a token that is none (401), what is no JSON (400), a title that is missing, fields that are
    too long or none of its own (422), an issue that is not there (404). What it would pass over is refused as well.

    Source: https://docs.github.com/en/rest/issues/issues and /comments. `issues` by number.
    """

    def __init__(self, token: str, *, clock: Clock = now) -> None:
        super().__init__()
        self._token, self._clock = token, clock
        self.issues: dict[int, Issue] = {}

    def routes(self) -> list[web.RouteDef]:
        one = rf"{_ISSUES}/{{number:\d+}}"
        return [
            web.get("/", self._show),
            web.get(_ISSUES, self._list),
            web.post(_ISSUES, self._make),
            web.get(one, self._get),
            web.patch(one, self._change),
            web.get(f"{one}/comments", self._comments),
            web.post(f"{one}/comments", self._comment),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        self._let_in(request)
        state, since = request.query.get("state", "open"), _moment(request.query.get("since"))
        those = [
            one
            for one in self.issues.values()
            if state in ("all", one.state) and (since is None or one.changed_at >= since)
        ]
        if request.query.get("direction") != "asc":
            those.reverse()
        return _answer([_told(one) for one in _page(request, those)])

    async def _make(self, request: web.Request) -> web.Response:
        new, at, number = await self._read(request, _New), self._clock(), len(self.issues) + 1
        self.issues[number] = Issue(
            number=number, title=new.title, body=new.body, labels=new.labels, created_at=at, changed_at=at
        )
        return _answer(_told(self.issues[number]), status=201)

    async def _get(self, request: web.Request) -> web.Response:
        return _answer(_told(self._issue(request)))

    async def _change(self, request: web.Request) -> web.Response:
        issue, change = self._issue(request), await self._read(request, _Change)
        issue.title = change.title or issue.title
        issue.body = issue.body if change.body is None else change.body
        issue.state = change.state or issue.state
        issue.changed_at = self._clock()
        return _answer(_told(issue))

    async def _comments(self, request: web.Request) -> web.Response:
        said = list(enumerate(self._issue(request).comments, start=1))
        return _answer([{"id": number, "body": text} for number, text in _page(request, said)])

    async def _comment(self, request: web.Request) -> web.Response:
        issue, said = self._issue(request), await self._read(request, _Comment)
        issue.comments.append(said.body)
        issue.changed_at = self._clock()
        return _answer({"id": len(issue.comments), "body": said.body}, status=201)

    async def _show(self, _: web.Request) -> web.Response:
        shown = [
            "\n\n".join([f"#{one.number} ({one.state}) {one.title}", one.body, *one.comments])
            for one in reversed(self.issues.values())
        ]
        return web.Response(text="\n\n---\n\n".join(shown) or "Nothing is in the backlog yet.")

    def _let_in(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise web.HTTPUnauthorized(**_refusal("Bad credentials"))

    def _issue(self, request: web.Request) -> Issue:
        self._let_in(request)
        issue = self.issues.get(int(request.match_info["number"]))
        if issue is None:
            raise web.HTTPNotFound(**_refusal("Not Found"))
        return issue

    async def _read(self, request: web.Request, form: type[_Told]) -> _Told:
        self._let_in(request)
        try:
            return msgspec.json.decode(await request.read(), type=form)
        except msgspec.ValidationError as error:
            raise web.HTTPUnprocessableEntity(**_refusal(f"Validation Failed: {error}")) from None
        except msgspec.DecodeError:
            raise web.HTTPBadRequest(**_refusal("Problems parsing JSON")) from None


_One = TypeVar("_One")


def _page(request: web.Request, those: list[_One]) -> list[_One]:
    size, page = int(request.query.get("per_page", PAGE)), int(request.query.get("page", 1))
    if not 1 <= size <= MOST:
        raise web.HTTPUnprocessableEntity(**_refusal("Validation Failed: per_page"))
    return those[(page - 1) * size : page * size]


def _moment(written: str | None) -> datetime | None:
    try:
        return None if written is None else datetime.fromisoformat(written)
    except ValueError:
        raise web.HTTPUnprocessableEntity(**_refusal("Validation Failed: since")) from None


def _told(issue: Issue) -> dict[str, object]:
    return {
        "number": issue.number,
        "title": issue.title,
        "body": issue.body or None,
        "state": issue.state,
        "labels": [{"name": one} for one in issue.labels],
        "created_at": issue.created_at,
        "updated_at": issue.changed_at,
    }


def _answer(value: object, *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json", status=status)


def _refusal(message: str) -> dict[str, Any]:  # Any: arguments of an HTTPException
    return {"text": msgspec.json.encode({"message": message}).decode(), "content_type": "application/json"}
