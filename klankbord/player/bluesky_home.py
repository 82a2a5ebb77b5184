"""A local Bluesky host with an account that writes: sessions, records with keys of the writer's, posts as one sees them.

Rules as publish/bluesky.py names them, and https://atproto.com/specs: record-key, tid, at-uri-scheme. A record of a key that is there is
answered with 500, as hosts do; a field that the lexicon does not know is refused, which hosts do not.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

import regex
from aiohttp import web

from core.time import now
from klankbord.player.bluesky import MOST_ASKED, BlueskyPlayer, Event
from klankbord.player.faults import taking_in

POST = "app.bsky.feed.post"
FIELDS = frozenset({"$type", "text", "createdAt", "reply", "facets", "langs"})
MOST_GRAPHEMES, MOST_BYTES, MOST_LANGUAGES = 300, 3_000, 3
FEATURES = {"app.bsky.richtext.facet#link": "uri", "app.bsky.richtext.facet#mention": "did"}
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(rf"[234567abcdefghij][{_LETTERS}]{{12}}")
_URI = re.compile(r"at://(did:[a-z]+:[\w.:%-]+)/([a-zA-Z.]+)/([\w.:~-]+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_CLUSTER = regex.compile(r"\X")


class BlueskyHome(BlueskyPlayer):
    """One account at home here; `records` are everybody's, by at:// URI, each with `value` and `cid`.

    password  an app password of the account
    closed    posts under which its author lets the account not answer
    blocking  accounts that block ours
    """

    def __init__(self, *, handle: str = "noorderlijn.example", did: str = "did:plc:noorderlijn") -> None:
        super().__init__()
        self.handle, self.did, self.password = handle, did, "abcd-efgh-ijkl-mnop"
        self.records: dict[str, dict[str, Any]] = {}
        self.closed: set[str] = set()
        self.blocking: set[str] = set()
        self._handles = {handle: did}
        self._tokens: dict[str, str] = {}  # each with what it is for: access, refresh or expired
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        tell, ask = web.post, web.get
        return [
            tell("/xrpc/com.atproto.server.createSession", self._create_session),
            tell("/xrpc/com.atproto.server.refreshSession", self._refresh_session),
            tell("/xrpc/com.atproto.repo.createRecord", taking_in(self.faults, self._create_record)),
            tell("/xrpc/com.atproto.repo.deleteRecord", self._delete_record),
            ask("/xrpc/com.atproto.repo.getRecord", self._get_record),
            ask("/xrpc/com.atproto.identity.resolveHandle", self._resolve_handle),
            *super().routes(),
        ]

    def said(self, handle: str, text: str, *, beneath: str | None = None) -> str:
        """Somebody's post, on Jetstream too; its URI."""
        did = self._handles.setdefault(handle, f"did:plc:{handle.partition('.')[0]}")
        value: dict[str, Any] = {"$type": POST, "text": text, "createdAt": _moment()}
        if beneath:
            parent = {"uri": beneath, "cid": self.records[beneath]["cid"]}
            value["reply"] = {
                "root": (self.records[beneath]["value"].get("reply") or {}).get("root", parent),
                "parent": parent,
            }
        number = next(self._numbers)
        key = "".join(_LETTERS[(1 << 61) + number >> shift & 31] for shift in range(60, -1, -5))
        return self._keep(did, key, value)

    def remove(self, uri: str) -> None:
        del self.records[uri]
        did, _, key = _parts(uri)
        self.push({"did": did, "kind": "commit", "commit": {"operation": "delete", "collection": POST, "rkey": key}})

    def expire(self) -> None:
        """Every access token so far is too old."""
        self._tokens |= {token: "expired" for token, kind in self._tokens.items() if kind == "access"}

    @property
    def written(self) -> list[str]:
        """What the account's posts that stand here say."""
        return [one["value"]["text"] for uri, one in self.records.items() if uri.startswith(f"at://{self.did}/")]

    def _keep(self, did: str, key: str, value: Mapping[str, Any]) -> str:
        uri, cid = f"at://{did}/{POST}/{key}", _cid(value)
        self.records[uri] = {"value": value, "cid": cid}
        commit = {"operation": "create", "collection": POST, "rkey": key, "record": value, "cid": cid}
        self.push({"did": did, "kind": "commit", "commit": commit})
        return uri

    # --- sessions

    async def _create_session(self, request: web.Request) -> web.Response:
        body = await _body(request, {"identifier", "password"})
        if body["identifier"] not in {self.handle, self.did} or body["password"] != self.password:
            raise _refuses(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    async def _refresh_session(self, request: web.Request) -> web.Response:
        if request.can_read_body:
            raise _refuses(400, "InvalidRequest", "A request body was provided when none was expected")
        del self._tokens[self._let_in(request, "refresh")]
        return self._session()

    def _session(self) -> web.Response:
        found = {"did": self.did, "handle": self.handle, "active": True}
        for kind in ("access", "refresh"):
            token = hashlib.sha256(f"{kind} {next(self._numbers)}".encode()).hexdigest()
            self._tokens[token] = kind
            found[f"{kind}Jwt"] = token
        return web.json_response(found)

    def _let_in(self, request: web.Request, kind: str = "access") -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise _refuses(401, "AuthMissing", "Authentication Required")
        if self._tokens.get(token) == "expired":
            raise _refuses(400, "ExpiredToken", "Token has expired")
        if self._tokens.get(token) != kind:
            raise _refuses(400, "InvalidToken", "Token could not be verified")
        return token

    # --- records

    async def _create_record(self, request: web.Request) -> web.Response:
        self._let_in(request)
        body = await _body(request, {"repo", "collection", "rkey", "record", "validate"})
        if body["repo"] not in {self.did, self.handle}:
            raise _refuses(403, "Forbidden", "not the owner of this repo")
        if body["collection"] != POST or not _TID.fullmatch(str(body["rkey"])) or body["validate"] is not True:
            raise _refuses(400, "InvalidRequest", f"Invalid collection or record key: {body['rkey']}")
        if wrong := self._wrong(body["record"]):
            raise _refuses(400, "InvalidRequest", f"Invalid {POST} record: {wrong}")
        if f"at://{self.did}/{POST}/{body['rkey']}" in self.records:
            raise _refuses(500, "InternalServerError", "Internal Server Error")
        uri = self._keep(self.did, body["rkey"], body["record"])
        commit = {"cid": _cid(uri), "rev": body["rkey"]}
        found = {"uri": uri, "cid": self.records[uri]["cid"], "commit": commit, "validationStatus": "valid"}
        return web.json_response(found)

    async def _delete_record(self, request: web.Request) -> web.Response:
        self._let_in(request)
        body = await _body(request, {"repo", "collection", "rkey"})
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        if body["repo"] != self.did:
            raise _refuses(403, "Forbidden", "not the owner of this repo")
        if uri in self.records:
            self.remove(uri)
        return web.json_response({})

    async def _get_record(self, request: web.Request) -> web.Response:
        uri = f"at://{request.query['repo']}/{request.query['collection']}/{request.query['rkey']}"
        if uri not in self.records:
            raise _refuses(400, "RecordNotFound", f"Could not locate record: {uri}")
        return web.json_response({"uri": uri, **self.records[uri]})

    async def _resolve_handle(self, request: web.Request) -> web.Response:
        did = self._handles.get(request.query["handle"])
        if did is None:
            raise _refuses(400, "InvalidRequest", "Unable to resolve handle")
        return web.json_response({"did": did})

    async def _posts(self, request: web.Request) -> web.Response:
        if "Authorization" not in request.headers:
            return await super()._posts(request)
        self._let_in(request)
        asked = request.query.getall("uris", [])
        if not 0 < len(asked) <= MOST_ASKED:
            raise _refuses(400, "InvalidRequest", f"1 to {MOST_ASKED} uris")
        shown = [uri for uri in asked if uri in self.records and _parts(uri)[0] not in self.blocking]
        return web.json_response({"posts": [self._view(uri) for uri in shown]})

    def _view(self, uri: str) -> Event:
        found = self.records[uri]
        viewer = {"replyDisabled": True} if uri in self.closed else {}
        return {"uri": uri, "cid": found["cid"], "record": found["value"], "viewer": viewer, "indexedAt": _moment()}

    def _wrong(self, record: Any) -> str | None:
        """What the lexicon does not let stand."""
        if not isinstance(record, dict) or record.get("$type") != POST:
            return "Record/$type must be the collection"
        text = record.get("text")
        if unknown := set(record) - FIELDS:
            return f"Record has {sorted(unknown)}"
        if not isinstance(text, str):
            return 'Record must have the property "text"'
        if len(_CLUSTER.findall(text)) > MOST_GRAPHEMES or len(text.encode()) > MOST_BYTES:
            return f"Record/text must not be longer than {MOST_GRAPHEMES} graphemes"
        if not _MOMENT.fullmatch(str(record.get("createdAt"))):
            return "Record/createdAt must be an valid atproto datetime"
        if not _languages(record.get("langs", [])):
            return "Record/langs must be at most three languages"
        if "facets" in record and (
            not record["facets"] or not all(_facet(one, text.encode()) for one in record["facets"])
        ):
            return "Record/facets are wrong"
        reply = record.get("reply")
        if reply is not None and (set(reply) != {"root", "parent"} or not all(map(self._right, reply.values()))):
            return "Record/reply has no strong references"
        return None

    def _right(self, reference: Any) -> bool:
        """Whether a strong reference is one; a post that is gone may be meant."""
        if not isinstance(reference, dict) or set(reference) != {"uri", "cid"} or not _URI.fullmatch(reference["uri"]):
            return False
        known = self.records.get(reference["uri"])
        return known is None or known["cid"] == reference["cid"]


def _languages(value: Any) -> bool:
    codes = isinstance(value, list) and all(re.fullmatch(r"[a-zA-Z]{2,3}(-[\w-]+)?", str(one)) for one in value)
    return codes and len(value) <= MOST_LANGUAGES


def _facet(facet: Any, text: bytes) -> bool:
    """Whether a facet marks whole letters, and says what they are."""
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    features = facet["features"]
    named = all(set(one) == {"$type", FEATURES.get(one["$type"])} for one in features)
    return bool(features) and named and 0 <= start < end <= len(text) and _whole(text, start) and _whole(text, end)


def _whole(text: bytes, at: int) -> bool:
    return at == len(text) or text[at] & 0xC0 != 0x80


async def _body(request: web.Request, fields: set[str]) -> dict[str, Any]:
    body = await request.json() if request.content_type == "application/json" else None
    if not isinstance(body, dict) or set(body) != fields:
        raise _refuses(400, "InvalidRequest", f"Input must have {sorted(fields)}")
    return body


def _refuses(status: int, error: str, said: str) -> web.HTTPException:
    kinds = {400: web.HTTPBadRequest, 401: web.HTTPUnauthorized, 403: web.HTTPForbidden}
    kind = kinds.get(status, web.HTTPInternalServerError)
    return kind(text=json.dumps({"error": error, "message": said}), content_type="application/json")


def _parts(uri: str) -> list[str]:
    return uri.removeprefix("at://").split("/")


def _cid(value: Any) -> str:
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "bafyrei" + base64.b32encode(digest).decode().lower().rstrip("=")


def _moment() -> str:
    return datetime.isoformat(now(), timespec="milliseconds").replace("+00:00", "Z")
