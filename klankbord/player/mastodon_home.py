"""A local Mastodon with an account that writes: statuses with an Idempotency-Key, their sources, withdrawing; stricter than one.

Rules as publish/mastodon.py names them. A field that Mastodon passes over is refused here: it would be a mistake nobody sees.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

import regex
from aiohttp import web

from core.time import Clock, milliseconds, now
from klankbord.player.faults import taking_in
from klankbord.player.mastodon import MastodonPlayer, Status

FIELDS = frozenset({"status", "in_reply_to_id", "visibility", "language", "sensitive", "spoiler_text"})
VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
SCOPES = frozenset({"read:accounts", "read:statuses", "read:search", "write:statuses"})
A_LINK = 23
_LINK = re.compile(r"https?://[^\s]*[^\s.,:;!?)\"'*_~]")
_MENTION = re.compile(r"(?<![\w/])@(\w+)(?:@([\w.-]+\w))?")
_CLUSTER = regex.compile(r"\X")


class MastodonHome(MastodonPlayer):
    """One account at home here.

    name     of the account; `number` its id
    most     characters of a status
    scopes   what its token may
    sources  what its own statuses were written as, by id
    clock    its own
    """

    def __init__(self, *, name: str = "noorderlijn", most: int = 500) -> None:
        super().__init__()
        self.name, self.number, self.most = name, "1", most
        self.scopes = SCOPES
        self.clock: Clock = now
        self.sources: dict[int, str] = {}
        self._keys: dict[str, int] = {}
        self._last = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/accounts/verify_credentials", self._own),
            web.get("/api/v1/accounts/{id}/statuses", self._statuses_of),
            web.get("/api/v2/instance", self._instance),
            web.get("/api/v2/search", self._search),
            web.post("/api/v1/statuses", taking_in(self.faults, self._write)),
            web.delete("/api/v1/statuses/{id}", self._withdraw),
            web.get("/api/v1/statuses/{id}/source", self._source),
            *super().routes(),
        ]

    def said(self, acct: str, text: str, *, beneath: str | None = None, visibility: str = "public") -> Status:
        """Somebody's status, on the streams too."""
        number = self._next()
        author = self.number if acct == self.name else str(1 + sum(map(ord, acct)))
        status = {
            "id": str(number),
            "created_at": self.clock().isoformat().replace("+00:00", "Z"),
            "in_reply_to_id": beneath,
            "in_reply_to_account_id": self.statuses[int(beneath)]["account"]["id"] if beneath else None,
            "visibility": visibility,
            "content": _marked_up(text),
            "url": f"https://home.example/@{acct}/{number}",
            "account": {"id": author, "username": acct.split("@", maxsplit=1)[0], "acct": acct},
            "reblog": None,
        }
        self.push("update", status)
        return status

    def remove(self, number: str) -> None:
        """Delete a status: what was answered beneath it stays, and says no more what it answers."""
        self.push("delete", number)
        for native, status in self.statuses.items():
            if status.get("in_reply_to_id") == number:
                self.statuses[native] = {**status, "in_reply_to_id": None}

    def forget_keys(self) -> None:
        """An hour later: what was written under a key before can be written again under it."""
        self._keys.clear()

    @property
    def written(self) -> list[str]:
        """What the account's statuses that stand here say."""
        return [text for number, text in self.sources.items() if number in self.statuses]

    def _next(self) -> int:
        self._last = max(self._last + 1, milliseconds(self.clock()) << 16)
        return self._last

    async def _own(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "read:accounts"):
            return refused
        return web.json_response({"id": self.number, "username": self.name, "acct": self.name})

    async def _instance(self, _: web.Request) -> web.Response:
        statuses = {"max_characters": self.most, "characters_reserved_per_url": A_LINK}
        return web.json_response({"domain": "home.example", "configuration": {"statuses": statuses}})

    async def _search(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "read:search"):
            return refused
        wanted = request.query.get("q")
        found = [status for status in self.statuses.values() if status.get("url") == wanted]
        return web.json_response({"accounts": [], "hashtags": [], "statuses": found})

    async def _statuses_of(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "read:statuses"):
            return refused
        if unknown := set(request.query) - {"limit", "max_id", "exclude_reblogs"}:
            return _error(422, f"{sorted(unknown)} is not asked here")
        limit, before = int(request.query.get("limit", 20)), int(request.query.get("max_id", 1 << 63))
        if not 0 < limit <= 40:
            return _error(422, "limit is 1 to 40")
        shown = sorted(
            number
            for number, status in self.statuses.items()
            if number < before and status["account"]["id"] == request.match_info["id"]
        )
        return web.json_response([self._shown(number) for number in shown[: -limit - 1 : -1]])

    async def _source(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "read:statuses"):
            return refused
        number = int(request.match_info["id"])
        if number not in self.statuses or number not in self.sources:
            return _error(404, "Record not found")
        return web.json_response({"id": str(number), "text": self.sources[number], "spoiler_text": ""})

    async def _write(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "write:statuses"):
            return refused
        key = request.headers.get("Idempotency-Key", "")
        if key in self._keys:
            kept = self.statuses.get(self._keys[key])
            return web.json_response(kept) if kept else _error(404, "Record not found")
        body = await request.json() if request.content_type == "application/json" else None
        if not isinstance(body, dict):
            return _error(400, "a status is a JSON object here")
        if wrong := self._wrong(body):
            return _error(422, f"Validation failed: {wrong}")
        beneath = body.get("in_reply_to_id")
        if beneath and int(beneath) not in self.statuses:
            return _error(404, "The post you are trying to reply to does not appear to exist.")
        text = body["status"].strip()
        status = self.said(self.name, text, beneath=beneath, visibility=body.get("visibility", "public"))
        self.sources[int(status["id"])] = text
        if key:
            self._keys[key] = int(status["id"])
        return web.json_response(status)

    async def _withdraw(self, request: web.Request) -> web.Response:
        if refused := self._may(request, "write:statuses"):
            return refused
        number = int(request.match_info["id"])
        if number not in self.statuses or number not in self.sources:
            return _error(404, "Record not found")
        self.remove(str(number))
        return web.json_response({"id": str(number), "text": self.sources.pop(number)})

    def _may(self, request: web.Request, scope: str) -> web.Response | None:
        if refused := self._refused(request):
            return refused
        allowed = {scope, scope.partition(":")[0]} & self.scopes
        return None if allowed else _error(403, "This action is outside the authorized scopes")

    def _wrong(self, body: Mapping[str, Any]) -> str | None:
        """What Mastodon would not take, or not understand."""
        text = body.get("status")
        if unknown := set(body) - FIELDS:
            return f"{sorted(unknown)} cannot be written"
        if not isinstance(text, str) or not text.strip():
            return "Text can't be blank"
        if countable(text) > self.most:
            return f"Text character limit of {self.most} exceeded"
        if body.get("visibility", "public") not in VISIBILITIES:
            return "Visibility is not included in the list"
        if not isinstance(body.get("in_reply_to_id", "0"), str) or not str(body.get("in_reply_to_id", "0")).isdecimal():
            return "In reply to is no id"
        if "language" in body and not re.fullmatch(r"[a-z]{2,3}", str(body["language"])):
            return "Language is invalid"
        return None


def countable(text: str) -> int:
    """Characters as StatusLengthValidator counts them."""
    without = _LINK.sub("x" * A_LINK, text)
    return len(_CLUSTER.findall(_MENTION.sub(r"@\1", without)))


def _marked_up(text: str) -> str:
    linked = _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(text, quote=False))
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in linked.split("\n\n"))


def _error(status: int, said: str) -> web.Response:
    return web.json_response({"error": said}, status=status)
