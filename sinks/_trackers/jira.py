"""Jira Cloud: a rising topic as a work item of a project.

Rules by developer.atlassian.com/cloud/jira/platform: rest/v3 (create and edit issue: a description is a document, 400 with an
error a field; enhanced search: search/jql; transitions; comments), apis/document/structure, and search-and-reconcile: what was
just made may be missing from a search for minutes, so that an act whose end is not known is asked after only then.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field, field_validator

from core.backlog import MARK, Item, Seen, State
from core.errors import Reject
from core.ports import Tools
from sinks._crm_http import Client, let_in_by
from sinks._trackers._asking import MISSING, REFUSED, made, see_project, well
from sinks._trackers._settings import Place

PAGE = 100
MOST_SUMMARY = 255
SEARCHED_AFTER = timedelta(minutes=10)
DONE = "done"
"""The category of every status that closes a work item."""


class Settings(Place):
    """How Jira is reached.

    url      https://NAME.atlassian.net
    email    of the account whose API token `token` is
    project  its key, such as WEB
    type     which kind of work item is made, by its name there
    """

    email: str = Field(pattern=r"^[^@\s:]+@[^@\s:]+$")
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    type: str = "Task"

    @field_validator("labels")
    @classmethod
    def _one_word(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for label in value:
            if not label or any(sign.isspace() for sign in label):
                raise ValueError(f'"{label}" has a blank in it, and a label of Jira has none')
        return value


class Jira:
    """core.backlog.Tracker. The marker stands in the text, and as a label, by which alone Jira finds it."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self._client, self._settings = client, settings
        self.settles = settings.patience + SEARCHED_AFTER

    def spelled(self, item: Item) -> str:
        return _spelled(document(item))

    async def find(self, marker: str, since: datetime) -> str | None:
        """By its label, whenever it was made: nobody else's has it."""
        del since
        jql = f'project = "{self._settings.project}" AND labels = "{_label(marker)}" ORDER BY created ASC'
        asked = {"jql": jql, "maxResults": 1, "fields": ["status"]}
        found = well(self._client, await self._client.ask("POST", "/rest/api/3/search/jql", asked))
        return str(found["issues"][0]["id"]) if found["issues"] else None

    async def make(self, item: Item) -> str:
        fields = {
            "project": {"key": self._settings.project},
            "issuetype": {"name": self._settings.type},
            "summary": item.title[:MOST_SUMMARY],
            "description": document(item),
            "labels": list(dict.fromkeys([*self._settings.labels, _label(item.marker)])),
        }
        return str(made(self._client, await self._client.ask("POST", "/rest/api/3/issue", {"fields": fields}))["id"])

    async def look(self, native: str) -> Seen | None:
        answer = await self._client.ask("GET", _issue(native), query={"fields": "status,summary,description"})
        if answer.status in MISSING:
            await see_project(self._client, f"/rest/api/3/project/{self._settings.project}")
            return None
        fields = well(self._client, answer)["fields"]
        closed = fields["status"]["statusCategory"]["key"] == DONE
        state = State.CLOSED if closed else State.OPEN
        return Seen(state=state, title=fields["summary"], spelled=_spelled(fields["description"]))

    async def write(self, native: str, item: Item, *, titled: bool) -> None:
        title = {"summary": item.title[:MOST_SUMMARY]} if titled else {}
        told = {"fields": {"description": document(item), **title}}
        well(self._client, await self._client.ask("PUT", _issue(native), told))

    async def said(self, native: str, marker: str) -> bool:
        start = 0
        while True:
            query = {"startAt": str(start), "maxResults": str(PAGE)}
            found = well(self._client, await self._client.ask("GET", f"{_issue(native)}/comment", query=query))
            if any(marker in _spelled(one["body"]) for one in found["comments"]):
                return True
            start += len(found["comments"])
            if not found["comments"] or start >= found["total"]:
                return False

    async def comment(self, native: str, text: str, marker: str) -> None:
        told = {"body": _document([_paragraph(_text(text)), _paragraph(_text(marker))])}
        well(self._client, await self._client.ask("POST", f"{_issue(native)}/comment", told))

    async def reopen(self, native: str) -> None:
        """By the first step that leads to a status that is not done. Raises Reject where its workflow has none."""
        path = f"{_issue(native)}/transitions"
        steps = well(self._client, await self._client.ask("GET", path))["transitions"]
        leads = [one["id"] for one in steps if one["to"]["statusCategory"]["key"] != DONE]
        if not leads:
            raise Reject(f"{self._client.name}: no step of the workflow opens it again", reason=REFUSED)
        well(self._client, await self._client.ask("POST", path, {"transition": {"id": leads[0]}}))


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator[Jira]:
    """The tracker, open."""
    token = settings.token.get_secret_value()
    basic = b64encode(f"{settings.email}:{token}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    async with let_in_by(headers, settings, tools, "Jira", secrets=[token, basic]) as client:
        yield Jira(client, settings)


Node = dict[str, Any]  # Any: a node of the Atlassian Document Format


def document(item: Item) -> Node:
    """The item in the Atlassian Document Format, in which a text is never markup."""
    title, address = item.link
    parts = [_paragraph(_text(one)) for one in item.told if one]
    if item.words:
        parts.append(_paragraph(_text(" · ".join(item.words), {"type": "strong"})))
    for quote in item.quotes:
        where = [_text(" "), _linked("↗", quote.link)] if quote.link else []
        parts.append({"type": "blockquote", "content": [_paragraph(_text(quote.text), *where)]})
    parts += [_paragraph(_linked(title, address)), _paragraph(_text(item.marker, {"type": "code"}))]
    return _document(parts)


def _document(content: list[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": content}


def _paragraph(*content: Node) -> Node:
    return {"type": "paragraph", "content": list(content)}


def _text(text: str, *marks: Node) -> Node:
    return {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}


def _linked(text: str, address: str) -> Node:
    return _text(text, {"type": "link", "attrs": {"href": address}})


def _spelled(node: object) -> str:
    """All text of a document, blanks aside: Jira adds attributes of its own to what it is given."""
    return " ".join(" ".join(_texts(node)).split())


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(text := node.get("text"), str):
            yield text
        for one in node.get("content") or ():
            yield from _texts(one)


def _issue(native: str) -> str:
    return f"/rest/api/3/issue/{native}"


def _label(marker: str) -> str:
    return f"klankbord-{marker.removeprefix(MARK)}"
