"""A local Mastodon: server-sent events without replay, timelines over REST with min_id, since_id, max_id and Link."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from core.time import now
from klankbord.player.faults import cut
from klankbord.player.server import Player

Status = Mapping[str, Any]  # a JSON object as the source writes it
MOST_A_PAGE, USUAL_PAGE = 40, 20
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class _Event:
    name: str
    status: Status | None
    payload: str


class MastodonPlayer(Player):
    """push("update" | "status.update", status), push("delete", id), or any other event with its payload.

    Which stream a status is on is decided as Mastodon does: `public` has public ones that are no boosts and no replies
    to others, `hashtag` public ones with the tag, `user` and `list` everything.

    tokens      accepted access tokens; None lets everybody in
    per_window  requests allowed in five minutes, told in X-RateLimit headers, 429 beyond; None does not count
    thump       seconds between heartbeats of a quiet stream
    """

    def __init__(self, *, tokens: frozenset[str] | None = frozenset({"token"}), per_window: int | None = None) -> None:
        super().__init__()
        self.tokens = tokens
        self.per_window = per_window
        self.thump = 15.0
        self.statuses: dict[int, Status] = {}
        self._events: list[_Event] = []
        self._used, self._window_ends = 0, now() + WINDOW

    def push(self, name: str, payload: Status | str = "") -> None:
        """Put an event on the streams, and what it does to the timelines."""
        status: Status | None = payload if isinstance(payload, Mapping) else None
        if name == "delete" and isinstance(payload, str):
            status = self.statuses.pop(int(payload), None)
        elif status is not None and name in {"update", "status.update"}:
            self.statuses[int(status["id"])] = status
        text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        self._events.append(_Event(name, status, text))
        self.wake()

    def keep(self, status: Status) -> None:
        """Put a status on the timelines alone, as one that came, or was edited, while nobody was connected.

        Readers tell how far back an id is by its time: (milliseconds since 1970) << 16, as Mastodon numbers.
        """
        self.statuses[int(status["id"])] = status

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/streaming/health", self._health),
            web.get("/api/v1/streaming/{stream:.+}", self._stream),
            web.get("/api/v1/timelines/{timeline:.+}", self._timeline),
            web.get("/api/v1/statuses", self._several),
            web.get("/api/v1/statuses/{id}", self._status),
        ]

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="OK")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        with contextlib.suppress(ConnectionError):
            await self._send(request, answer)
        return answer

    async def _send(self, request: web.Request, answer: web.StreamResponse) -> None:
        stream, query = request.match_info["stream"], request.query
        position = len(self._events)
        left = self.faults.cut_after.pop(0) if self.faults.cut_after else -1
        sent = 0
        if not self.faults.silent:
            await answer.write(b":)\n")
        while request.transport is not None and not request.transport.is_closing():
            coming, position = self._events[position:], len(self._events)
            for event in self.faults.arranged(e for e in coming if _on(stream, query, e)):
                body = self._bytes(event)
                if sent == left:
                    await answer.write(body[: len(body) // 2])
                    cut(request)
                    return
                await self._one(answer, body, sent)
                sent += 1
            if len(self._events) == position:
                await self.news(self.thump)
            if len(self._events) == position and not self.faults.silent:
                await answer.write(b":thump\n")

    async def _one(self, answer: web.StreamResponse, body: bytes, sent: int) -> None:
        if self.faults.silent:
            return
        if self.faults.malformed and sent % self.faults.malformed == 0:
            await answer.write(b'event: update\ndata: {"id":"17","content":\n\n')
        if not self.faults.drip:
            await answer.write(body)
            return
        for start in range(0, len(body), self.faults.piece):
            await answer.write(body[start : start + self.faults.piece])
            await asyncio.sleep(self.faults.drip)

    def _bytes(self, event: _Event) -> bytes:
        text = event.payload
        if event.status is not None and event.name != "delete" and self.faults.skew:
            text = json.dumps(self._skewed(event.status))
        data = f"data: {text}\n" if text else "data: undefined\n"
        return f"event: {event.name}\n{data}\n".encode()

    def _skewed(self, status: Status) -> dict[str, Any]:
        moment = datetime.fromisoformat(str(status["created_at"])) + self.faults.skew
        return {**status, "created_at": moment.astimezone(UTC).isoformat().replace("+00:00", "Z")}

    async def _timeline(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        query = request.query
        limit = min(int(query.get("limit", USUAL_PAGE)), MOST_A_PAGE)
        asked = _Event("update", None, "")
        shown = sorted(
            number
            for number, status in self.statuses.items()
            if _on(request.match_info["timeline"], query, replace(asked, status=status))
            and number < int(query.get("max_id", 1 << 63))
            and number > int(query.get("min_id", 0))
            and number > int(query.get("since_id", 0))
        )
        page = (shown[:limit] if "min_id" in query else shown[-limit:])[::-1]
        headers = self._limits() | _link(request, page)
        return web.json_response([self._shown(number) for number in page], headers=headers)

    def _shown(self, number: int) -> Status:
        return self._skewed(self.statuses[number]) if self.faults.skew else self.statuses[number]

    async def _status(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        status = self.statuses.get(int(request.match_info["id"]))
        if status is None:
            return web.json_response({"error": "Record not found"}, status=404, headers=self._limits())
        return web.json_response(status, headers=self._limits())

    async def _several(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        asked = [int(number) for number in request.query.getall("id[]", [])][:USUAL_PAGE]
        return web.json_response([self._shown(n) for n in asked if n in self.statuses], headers=self._limits())

    def _refused(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.query.get("access_token")
        if self.tokens is not None and token not in self.tokens:
            return web.json_response({"error": "The access token is invalid"}, status=401)
        if now() >= self._window_ends:
            self._used, self._window_ends = 0, now() + WINDOW
        self._used += 1
        if self.per_window is not None and self._used > self.per_window:
            return web.json_response({"error": "Too many requests"}, status=429, headers=self._limits())
        return None

    def _limits(self) -> dict[str, str]:
        if self.per_window is None:
            return {}
        return {
            "X-RateLimit-Limit": str(self.per_window),
            "X-RateLimit-Remaining": str(max(0, self.per_window - self._used)),
            "X-RateLimit-Reset": self._window_ends.isoformat().replace("+00:00", "Z"),
        }


def _on(stream: str, query: Mapping[str, str], event: _Event) -> bool:
    """Whether an event is on a stream or timeline; what is about no status is on each."""
    status = event.status
    if status is None:
        return True
    kind, _, rest = stream.partition("/")
    if kind in {"user", "home", "list", "direct"}:
        return True
    if status.get("visibility", "public") != "public" or status.get("reblog"):
        return False
    local = rest == "local" or query.get("local") in {"true", "1"}
    if local and "@" in str(status.get("account", {}).get("acct", "")):
        return False
    if kind in {"hashtag", "tag"}:
        wanted = (query.get("tag") or rest).casefold()
        return any(str(tag["name"]).casefold() == wanted for tag in status.get("tags", []))
    answered = status.get("in_reply_to_account_id")
    return not status.get("in_reply_to_id") or answered == status.get("account", {}).get("id")


def _link(request: web.Request, page: list[int]) -> dict[str, str]:
    if not page:
        return {}
    kept = {name: value for name, value in request.query.items() if name not in {"min_id", "max_id", "since_id"}}
    base = f"{request.scheme}://{request.host}{request.path}"
    following = urlencode({**kept, "max_id": page[-1]})
    previous = urlencode({**kept, "min_id": page[0]})
    return {"Link": f'<{base}?{following}>; rel="next", <{base}?{previous}>; rel="prev"'}
