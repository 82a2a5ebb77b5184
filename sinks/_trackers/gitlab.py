"""GitLab: a rising topic as an issue of a project, gitlab.com or a server of one's own.

Rules by docs.gitlab.com/api: issues (by the number within the project, `iid`; state_event; 409 for one that is made twice),
notes, rest/#pagination, and 429 with Retry-After. A line that begins with a slash would be a command (user/project/quick_actions).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from core.backlog import Item, Seen, State
from core.errors import Retry
from core.ports import Tools
from sinks._crm_http import Client, let_in_by
from sinks._trackers import _markdown
from sinks._trackers._asking import MISSING, made, see_project, well
from sinks._trackers._settings import Place

PAGE = 100
SKEW = timedelta(minutes=5)
"""How far its clock may be behind ours."""


class Settings(Place):
    """How GitLab is reached. `project` is its number or GROUP/NAME; a token of the scope `api`."""

    url: str = "https://gitlab.com"


class GitLab:
    """core.backlog.Tracker."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._labels = client, settings.labels
        self._issues = f"/api/v4/projects/{quote(settings.project, safe='')}/issues"
        self.settles = settings.patience + timedelta(minutes=1)

    def spelled(self, item: Item) -> str:
        return _markdown.canonical(_markdown.body(item))

    async def find(self, marker: str, since: datetime) -> str | None:
        query = {"scope": "all", "order_by": "created_at", "sort": "asc"}
        query["created_after"] = (since - SKEW).isoformat(timespec="seconds")
        return await self._first(self._issues, query, marker, text="description", number="iid")

    async def make(self, item: Item) -> str:
        """Raises Retry where it says that there is one already: who asks again finds it."""
        told = {"title": item.title, "description": _markdown.body(item)}
        told["labels"] = ",".join(_markdown.labels(self._labels))
        answer = await self._client.ask("POST", self._issues, told)
        if answer.status == 409:
            raise Retry(f"{self._client.name} says that this issue is there already")
        return str(made(self._client, answer)["iid"])

    async def look(self, native: str) -> Seen | None:
        answer = await self._client.ask("GET", f"{self._issues}/{native}")
        if answer.status in MISSING:
            await see_project(self._client, self._issues, {"per_page": "1"})
            return None
        issue = well(self._client, answer)
        state = State.OPEN if issue["state"] == "opened" else State.CLOSED
        return Seen(state=state, title=issue["title"], spelled=_markdown.canonical(issue["description"] or ""))

    async def write(self, native: str, item: Item, *, titled: bool) -> None:
        title = {"title": item.title} if titled else {}
        await self._change(native, description=_markdown.body(item), **title)

    async def said(self, native: str, marker: str) -> bool:
        found = await self._first(f"{self._issues}/{native}/notes", {}, marker, text="body", number="id")
        return found is not None

    async def comment(self, native: str, text: str, marker: str) -> None:
        told = {"body": _markdown.comment(text, marker)}
        well(self._client, await self._client.ask("POST", f"{self._issues}/{native}/notes", told))

    async def reopen(self, native: str) -> None:
        await self._change(native, state_event="reopen")

    async def _change(self, native: str, **fields: str) -> None:
        well(self._client, await self._client.ask("PUT", f"{self._issues}/{native}", fields))

    async def _first(self, path: str, query: dict[str, str], marker: str, *, text: str, number: str) -> str | None:
        """Of a list, page after page, the first whose text holds the marker."""
        page = "1"
        while page:
            asked = {**query, "per_page": str(PAGE), "page": page}
            answer = await self._client.ask("GET", path, query=asked)
            found: list[dict[str, Any]] = well(self._client, answer)
            for one in found:
                if f"<!-- {marker} -->" in (one[text] or ""):
                    return str(one[number])
            page = answer.headers.get("x-next-page", "")
        return None


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[GitLab]:
    """The tracker, open."""
    token = settings.token.get_secret_value()
    async with let_in_by({"PRIVATE-TOKEN": token}, settings, tools, "GitLab", secrets=[token]) as client:
        yield GitLab(client, settings)
