"""GitHub: a rising topic as an issue of a repository, github.com or a server of one's own.

Rules by docs.github.com/en/rest: issues/issues (labels of who may not push are dropped in silence, pull requests stand among
issues, 410 where issues are off), issues/comments, using-the-rest-api/rate-limits (403 or 429, and how long to wait). Its search
lags behind what was made, so that the list of issues is read instead.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from core.backlog import Item, Seen, State
from core.errors import Retry
from core.ports import Tools
from core.retry_after import asked_wait
from core.time import Clock
from sinks._crm_http import Answer, Client, let_in_by
from sinks._trackers import _markdown
from sinks._trackers._asking import MISSING, made, see_project, well
from sinks._trackers._settings import Place

PAGE, MINUTE = 100, 60.0
SKEW = timedelta(minutes=5)
"""How far its clock may be behind ours."""


class Settings(Place):
    """How GitHub is reached. `project` is OWNER/REPOSITORY; a token that may write issues there."""

    url: str = "https://api.github.com"
    project: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")


class GitHub:
    """core.backlog.Tracker."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._labels = client, settings.labels
        self._issues = f"/repos/{settings.project}/issues"
        self.settles = settings.patience + timedelta(minutes=1)

    def spelled(self, item: Item) -> str:
        return _markdown.canonical(_markdown.body(item))

    async def find(self, marker: str, since: datetime) -> str | None:
        """By the list of all issues since then: those that are made since are changed since too."""
        query = {"state": "all", "sort": "created", "direction": "asc", "per_page": str(PAGE)}
        query["since"] = (since - SKEW).isoformat(timespec="seconds")
        return await self._first(self._issues, query, marker, number="number")

    async def make(self, item: Item) -> str:
        told = {"title": item.title, "body": _markdown.body(item), "labels": _markdown.labels(self._labels)}
        return str(made(self._client, await self._client.ask("POST", self._issues, told))["number"])

    async def look(self, native: str) -> Seen | None:
        answer = await self._client.ask("GET", f"{self._issues}/{native}")
        if answer.status in MISSING:
            await see_project(self._client, self._issues, {"state": "all", "per_page": "1"})
            return None
        issue = well(self._client, answer)
        state = State.OPEN if issue["state"] == "open" else State.CLOSED
        return Seen(state=state, title=issue["title"], spelled=_markdown.canonical(issue["body"] or ""))

    async def write(self, native: str, item: Item, *, titled: bool) -> None:
        title = {"title": item.title} if titled else {}
        await self._change(native, body=_markdown.body(item), **title)

    async def said(self, native: str, marker: str) -> bool:
        query = {"per_page": str(PAGE)}
        return await self._first(f"{self._issues}/{native}/comments", query, marker, number="id") is not None

    async def comment(self, native: str, text: str, marker: str) -> None:
        told = {"body": _markdown.comment(text, marker)}
        well(self._client, await self._client.ask("POST", f"{self._issues}/{native}/comments", told))

    async def reopen(self, native: str) -> None:
        await self._change(native, state="open")

    async def _change(self, native: str, **fields: str) -> None:
        well(self._client, await self._client.ask("PATCH", f"{self._issues}/{native}", fields))

    async def _first(self, path: str, query: dict[str, str], marker: str, *, number: str) -> str | None:
        """Of a list, page after page, the first whose body holds the marker."""
        page = 1
        while True:
            asked = await self._client.ask("GET", path, query={**query, "page": str(page)})
            found: list[dict[str, Any]] = well(self._client, asked)
            for one in found:
                if f"<!-- {marker} -->" in (one["body"] or "") and "pull_request" not in one:
                    return str(one[number])
            if len(found) < PAGE:
                return None
            page += 1


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[GitHub]:
    """The tracker, open."""
    token = settings.token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28"}
    judge = limits(tools.clock)
    async with let_in_by(headers, settings, tools, "GitHub", secrets=[token], judge=judge) as client:
        yield GitHub(client, settings)


def limits(clock: Clock) -> Callable[[Answer], None]:
    """What says of a 403 or 429 that it is a limit: then it is waited for, as long as GitHub asks, else a minute."""

    def judge(answer: Answer) -> None:
        if answer.status not in {403, 429}:
            return
        spent = answer.headers.get("x-ratelimit-remaining") == "0"
        if not (spent or "retry-after" in answer.headers or "rate limit" in answer.text.lower()):
            return
        after = asked_wait(answer.headers.get("retry-after", ""), clock())
        if after is None and spent:
            after = asked_wait(answer.headers.get("x-ratelimit-reset", ""), clock())
        raise Retry("GitHub asks us to wait: its limit is reached", after=MINUTE if after is None else max(1.0, after))

    return judge
