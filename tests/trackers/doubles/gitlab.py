"""GitLab's API of issues, as far as klankbord uses it.

Rules by docs.gitlab.com/api: a PRIVATE-TOKEN; a project by its number or its path with slashes as %2F, 404 where one may not see
it; a title is required (400 {"error": "title is missing"}) and at most 255 characters; labels are a comma-separated list; a
description of at most 1,048,576 characters; `state_event` close or reopen; `opened` and `closed` as states; pages of at most 100
with X-Next-Page; 409 for what is made twice; a line that begins with a slash is a quick action, which is carried out and taken out.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served
from tests.trackers.doubles.there import There, spelled

MISSING = Refuses(404, {"message": "404 Project Not Found"})
NO_ISSUE = Refuses(404, {"message": "404 Not found"})
MALFORMED = Refuses(400, {"error": "The request body is not valid"})
MAKES = {"title", "description", "labels", "confidential", "issue_type"}
CHANGES = {"title", "description", "labels", "state_event"}
QUICK = re.compile(r"^/(\w+).*$", re.MULTILINE)


def bad(said: str) -> Refuses:
    return Refuses(400, {"error": said})


@dataclass
class GitLabDouble(There):
    project: str = "klank/webcare"
    conflicts: int = 0
    """Of so many issues that are made, it says that they are there already: a first answer was lost on its way."""

    def serve(self):
        application = web.Application(middlewares=[refusing], client_max_size=1 << 24)
        route, issues = application.router.add_route, "/api/v4/projects/{project:[^/]+}/issues"
        route("GET", issues, self.listed)
        route("POST", issues, self.create)
        route("GET", rf"{issues}/{{number:\d+}}", self.get)
        route("PUT", rf"{issues}/{{number:\d+}}", self.update)
        route("GET", rf"{issues}/{{number:\d+}}/notes", self.notes)
        route("POST", rf"{issues}/{{number:\d+}}/notes", self.note)
        return served(application)

    async def listed(self, request):
        self._let_in(request)
        after = request.query.get("created_after", "").replace("+00:00", "Z")
        those = [number for number, one in self.items.items() if spelled(one["at"]) >= after]
        ordered = sorted(those, key=lambda number: self.items[number]["at"], reverse=request.query.get("sort") != "asc")
        return self._page(request, [self._shown(number) for number in ordered])

    async def create(self, request):
        told = await self._told(request, MAKES)
        if not told.get("title"):
            raise bad("title is missing")
        text, closed = self._quick(told.get("description") or "")
        labels = [one.strip() for one in (told.get("labels") or "").split(",") if one.strip()]
        number = self.add(title=told["title"], text=text, labels=labels, closed=closed)
        if self.conflicts:
            self.conflicts -= 1
            raise Refuses(409, {"message": "Duplicated issue"})
        return web.json_response(self._shown(number), status=201)

    async def get(self, request):
        self._let_in(request)
        return web.json_response(self._shown(self._number(request)))

    async def update(self, request):
        told = await self._told(request, CHANGES)
        number = self._number(request)
        if not told:
            raise bad("title, description, labels, state_event are missing, at least one parameter must be provided")
        if told.get("state_event", "close") not in {"close", "reopen"}:
            raise bad("state_event does not have a valid value")
        if "state_event" in told:
            self.change(number, closed=told["state_event"] == "close")
        if "title" in told:
            self.change(number, title=told["title"])
        if "description" in told:
            text, closed = self._quick(told["description"] or "")
            self.change(number, text=text, closed=closed or self.items[number]["closed"])
        return web.json_response(self._shown(number))

    async def notes(self, request):
        self._let_in(request)
        return self._page(request, self.items[self._number(request)]["comments"])

    async def note(self, request):
        told = await self._told(request, {"body"})
        if not told.get("body"):
            raise bad("body is missing")
        return web.json_response(self.say(self._number(request), self._quick(told["body"])[0]), status=201)

    # --- rules

    def _let_in(self, request) -> None:
        if request.headers.get("PRIVATE-TOKEN") != self.token:
            raise Refuses(401, {"message": "401 Unauthorized"})
        if self.unseen or unquote(request.raw_path.split("/")[4]) != self.project:
            raise MISSING

    async def _told(self, request, writable) -> dict:
        self._let_in(request)
        told = await body_of(request, MALFORMED)
        if unknown := set(told) - writable:
            raise bad(f"{min(unknown)} is invalid")
        if len(told.get("title") or "") > 255:
            raise Refuses(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}})
        if len(told.get("description") or "") > 1_048_576:
            raise Refuses(400, {"message": {"description": ["is too long (maximum is 1048576 characters)"]}})
        return told

    @staticmethod
    def _quick(text: str) -> tuple[str, bool]:
        """The text without its quick actions, and whether one of them closes the issue."""
        found = QUICK.findall(text)
        return QUICK.sub("", text), "close" in found

    def _number(self, request) -> int:
        number = int(request.match_info["number"])
        if number not in self.items:
            raise NO_ISSUE
        return number

    @staticmethod
    def _page(request, those: list) -> web.Response:
        size, page = int(request.query.get("per_page", 20)), int(request.query.get("page", 1))
        if not 1 <= size <= 100:
            raise bad("per_page does not have a valid value")
        more = page * size < len(those)
        headers = {"X-Next-Page": str(page + 1) if more else ""}
        return web.json_response(those[(page - 1) * size : page * size], headers=headers)

    def _shown(self, number: int) -> dict:
        one = self.items[number]
        state = "closed" if one["closed"] else "opened"
        return {"id": number + 10_000, "iid": number, "title": one["title"], "description": one["text"] or None} | {
            "state": state,
            "labels": one["labels"],
        }
