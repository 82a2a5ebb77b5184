"""Jira Cloud's API of work items, as far as klankbord uses it.

Rules by developer.atlassian.com/cloud/jira/platform, rest/v3 and apis/document/structure: Basic authentication as EMAIL:token;
project, type and summary are required, a summary is one line of at most 255 characters, a label has no blank; a description is a
document, not a text; every mistake is a 400 with one sentence a field; a change answers 204 and nothing; a search with a
bounded question, in which what was just made is missing for a while; a status changes by a transition of the workflow alone.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served
from tests.trackers.doubles.there import There

MISSING = Refuses(
    404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
)
NO_PROJECT = Refuses(404, {"errorMessages": ["No project could be found with key 'WEB'."], "errors": {}})
MALFORMED = Refuses(400, {"errorMessages": ["There was an error parsing JSON."]})
JQL = re.compile(r'^project = "([A-Z0-9_]+)" AND labels = "(\S+)" ORDER BY created ASC$')
CONTAINERS = {"doc": {"paragraph", "blockquote"}, "blockquote": {"paragraph"}, "paragraph": {"text"}}
MARKS = {"strong", "code", "link"}


def wrong(**errors: str) -> Refuses:
    return Refuses(400, {"errorMessages": [], "errors": errors})


@dataclass
class JiraDouble(There):
    """`lag` is how long what was made is missing from a search; `steps` of the workflow by id: where each leads, and whether done."""

    email: str = "bot@klank.example"
    project: str = "WEB"
    lag: timedelta = timedelta(minutes=4)
    steps: tuple[tuple[str, str], ...] = (("31", "done"), ("11", "new"))

    def serve(self):
        application = web.Application(middlewares=[refusing])
        route, issue = application.router.add_route, r"/rest/api/3/issue/{number:\d+}"
        route("POST", "/rest/api/3/issue", self.create)
        route("POST", "/rest/api/3/search/jql", self.search)
        route("GET", "/rest/api/3/project/{key}", self.shown)
        route("GET", issue, self.get)
        route("PUT", issue, self.update)
        route("GET", f"{issue}/comment", self.comments)
        route("POST", f"{issue}/comment", self.comment)
        route("GET", f"{issue}/transitions", self.transitions)
        route("POST", f"{issue}/transitions", self.transition)
        return served(application)

    async def create(self, request):
        fields = (await self._told(request)).get("fields", {})
        if fields.get("project", {}).get("key") != self.project:
            raise wrong(project="Specify a valid project ID or key")
        if fields.get("issuetype", {}).get("name") not in {"Task", "Bug", "Story"}:
            raise wrong(issuetype="Specify a valid issue type")
        self._valid(fields, {"project", "issuetype", "summary", "description", "labels"})
        if not fields.get("summary"):
            raise wrong(summary="You must specify a summary of the issue.")
        number = self.add(title=fields["summary"], text=fields["description"], labels=fields.get("labels", []))
        return web.json_response({"id": str(number), "key": f"{self.project}-{number}", "self": ""}, status=201)

    async def search(self, request):
        asked = await self._told(request)
        found = JQL.match(asked.get("jql", ""))
        if found is None:
            raise Refuses(400, {"errorMessages": ["Error in the JQL Query"], "errors": {}})
        those = [
            {"id": str(number), "fields": {}}
            for number, one in sorted(self.items.items())
            if found[2] in one["labels"] and one["at"] + self.lag <= self.moment
        ]
        return web.json_response({"issues": those[: asked.get("maxResults", 50)], "isLast": True})

    async def shown(self, request):
        self._let_in(request)
        if self.unseen or request.match_info["key"] != self.project:
            raise NO_PROJECT
        return web.json_response({"id": "10000", "key": self.project})

    async def get(self, request):
        self._let_in(request)
        one = self.items[self._number(request)]
        category = "done" if one["closed"] else "new"
        fields = {
            "status": {"name": "?", "statusCategory": {"key": category}},
            "summary": one["title"],
            "description": self._attributed(one["text"]),
        }
        return web.json_response({"id": request.match_info["number"], "fields": fields})

    async def update(self, request):
        number, fields = self._number(request), (await self._told(request)).get("fields", {})
        self._valid(fields, {"summary", "description", "labels"})
        before = self.items[number]
        self.change(
            number, text=fields.get("description", before["text"]), title=fields.get("summary", before["title"])
        )
        return web.Response(status=204)

    async def comments(self, request):
        self._let_in(request)
        those = self.items[self._number(request)]["comments"]
        start, most = int(request.query.get("startAt", 0)), int(request.query.get("maxResults", 5000))
        page = those[start : start + most]
        return web.json_response({"startAt": start, "maxResults": most, "total": len(those), "comments": page})

    async def comment(self, request):
        number, told = self._number(request), await self._told(request)
        if not self._is_document(told.get("body")):
            raise wrong(comment="Comment body is not valid!")
        return web.json_response(self.say(number, told["body"]), status=201)

    async def transitions(self, request):
        self._let_in(request)
        self._number(request)
        shown = [{"id": step, "name": "?", "to": {"statusCategory": {"key": key}}} for step, key in self.steps]
        return web.json_response({"transitions": shown})

    async def transition(self, request):
        number, told = self._number(request), await self._told(request)
        leads = dict(self.steps).get(told.get("transition", {}).get("id"))
        if leads is None:
            raise Refuses(400, {"errorMessages": ["Transition id is not valid for this issue."], "errors": {}})
        self.change(number, closed=leads == "done")
        return web.Response(status=204)

    # --- rules

    def _let_in(self, request) -> None:
        expected = b64encode(f"{self.email}:{self.token}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            raise Refuses(401, {"message": "Client must be authenticated to access this resource.", "status-code": 401})

    async def _told(self, request) -> dict:
        self._let_in(request)
        return await body_of(request, MALFORMED)

    def _valid(self, fields: dict, writable: set[str]) -> None:
        for name in set(fields) - writable:
            raise wrong(**{name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."})
        summary = fields.get("summary", "?")
        if "\n" in summary:
            raise wrong(summary="The summary is invalid because it contains newline characters.")
        if len(summary) > 255:
            raise wrong(summary="Summary can't exceed 255 characters.")
        if any(" " in label for label in fields.get("labels", ())):
            raise wrong(labels="The label contains spaces which is invalid.")
        if not self._is_document(fields.get("description")):
            raise wrong(description="Operation value must be an Atlassian Document (see the Atlassian Document Format)")

    def _is_document(self, node: object) -> bool:
        return isinstance(node, dict) and node.get("type") == "doc" and node.get("version") == 1 and self._holds(node)

    def _holds(self, node: dict) -> bool:
        """Whether a node is one that may stand there, all below it too; an empty text is refused."""
        if node["type"] == "text":
            marks = node.get("marks", [])
            links = all(mark["attrs"]["href"] for mark in marks if mark["type"] == "link")
            return bool(node.get("text")) and {mark["type"] for mark in marks} <= MARKS and links
        content = node.get("content")
        allowed = CONTAINERS.get(node["type"], set())
        return bool(content) and all(one["type"] in allowed and self._holds(one) for one in content)

    def _attributed(self, node: object) -> object:
        """The document with ids of Jira's own, as it gives one back."""
        if isinstance(node, dict) and node.get("type") == "paragraph":
            return {**node, "attrs": {"localId": "4c8d"}}
        if isinstance(node, dict) and "content" in node:
            return {**node, "content": [self._attributed(one) for one in node["content"]]}
        return node

    def _number(self, request) -> int:
        number = int(request.match_info["number"])
        if self.unseen or number not in self.items:
            raise MISSING
        return number
