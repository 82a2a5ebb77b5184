"""HubSpot's CRM API, version 2026-03, as far as klankbord uses it.

Rules by developers.hubspot.com/docs: batches of 100 inputs; unknown properties refused for the whole batch (400
VALIDATION_ERROR, PROPERTY_DOESNT_EXIST); `hs_timestamp` required of a note, its body at most 65,536 characters; upsert
only by a property with unique values; 207 with `errors` where some fail; archive answers 204; ids are strings of digits.
"""

import operator
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served

MOST = 100
KNOWN = {
    "notes": {"hs_timestamp", "hs_note_body", "hubspot_owner_id", "hs_lastmodifieddate", "klankbord_mention"},
    "contacts": {
        *("email", "firstname", "lastname", "lifecyclestage", "hubspot_owner_id"),
        *("lastmodifieddate", "klankbord_customer", "social_accounts", "website"),
    },
}
UNIQUE = {"notes": {"klankbord_mention"}, "contacts": {"klankbord_customer", "email"}}
MODIFIED = {"notes": "hs_lastmodifieddate", "contacts": "lastmodifieddate"}
ID = "hs_object_id"
OPERATORS = {"GTE": operator.ge, "GT": operator.gt, "EQ": operator.eq}
READ_ONLY = set(MODIFIED.values())


def error(status: int, category: str, message: str, **more: object) -> Refuses:
    body = {"status": "error", "message": message, "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf"}
    return Refuses(status, {**body, "category": category, **more})


@dataclass
class HubSpotDouble:
    """`objects` by kind and id: properties. `associations` (note, contact). `refuses` mention ids by a validation rule."""

    token: str = "pat-eu1-0000"
    owners: dict[str, str] = field(default_factory=lambda: {"77": "dirk@example.org"})
    refuses: set[str] = field(default_factory=set)
    objects: dict[str, dict[str, dict]] = field(default_factory=lambda: {"notes": {}, "contacts": {}})
    archived: dict[str, dict] = field(default_factory=dict)
    associations: set[tuple[str, str]] = field(default_factory=set)
    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    step: timedelta = timedelta(seconds=1)
    ids: count = field(default_factory=lambda: count(501))

    def serve(self):
        application = web.Application(middlewares=[refusing], client_max_size=1 << 26)
        route = application.router.add_route
        base = "/crm/objects/2026-03/{kind:notes|contacts}"
        route("POST", f"{base}/batch/upsert", self.upsert)
        route("POST", f"{base}/batch/update", self.update)
        route("POST", f"{base}/batch/read", self.read)
        route("POST", f"{base}/batch/archive", self.archive)
        route("POST", f"{base}/search", self.search)
        route("POST", "/crm/associations/2026-03/notes/contacts/batch/{act:create|archive}", self.associate)
        route("GET", "/crm/owners/2026-03", self.own)
        return served(application)

    # --- people at work there

    def person(self, kind: str, native: str, **properties: str) -> None:
        self._write(kind, native, properties)

    # --- the API

    async def upsert(self, request):
        kind, inputs = await self._inputs(request)
        done, errors = [], []
        for one in inputs:
            key, value = one.get("idProperty"), one.get("id")
            if key not in UNIQUE[kind]:
                raise error(400, "VALIDATION_ERROR", f"{key} is not a unique property of {kind}")
            found = self._by(kind, key, value)
            if kind == "notes" and not found and not one["properties"].get("hs_timestamp"):
                raise error(400, "VALIDATION_ERROR", "Error creating NOTE. Some required properties were not set.")
            if value in self.refuses:
                message = "Property values were not valid: rule BLOCKED_WORDS"
                errors.append(
                    self._partial("VALIDATION_ERROR", message, objectWriteTraceId=[one["objectWriteTraceId"]])
                )
                continue
            native = found or str(next(self.ids))
            self._write(kind, native, {key: value} | one["properties"])
            done.append(self._shown(kind, native) | {"new": not found})
        return _answer(done, errors)

    async def update(self, request):
        kind, inputs = await self._inputs(request)
        done, errors = [], []
        for one in inputs:
            native = one["id"] if "idProperty" not in one else self._by(kind, one["idProperty"], one["id"])
            if native not in self.objects[kind]:
                errors.append(self._partial("OBJECT_NOT_FOUND", "Could not get some objects", ids=[one["id"]]))
                continue
            self._write(kind, native, one["properties"])
            done.append(self._shown(kind, native))
        return _answer(done, errors)

    async def read(self, request):
        kind = request.match_info["kind"]
        body = await self._body(request)
        self._limited(body)
        key = body.get("idProperty")
        if key is not None and key not in UNIQUE[kind]:
            raise error(400, "VALIDATION_ERROR", f"{key} is not a unique property of {kind}")
        self._known(kind, body.get("properties", ()))
        found, missing = [], []
        for one in body["inputs"]:
            native = self._by(kind, key, one["id"]) if key else one["id"]
            if native in self.objects[kind]:
                found.append(self._shown(kind, native))
            else:
                missing.append(one["id"])
        errors = [self._partial("OBJECT_NOT_FOUND", "Could not get some objects", ids=missing)] if missing else []
        return _answer(found, errors)

    async def archive(self, request):
        kind, inputs = await self._inputs(request, properties=False)
        for one in inputs:
            if one["id"] in self.objects[kind]:
                self.archived[one["id"]] = self.objects[kind].pop(one["id"])
                self.associations = {pair for pair in self.associations if one["id"] not in pair}
        return web.Response(status=204)

    async def associate(self, request):
        body = await self._body(request)
        self._limited(body)
        errors = []
        for one in body["inputs"]:
            note, to = one["from"]["id"], one["to"]
            if request.match_info["act"] == "archive":
                self.associations -= {(note, each["id"]) for each in to}
                continue
            if one.get("types") != [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]:
                raise error(400, "VALIDATION_ERROR", "One or more association types are not valid")
            if note not in self.objects["notes"] or to["id"] not in self.objects["contacts"]:
                errors.append(
                    self._partial("OBJECT_NOT_FOUND", f"contact {to['id']} is not valid", fromObjectId=[note])
                )
                continue
            self.associations.add((note, to["id"]))
        if request.match_info["act"] == "archive":
            return web.Response(status=204)
        return _answer([], errors, created=True)

    async def search(self, request):
        kind = request.match_info["kind"]
        body = await self._body(request)
        if body.get("limit", 10) > 200 or int(body.get("after", 0)) + body.get("limit", 10) > 10_000:
            raise error(400, "VALIDATION_ERROR", "The maximum page size is 200 and the maximum of results 10000")
        groups = [group["filters"] for group in body["filterGroups"]]
        if len(groups) > 5 or any(len(group) > 6 for group in groups):
            raise error(400, "VALIDATION_ERROR", "There can be at most 5 filterGroups of 6 filters each")
        named = [*body.get("properties", ()), *(one["propertyName"] for group in groups for one in group)]
        self._known(kind, [name for name in named if name != ID])
        found = [one for one in self.objects[kind] if any(self._passes(kind, one, group) for group in groups)]
        (sort,) = body["sorts"]
        assert sort["direction"] == "ASCENDING"
        found.sort(key=lambda native: self._value(kind, native, sort["propertyName"]))
        start, size = int(body.get("after", 0)), body.get("limit", 10)
        answer = {"total": len(found), "results": [self._shown(kind, one) for one in found[start : start + size]]}
        if len(found) > start + size:
            answer["paging"] = {"next": {"after": str(start + size)}}
        return web.json_response(answer)

    def _passes(self, kind: str, native: str, group: list[dict]) -> bool:
        return all(
            bool(self.objects[kind][native].get(one["propertyName"]))
            if one["operator"] == "HAS_PROPERTY"
            else OPERATORS[one["operator"]](self._value(kind, native, one["propertyName"]), int(one["value"]))
            for one in group
        )

    def _value(self, kind: str, native: str, name: str) -> int:
        """A number to compare: the id, or a time in ms."""
        if name == ID:
            return int(native)
        return round(datetime.fromisoformat(self.objects[kind][native][name]).timestamp() * 1000)

    async def own(self, request):
        self._let_in(request)
        return web.json_response({"results": [{"id": key, "email": value} for key, value in self.owners.items()]})

    # --- rules

    def _let_in(self, request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or are invalid.")

    async def _body(self, request) -> dict:
        self._let_in(request)
        return await body_of(request, error(400, "VALIDATION_ERROR", "Invalid input JSON"))

    async def _inputs(self, request, *, properties: bool = True):
        kind, body = request.match_info["kind"], await self._body(request)
        self._limited(body)
        for one in body["inputs"]:
            if properties:
                self._valid(kind, one)
            elif not re.fullmatch(r"\d+", one["id"]):
                raise error(400, "VALIDATION_ERROR", f"{one['id']} is not a valid id")
        return kind, body["inputs"]

    def _limited(self, body: dict) -> None:
        inputs = body.get("inputs")
        if not isinstance(inputs, list) or not inputs:
            raise error(400, "VALIDATION_ERROR", "inputs may not be empty")
        if len(inputs) > MOST:
            raise error(400, "VALIDATION_ERROR", f"The maximum number of inputs supported in a batch is {MOST}")
        ids = [one.get("id") for one in inputs if "id" in one]
        if len(set(ids)) != len(ids):
            raise error(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input")

    def _valid(self, kind: str, one: dict) -> None:
        if not set(one) <= {"id", "idProperty", "properties", "objectWriteTraceId"} or not isinstance(one["id"], str):
            raise error(400, "VALIDATION_ERROR", "Invalid input JSON: unrecognized field")
        self._known(kind, one["properties"])
        for name, value in one["properties"].items():
            if name in READ_ONLY:
                raise error(400, "VALIDATION_ERROR", f"{name} is a read only property")
            if not isinstance(value, str) or len(value) > 65_536:
                raise error(400, "VALIDATION_ERROR", f"Property {name} was too long (max 65536 characters)")

    def _known(self, kind: str, names) -> None:
        for name in names:
            if name not in KNOWN[kind]:
                detail = f'[{{"isValid":false,"message":"Property \\"{name}\\" does not exist","error":"PROPERTY_DOESNT_EXIST"}}]'
                raise error(400, "VALIDATION_ERROR", f"Property values were not valid: {detail}")

    def _partial(self, category: str, message: str, **context: list[str]) -> dict:
        return {"status": "error", "category": category, "message": message, "context": context}

    # --- state

    def _by(self, kind: str, key: str, value: str) -> str | None:
        return next((native for native, one in self.objects[kind].items() if one.get(key) == value), None)

    def _write(self, kind: str, native: str, properties: dict) -> None:
        self.moment += self.step
        stamp = {MODIFIED[kind]: self.moment.isoformat().replace("+00:00", "Z")}
        self.objects[kind][native] = self.objects[kind].get(native, {}) | properties | stamp

    def _shown(self, kind: str, native: str) -> dict:
        return {"id": native, "properties": dict(self.objects[kind][native]), "archived": False}


def _answer(results: list, errors: list, *, created: bool = False) -> web.Response:
    body = {"status": "COMPLETE", "results": results}
    if errors:
        return web.json_response(body | {"errors": errors, "numErrors": len(errors)}, status=207)
    return web.json_response(body, status=201 if created else 200)
