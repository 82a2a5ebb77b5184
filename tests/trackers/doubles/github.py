"""GitHub's API of issues, as far as klankbord uses it.

Rules by docs.github.com/en/rest: a bearer token, without which a private repository answers 404; a title is required (422
"Validation Failed"), and at most 256 characters; a body at most 65,536; `state` open or closed; labels of who may not push are
dropped in silence; pull requests stand among issues; lists in pages of at most 100, `since` by the time of the last change; 403
with a message and headers where a limit is reached; a locked issue takes no comment (403); 410 for a deleted issue. The
search is not served: what was just made is missing from it.
"""

from dataclasses import dataclass, field

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served
from tests.trackers.doubles.there import There, spelled

DOCS = "https://docs.github.com/rest"
MISSING = Refuses(404, {"message": "Not Found", "documentation_url": DOCS, "status": "404"})
DELETED = Refuses(410, {"message": "This issue was deleted", "documentation_url": DOCS, "status": "410"})
MALFORMED = Refuses(400, {"message": "Problems parsing JSON", "documentation_url": DOCS})
MAKES, CHANGES = {"title", "body", "labels", "assignees", "milestone"}, {"title", "body", "labels", "state"}


def invalid(name: str, code: str) -> Refuses:
    errors = [{"resource": "Issue", "field": name, "code": code}]
    return Refuses(422, {"message": "Validation Failed", "errors": errors, "documentation_url": DOCS, "status": "422"})


def limited(*, secondary: bool, headers: dict[str, str]) -> Refuses:
    which = "a secondary rate limit. Please wait a few minutes" if secondary else "API rate limit for user ID 1."
    return Refuses(403, {"message": f"You have exceeded {which}", "documentation_url": DOCS}, headers)


@dataclass
class GitHubDouble(There):
    """`pushes` says whether the token may set labels; `deleted` holds numbers that were deleted for good."""

    repository: str = "klank/webcare"
    pushes: bool = True
    deleted: set[int] = field(default_factory=set)

    def serve(self):
        application = web.Application(middlewares=[refusing])
        route, issues = application.router.add_route, "/repos/{owner}/{name}/issues"
        route("GET", issues, self.listed)
        route("POST", issues, self.create)
        route("GET", rf"{issues}/{{number:\d+}}", self.get)
        route("PATCH", rf"{issues}/{{number:\d+}}", self.update)
        route("GET", rf"{issues}/{{number:\d+}}/comments", self.comments)
        route("POST", rf"{issues}/{{number:\d+}}/comments", self.comment)
        return served(application)

    async def listed(self, request):
        self._let_in(request)
        query = request.query
        if query.get("state") not in {"open", "closed", "all"}:
            raise invalid("state", "invalid")
        those = [(number, one) for number, one in self.items.items() if spelled(one["changed"]) >= self._since(query)]
        shown = [(number, one) for number, one in those if query["state"] == "all" or not one["closed"]]
        ordered = sorted(shown, key=lambda each: each[1]["at"], reverse=query.get("direction") != "asc")
        return web.json_response(self._page(request, [self._shown(number) for number, _ in ordered]))

    async def create(self, request):
        told = await self._told(request, MAKES)
        if not isinstance(told.get("title"), str) or not told["title"].strip():
            raise invalid("title", "missing_field")
        labels = told.get("labels", []) if self.pushes else []
        number = self.add(title=told["title"], text=told.get("body") or "", labels=labels)
        return web.json_response(self._shown(number), status=201)

    async def get(self, request):
        self._let_in(request)
        return web.json_response(self._shown(self._number(request)))

    async def update(self, request):
        number, told = self._number(request), await self._told(request, CHANGES)
        if told.get("state", "open") not in {"open", "closed"}:
            raise invalid("state", "invalid")
        if "state" in told:
            self.change(number, closed=told["state"] == "closed")
        if "title" in told:
            self.change(number, title=told["title"])
        if "body" in told:
            self.change(number, text=told["body"] or "")
        return web.json_response(self._shown(number))

    async def comments(self, request):
        self._let_in(request)
        return web.json_response(self._page(request, self.items[self._number(request)]["comments"]))

    async def comment(self, request):
        number, told = self._number(request), await self._told(request, {"body"})
        if not told.get("body"):
            raise invalid("body", "missing_field")
        if self.items[number].get("locked"):
            raise Refuses(403, {"message": "Unable to create comment because issue is locked.", "status": "403"})
        return web.json_response(self.say(number, told["body"]), status=201)

    # --- rules

    def _let_in(self, request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refuses(401, {"message": "Bad credentials", "documentation_url": DOCS, "status": "401"})
        if not request.headers.get("User-Agent"):
            raise Refuses(403, {"message": "Request forbidden by administrative rules."})
        if self.unseen or f"{request.match_info['owner']}/{request.match_info['name']}" != self.repository:
            raise MISSING

    async def _told(self, request, writable) -> dict:
        self._let_in(request)
        told = await body_of(request, MALFORMED)
        if unknown := set(told) - writable:  # GitHub passes over these: here they would be a mistake nobody sees
            raise invalid(min(unknown), "unknown")
        if len(told.get("title") or "") > 256:
            raise invalid("title", "too_long")
        if len(told.get("body") or "") > 65_536:
            raise invalid("body", "too_long")
        return told

    def _number(self, request) -> int:
        number = int(request.match_info["number"])
        if number in self.deleted:
            raise DELETED
        if number not in self.items:
            raise MISSING
        return number

    @staticmethod
    def _since(query) -> str:
        since = query.get("since", "")
        return since.replace("+00:00", "Z")

    @staticmethod
    def _page(request, those: list) -> list:
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        if not 1 <= size <= 100:
            raise invalid("per_page", "invalid")
        return those[(page - 1) * size : page * size]

    def _shown(self, number: int) -> dict:
        one = self.items[number]
        shown = {"number": number, "title": one["title"], "body": one["text"] or None}
        shown |= {"state": "closed" if one["closed"] else "open", "labels": [{"name": name} for name in one["labels"]]}
        return shown | ({"pull_request": {"url": ""}} if one.get("pull") else {})
