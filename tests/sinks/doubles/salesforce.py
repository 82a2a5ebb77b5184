"""Salesforce's REST API, as far as klankbord uses it.

Rules by developer.salesforce.com/docs/platform/api-rest: form-encoded client credentials at /services/oauth2/token;
sObject collections of at most 200 records, each with `attributes.type`; upsert by an external id field, without `id`;
unknown fields 400 INVALID_FIELD, an unknown external id field 404 NOT_FOUND; each record's own success and errors; ids of
18 letters; SOQL in `q`; 2,000 rows a page with `nextRecordsUrl`; 401 INVALID_SESSION_ID. Text and external ids of 255
letters, a case's description of 32,000.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import parse_qs

from aiohttp import web

from tests.sinks.doubles.serving import Refuses, body_of, refusing, served

MOST = 200
FIELDS = {
    "Case": {
        "Subject": 255,
        "Description": 32_000,
        "Origin": 255,
        "Status": 255,
        "ContactId": 18,
        "Klankbord_Mention__c": 255,
    },
    "Contact": {"LastName": 80, "Email": 80, "Klankbord_Customer__c": 255, "Accounts__c": 1000},
}
EXTERNAL = {"Case": {"Klankbord_Mention__c"}, "Contact": {"Klankbord_Customer__c"}}
READABLE = {"Id", "SystemModstamp", "Owner.Name", "Account.Type", "Account.Website"}
QUERY = re.compile(
    r"SELECT (?P<fields>[\w., ]+) FROM (?P<kind>\w+) WHERE (?:(?P<key>\w+) IN \((?P<values>.*)\)|"
    r"\((?P<keys>\w+ != null(?: OR \w+ != null)*)\) AND SystemModstamp >= (?P<since>\S+) ORDER BY SystemModstamp)",
    re.DOTALL,
)


def error(status: int, code: str, message: str) -> Refuses:
    return Refuses(status, [{"message": message, "errorCode": code}])


@dataclass
class SalesforceDouble:
    """`objects` by kind and id. `public` is the address that the token's answer names; `kept` are ids of records whose rule
    lets nobody empty them.
    """

    client_id: str = "3MVG9"
    client_secret: str = "s3cr3t-of-the-app"
    public: str = ""
    tokens: set[str] = field(default_factory=set)
    objects: dict[str, dict[str, dict]] = field(default_factory=lambda: {"Case": {}, "Contact": {}})
    bin: dict[str, dict] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    locked: int = 0
    page: int = 2_000
    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    ids: count = field(default_factory=lambda: count(1))
    queries: dict[str, list] = field(default_factory=dict)

    def serve(self):
        application = web.Application(middlewares=[refusing], client_max_size=1 << 26)
        route = application.router.add_route
        base = "/services/data/v65.0"
        route("POST", "/services/oauth2/token", self.token)
        route("PATCH", f"{base}/composite/sobjects", self.update)
        route("PATCH", f"{base}/composite/sobjects/{{kind}}/{{key}}", self.upsert)
        route("DELETE", f"{base}/composite/sobjects", self.delete)
        route("GET", f"{base}/query", self.query)
        route("GET", f"{base}/query/{{place}}", self.next)
        return served(application)

    def person(self, kind: str, native: str | None = None, **fields: object) -> str:
        native = native or self._new(kind)
        self._write(kind, native, fields)
        return native

    # --- the API

    async def token(self, request):
        if request.content_type != "application/x-www-form-urlencoded":
            raise Refuses(400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"})
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        if form.get("grant_type") != "client_credentials":
            raise Refuses(400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"})
        if form.get("client_id") != self.client_id:
            raise Refuses(400, {"error": "invalid_client_id", "error_description": "client identifier invalid"})
        if form.get("client_secret") != self.client_secret:
            raise Refuses(400, {"error": "invalid_client", "error_description": "invalid client credentials"})
        token = f"00D!{len(self.tokens)}AQ"
        self.tokens.add(token)
        answer = {"access_token": token, "instance_url": self.public, "token_type": "Bearer", "scope": "api"}
        return web.json_response(
            answer | {"id": f"{self.public}/id/00D/005", "issued_at": "1772442000000", "signature": "x"}
        )

    async def update(self, request):
        records = await self._records(request)
        return web.json_response([self._updated(one) for one in records])

    async def upsert(self, request):
        kind, key = request.match_info["kind"], request.match_info["key"]
        if key not in EXTERNAL.get(kind, ()):
            message = f"Provided external ID field does not exist or is not accessible: {key}"
            raise error(404, "NOT_FOUND", message)
        records = await self._records(request)
        if any("id" in one or one["attributes"]["type"] != kind for one in records):
            raise error(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.")
        return web.json_response([self._upserted(kind, key, one) for one in records])

    async def delete(self, request):
        self._let_in(request)
        ids = request.query.get("ids", "").split(",")
        if len(ids) > MOST:
            raise error(400, "EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than 200 records")
        answers = []
        for native in ids:
            kind = next((kind for kind, those in self.objects.items() if native in those), None)
            if kind is None:
                code = "ENTITY_IS_DELETED" if native in self.bin else "INVALID_CROSS_REFERENCE_KEY"
                answers.append(
                    _failed(code, "entity is deleted" if native in self.bin else "invalid cross reference id")
                )
                continue
            self.bin[native] = self.objects[kind].pop(native)
            answers.append({"id": native, "success": True, "errors": []})
        return web.json_response(answers)

    async def query(self, request):
        self._let_in(request)
        found = QUERY.fullmatch(request.query.get("q", ""))
        if not found or len(request.query["q"]) > 100_000:
            raise error(400, "MALFORMED_QUERY", "unexpected token")
        kind, fields = found["kind"], found["fields"].split(", ")
        keys = [found["key"]] if found["key"] else re.findall(r"(\w+) != null", found["keys"])
        known = {*FIELDS.get(kind, ()), *READABLE}
        for name in (*fields, *keys):
            if name not in known:
                raise error(400, "INVALID_FIELD", f"No such column '{name}' on entity '{kind}'.")
        rows = [dict(one, Id=native) for native, one in self.objects[kind].items() if any(one.get(key) for key in keys)]
        if found["values"] is not None:
            wanted = {_unescaped(value) for value in re.findall(r"'((?:[^'\\]|\\.)*)'", found["values"])}
            rows = [row for row in rows if row[keys[0]] in wanted]
        else:
            since = datetime.fromisoformat(found["since"])
            rows = [row for row in rows if datetime.fromisoformat(row["SystemModstamp"]) >= since]
            rows.sort(key=lambda row: row["SystemModstamp"])
        return self._page([_shown(kind, row, fields) for row in rows], len(rows))

    async def next(self, request):
        self._let_in(request)
        rows = self.queries.pop(request.match_info["place"], None)
        if rows is None:
            raise error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(rows, len(rows))

    # --- rules

    def _let_in(self, request) -> None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise error(401, "INVALID_SESSION_ID", "Session expired or invalid")

    async def _records(self, request) -> list[dict]:
        self._let_in(request)
        body = await body_of(request, error(400, "JSON_PARSER_ERROR", "Unexpected character"))
        records = body.get("records")
        if not isinstance(records, list) or not records:
            raise error(400, "INVALID_INPUT", "records is required")
        if len(records) > MOST:
            raise error(400, "EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than 200 records")
        if body.get("allOrNone", False) is not False:
            raise error(400, "INVALID_INPUT", "this double takes allOrNone false alone")
        for one in records:
            kind = one.get("attributes", {}).get("type")
            if kind not in FIELDS:
                raise error(400, "INVALID_TYPE", f"sObject type '{kind}' is not supported.")
            for name in set(one) - {"attributes", "id"}:
                if name not in FIELDS[kind]:
                    raise error(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind}")
        return records

    def _updated(self, one: dict) -> dict:
        kind, native = one["attributes"]["type"], one.get("id")
        if native not in self.objects[kind]:
            code = "ENTITY_IS_DELETED" if native in self.bin else "INVALID_CROSS_REFERENCE_KEY"
            return _failed(code, "entity is deleted")
        if native in self.kept:
            return _failed("FIELD_CUSTOM_VALIDATION_EXCEPTION", "a case has a subject", "Subject")
        return self._valid(kind, one) or self._saved(kind, native, one, created=False)

    def _upserted(self, kind: str, key: str, one: dict) -> dict:
        value = one.get(key)
        if not value:
            return _failed("MISSING_ARGUMENT", f"{key} not specified")
        found = next((native for native, row in self.objects[kind].items() if row.get(key) == value), None)
        if refused := self._valid(kind, one):
            return refused
        if kind == "Contact" and not found and not one.get("LastName"):
            return _failed("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "LastName")
        return self._saved(kind, found or self._new(kind), one, created=found is None)

    def _valid(self, kind: str, one: dict) -> dict | None:
        if self.locked:
            self.locked -= 1
            return _failed("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        for name, most in FIELDS[kind].items():
            if len(one.get(name) or "") > most:
                return _failed("STRING_TOO_LONG", f"{name}: data value too large: (max length={most})", name)
        contact = one.get("ContactId")
        if contact is not None and contact not in self.objects["Contact"]:
            return _failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "ContactId")
        return None

    # --- state

    def _new(self, kind: str) -> str:
        return f"{'500' if kind == 'Case' else '003'}{next(self.ids):012d}AAA"

    def _saved(self, kind: str, native: str, one: dict, *, created: bool) -> dict:
        self._write(kind, native, {name: value for name, value in one.items() if name not in {"attributes", "id"}})
        return {"id": native, "success": True, "errors": [], "created": created}

    def _write(self, kind: str, native: str, fields: dict) -> None:
        self.moment += timedelta(seconds=1)
        before = self.objects[kind].get(native, {"Status": "New", "Owner": {"Name": "Queue"}} if kind == "Case" else {})
        stamp = self.moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        self.objects[kind][native] = before | fields | {"SystemModstamp": stamp}

    def _page(self, rows: list[dict], total: int) -> web.Response:
        answer = {"totalSize": total, "done": len(rows) <= self.page, "records": rows[: self.page]}
        if len(rows) > self.page:
            place = f"01g{next(self.ids):012d}-{self.page}"
            self.queries[place] = rows[self.page :]
            answer["nextRecordsUrl"] = f"/services/data/v65.0/query/{place}"
        return web.json_response(answer)


def _failed(code: str, message: str, *fields: str) -> dict:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": list(fields)}]}


def _shown(kind: str, row: dict, fields: list[str]) -> dict:
    shown = {"attributes": {"type": kind}}
    for name in fields:
        first = name.split(".")[0]
        shown[first] = row.get(first)
    return shown


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), value)
