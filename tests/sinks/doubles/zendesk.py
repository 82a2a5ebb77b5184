"""Zendesk's API, as far as klankbord uses it.

Rules by developer.zendesk.com/api-reference: Basic authentication as EMAIL/token; JSON bodies; a ticket needs a comment;
an external id may be shared; Idempotency-Key on the creation of a ticket, the same key with another body refused; 100
tickets a call; update_many and destroy_many are jobs; a closed ticket cannot be changed; a deleted one can be deleted for
good; incremental exports by cursor, from a start time at least a minute ago. Numbers are numbers, not strings.
"""

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served

MOST = 100
WRITABLE = {
    "subject",
    "comment",
    "external_id",
    "requester_id",
    "tags",
    "custom_fields",
    "status",
    "assignee_id",
    "priority",
}
ME = 10


def invalid(**details: str) -> Refuses:
    spelled = {name: [{"description": f"{name}: {said}", "error": "InvalidValue"}] for name, said in details.items()}
    return Refuses(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": spelled})


MISSING = Refuses(404, {"error": "RecordNotFound", "description": "Not found"})


@dataclass
class ZendeskDouble:
    """`tickets` and `users` by id; `deleted` those that can be restored; `gone` those that cannot.

    written  each subject that a ticket was given, by its external id, in the order it was
    """

    email: str = "bot@example.org"
    token: str = "6wiIBWbG"
    text_field: int = 360001
    tickets: dict[int, dict] = field(default_factory=dict)
    deleted: dict[int, dict] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    users: dict[int, dict] = field(default_factory=lambda: {ME: {"id": ME, "name": "klankbord", "role": "agent"}})
    keys: dict[str, tuple[str, int]] = field(default_factory=dict)
    jobs: dict[str, dict] = field(default_factory=dict)
    page: int = 1_000
    written: list[tuple[str, str]] = field(default_factory=list)
    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    ids: count = field(default_factory=lambda: count(101))

    def serve(self):
        application = web.Application(middlewares=[refusing], client_max_size=1 << 26)
        route = application.router.add_route
        for method, path, handler in (
            ("GET", "/tickets", self.by_external_id),
            ("POST", "/tickets", self.create),
            ("GET", "/tickets/show_many", self.show_many),
            ("PUT", "/tickets/update_many", self.update_many),
            ("DELETE", "/tickets/destroy_many", self.destroy_many),
            ("PUT", r"/tickets/{id:\d+}", self.update),
            ("DELETE", "/deleted_tickets/destroy_many", self.destroy_for_good),
            ("GET", "/job_statuses/{id}", self.job),
            ("GET", "/users/me", self.me),
            ("GET", "/users/show_many", self.show_users),
            ("POST", "/users/create_or_update", self.create_or_update_user),
            ("PUT", r"/users/{id:\d+}", self.update_user),
            ("GET", "/incremental/{kind:tickets|users}/cursor", self.export),
        ):
            route(method, f"/api/v2{path}", handler)
        return served(application)

    def person(self, native: int, **fields: object) -> None:
        those = self.tickets if native in self.tickets else self.users
        self._save(those, native, fields)

    # --- tickets

    async def by_external_id(self, request):
        self._let_in(request)
        wanted = request.query.get("external_id")
        found = [one for one in self.tickets.values() if wanted is None or one.get("external_id") == wanted]
        return web.json_response(
            {"tickets": found[:MOST], "count": len(found), "next_page": None, "previous_page": None}
        )

    async def create(self, request):
        ticket = (await self._body(request)).get("ticket")
        key, spelled = request.headers.get("Idempotency-Key"), json.dumps(ticket, sort_keys=True)
        if key in self.keys:
            before, native = self.keys[key]
            if before != spelled:
                raise Refuses(
                    400,
                    {"error": "IdempotentRequestError", "message": "Idempotency key was used with other parameters"},
                )
            return web.json_response(
                {"ticket": self.tickets.get(native) or self.deleted[native]},
                status=201,
                headers={"x-idempotency-lookup": "hit"},
            )
        self._valid(ticket, new=True)
        native = next(self.ids)
        comment = ticket.pop("comment")
        self._save(
            self.tickets,
            native,
            {"id": native, "status": "new", "requester_id": ME, "assignee_id": None, "comments": [comment]} | ticket,
        )
        if key:
            self.keys[key] = (spelled, native)
        return web.json_response({"ticket": self.tickets[native]}, status=201, headers={"x-idempotency-lookup": "miss"})

    async def show_many(self, request):
        found = [self.tickets[one] for one in self._ids(request) if one in self.tickets]
        return web.json_response({"tickets": found, "count": len(found)})

    async def update(self, request):
        ticket = (await self._body(request)).get("ticket")
        native = int(request.match_info["id"])
        if native not in self.tickets:
            raise MISSING
        self._valid(ticket)
        self._open(native)
        self._save(self.tickets, native, ticket)
        return web.json_response({"ticket": self.tickets[native]})

    async def update_many(self, request):
        tickets = (await self._body(request)).get("tickets")
        if not isinstance(tickets, list) or len(tickets) > MOST:
            raise Refuses(400, {"error": "TooManyValues", "description": f"Expecting a maximum of {MOST} values"})
        return self._queued([self._one_of_many(one) for one in tickets])

    async def destroy_many(self, request):
        ids = self._ids(request)
        for native in ids:
            if native in self.tickets:
                self.deleted[native] = self.tickets.pop(native) | {"status": "deleted"}
        return self._queued([{"id": native, "action": "delete", "success": True} for native in ids])

    async def destroy_for_good(self, request):
        ids = self._ids(request)
        known = [native for native in ids if native in self.deleted]
        if not known:
            raise MISSING
        for native in known:
            del self.deleted[native]
            self.gone.add(native)
        return self._queued({"success": True})

    async def job(self, request):
        self._let_in(request)
        job = self.jobs.get(request.match_info["id"])
        if job is None:
            raise MISSING
        shown = dict(job)
        job["status"], job["results"] = "completed", job["outcome"]
        return web.json_response({"job_status": {name: value for name, value in shown.items() if name != "outcome"}})

    # --- users

    async def me(self, request):
        self._let_in(request)
        return web.json_response({"user": self.users[ME]})

    async def show_users(self, request):
        self._let_in(request)
        wanted = request.query.get("external_ids", "").split(",")
        if len(wanted) > MOST:
            raise Refuses(400, {"error": "TooManyValues", "description": "too many ids"})
        return web.json_response({"users": [one for one in self.users.values() if one.get("external_id") in wanted]})

    async def create_or_update_user(self, request):
        user = (await self._body(request)).get("user", {})
        if not user.get("name"):
            raise invalid(name="is too short (minimum one character)")
        wanted = user.get("external_id")
        found = next((one["id"] for one in self.users.values() if wanted and one.get("external_id") == wanted), None)
        native = found or next(self.ids)
        self._save(self.users, native, {"id": native, "role": "end-user"} | user)
        return web.json_response({"user": self.users[native]}, status=200 if found else 201)

    async def update_user(self, request):
        user = (await self._body(request)).get("user", {})
        native = int(request.match_info["id"])
        if native not in self.users:
            raise MISSING
        fields = self.users[native].get("user_fields", {}) | user.get("user_fields", {})
        self._save(self.users, native, user | {"user_fields": fields})
        return web.json_response({"user": self.users[native]})

    # --- exports

    async def export(self, request):
        self._let_in(request)
        kind = request.match_info["kind"]
        those = self.users if kind == "users" else self.tickets | self.deleted
        cursor = request.query.get("cursor")
        if cursor is None:
            start = request.query.get("start_time", "")
            if not start.isdecimal():
                raise Refuses(400, {"error": "InvalidParameter", "description": "start_time is required"})
            since = datetime.fromtimestamp(int(start), UTC).isoformat()
        else:
            since = cursor
        changed = sorted(
            (one for one in those.values() if one.get("updated_at", "") > since), key=lambda one: one["updated_at"]
        )
        page = changed[: self.page]
        after = page[-1]["updated_at"] if page else since
        answer = {kind: page, "after_cursor": after, "end_of_stream": len(changed) <= self.page, "before_cursor": None}
        if request.query.get("include") == "users":
            answer["users"] = list(self.users.values())
        return web.json_response(answer)

    # --- rules

    def _let_in(self, request) -> None:
        expected = b64encode(f"{self.email}/token:{self.token}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            raise Refuses(401, {"error": "Couldn't authenticate you"})

    async def _body(self, request) -> dict:
        self._let_in(request)
        return await body_of(
            request, Refuses(400, {"error": "Unprocessable", "message": "Server could not parse JSON"})
        )

    def _ids(self, request) -> list[int]:
        self._let_in(request)
        spelled = request.query.get("ids", "").split(",")
        if not all(one.isdecimal() for one in spelled):
            raise Refuses(
                400, {"error": {"title": "Invalid attribute", "message": "You passed an invalid value for ids"}}
            )
        if len(spelled) > MOST:
            raise Refuses(400, {"error": "TooManyValues", "description": f"Expecting a maximum of {MOST} values"})
        return [int(one) for one in spelled]

    def _valid(self, ticket: object, *, new: bool = False) -> None:
        if not isinstance(ticket, dict):
            raise Refuses(400, {"error": {"title": "Invalid attribute", "message": "ticket is required"}})
        if unknown := set(ticket) - WRITABLE:  # Zendesk passes over these: here they would be a mistake nobody sees
            raise invalid(base=f"{sorted(unknown)} cannot be written")
        if new and not (ticket.get("comment") or {}).get("body"):
            raise invalid(base="Description: cannot be blank")
        if len(ticket.get("external_id") or "") > 255 or len(ticket.get("subject") or "") > 150:
            raise invalid(external_id="is too long (maximum is 255 characters)")
        if (requester := ticket.get("requester_id", ME)) not in self.users:
            raise invalid(requester=f"{requester} was not found")
        for one in ticket.get("custom_fields", ()):
            if not isinstance(one["id"], int) or len(one["value"]) > 65_535:
                raise invalid(custom_fields="is invalid")

    def _open(self, native: int) -> None:
        if self.tickets[native]["status"] == "closed":
            raise invalid(status="closed prevents ticket update")

    def _one_of_many(self, ticket: dict) -> dict:
        native, said = ticket.get("id"), {name: value for name, value in ticket.items() if name != "id"}
        if native not in self.tickets:
            return {"id": native, "error": "TicketNotFound", "details": "not found", "success": False}
        try:
            self._valid(said)
            self._open(native)
        except Refuses as refusal:
            return {"id": native, "error": "TicketUpdateFailed", "details": refusal.answer.text, "success": False}
        self._save(self.tickets, native, said)
        return {"id": native, "action": "update", "status": "Updated", "success": True}

    def _queued(self, outcome: object) -> web.Response:
        name = hashlib.sha256(str(next(self.ids)).encode()).hexdigest()[:32]
        self.jobs[name] = {"id": name, "status": "queued", "results": None, "message": None, "outcome": outcome}
        return web.json_response({"job_status": {"id": name, "status": "queued", "results": None}})

    def _save(self, those: dict[int, dict], native: int, fields: dict) -> None:
        self.moment += timedelta(seconds=1)
        if those is self.tickets and "subject" in fields:
            self.written.append(((those.get(native, {}) | fields).get("external_id", ""), fields["subject"]))
        those[native] = those.get(native, {}) | fields | {"updated_at": self.moment.isoformat().replace("+00:00", "Z")}
