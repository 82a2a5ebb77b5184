"""A local Jetstream (`/subscribe`, its first public protocol) with getProfiles and getPosts of the AppView."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import WSMsgType, web

from core.time import now
from klankbord.player.faults import cut
from klankbord.player.server import Player

MOST_COLLECTIONS, MOST_DIDS, MOST_ASKED = 100, 10_000, 25
Event = Mapping[str, Any]  # a JSON object as the source writes it


@dataclass
class _Wish:
    """What one subscriber asked for: collections (commits only), accounts (every kind), size."""

    collections: tuple[str, ...]
    accounts: frozenset[str]
    most: int

    def wants(self, event: Event) -> bool:
        if self.accounts and event.get("did") not in self.accounts:
            return False
        if event.get("kind") != "commit" or not self.collections:
            return True
        collection = str(event.get("commit", {}).get("collection", ""))
        return any(collection.startswith(w[:-1]) if w.endswith(".*") else collection == w for w in self.collections)


class BlueskyPlayer(Player):
    """Replays from `cursor` (microseconds, inclusive) and goes on live; without one it starts live.

    push(event)   a Jetstream event; `time_us` is the time now where it has none
    profiles      profile views by DID, as getProfiles answers them
    posts         post views by at:// URI, as getPosts answers them
    keeps_from    events before this are forgotten, as after the server's retention
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.profiles: dict[str, Event] = {}
        self.posts: dict[str, Event] = {}
        self.keeps_from: datetime | None = None

    def push(self, event: Event) -> None:
        self.events.append({"time_us": _micros(now()), **event})
        self.wake()

    def profile(self, did: str, *, handle: str, followers: int, name: str = "") -> None:
        """Make an account known to getProfiles."""
        self.profiles[did] = {"did": did, "handle": handle, "displayName": name, "followersCount": followers}

    def count(self, uri: str, **counts: int) -> None:
        """Make a post known to getPosts: likeCount, repostCount, replyCount, quoteCount."""
        self.posts[uri] = {"uri": uri, **counts}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/subscribe", self._subscribe),
            web.get("/xrpc/app.bsky.actor.getProfiles", self._profiles),
            web.get("/xrpc/app.bsky.feed.getPosts", self._posts),
        ]

    async def _profiles(self, request: web.Request) -> web.Response:
        actors = _asked(request, "actors")
        by_handle = {profile["handle"]: profile for profile in self.profiles.values()}
        found = [self.profiles.get(actor) or by_handle.get(actor) for actor in actors]
        return web.json_response({"profiles": [profile for profile in found if profile]})

    async def _posts(self, request: web.Request) -> web.Response:
        found = [self.posts.get(uri) for uri in _asked(request, "uris")]
        return web.json_response({"posts": [post for post in found if post]})

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        try:
            wish = _wish(
                request.query.getall("wantedCollections", []),
                request.query.getall("wantedDids", []),
                request.query.get("maxMessageSizeBytes", ""),
            )
            position = self._position(request.query.get("cursor", ""))
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        socket = web.WebSocketResponse(max_msg_size=10_000_000)
        await socket.prepare(request)
        updates: asyncio.Queue[_Wish | None] = asyncio.Queue()
        listening = asyncio.create_task(_listen(socket, updates))
        try:
            if request.query.get("requireHello") == "true":
                wish = await updates.get() or wish
            await self._send(request, socket, wish, position, updates)
        except ConnectionError:
            pass
        finally:
            listening.cancel()
        return socket

    def _position(self, cursor: str) -> int:
        """Index of the first event to send."""
        if not cursor:
            return len(self.events)
        wanted = int(cursor)
        if wanted < 0:
            raise ValueError("negative cursor")
        if wanted > _micros(now()):
            return len(self.events)
        if self.keeps_from is not None:
            wanted = max(wanted, _micros(self.keeps_from))
        return next((i for i, event in enumerate(self.events) if int(event["time_us"]) >= wanted), len(self.events))

    async def _send(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        wish: _Wish,
        position: int,
        updates: asyncio.Queue[_Wish | None],
    ) -> None:
        left = self.faults.cut_after.pop(0) if self.faults.cut_after else -1
        sent = 0
        while not socket.closed:
            while not updates.empty():
                wish = updates.get_nowait() or wish
            coming, position = self.events[position:], len(self.events)
            for event in self.faults.arranged(e for e in coming if wish.wants(e)):
                body = self._bytes(event)
                if wish.most and len(body) > wish.most:
                    continue
                if sent == left:
                    _half_frame(request, body)
                    return
                await self._one(socket, body, sent)
                sent += 1
            if len(self.events) == position:
                await self.news(0.5)

    async def _one(self, socket: web.WebSocketResponse, body: bytes, sent: int) -> None:
        if self.faults.silent:
            return
        if self.faults.malformed and sent % self.faults.malformed == 0:
            await socket.send_str('{"did":"did:plc:broken","time_us":17,"kind":"commit","commit":{"rev"')
        if self.faults.drip:
            await asyncio.sleep(self.faults.drip)
        await socket.send_str(body.decode())

    def _bytes(self, event: Event) -> bytes:
        skew = int(self.faults.skew.total_seconds() * 1_000_000)
        return json.dumps({**event, "time_us": int(event["time_us"]) + skew}, ensure_ascii=False).encode()


def _asked(request: web.Request, name: str) -> list[str]:
    """What is asked for by name. The lexicons allow 1 to 25."""
    asked = request.query.getall(name, [])
    if not asked or len(asked) > MOST_ASKED:
        message = json.dumps({"error": "InvalidRequest", "message": f"1 to {MOST_ASKED} {name}"})
        raise web.HTTPBadRequest(text=message, content_type="application/json")
    return asked


def _wish(collections: Iterable[str], accounts: Iterable[str], most: str | int) -> _Wish:
    names, dids = tuple(collections), frozenset(accounts)
    if len(names) > MOST_COLLECTIONS or len(dids) > MOST_DIDS:
        raise ValueError("too many wanted collections or DIDs")
    if any("." not in name or (name.endswith("*") and not name.endswith(".*")) for name in names):
        raise ValueError("invalid collection")
    size = str(most)
    return _Wish(names, dids, int(size) if size.isdigit() else 0)


async def _listen(socket: web.WebSocketResponse, updates: "asyncio.Queue[_Wish | None]") -> None:
    """Read what the subscriber sends: options_update changes its wish, nonsense ends the connection."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        try:
            told = json.loads(message.data)
            if told.get("type") == "options_update":
                wanted = told["payload"]
                wish = _wish(
                    wanted.get("wantedCollections") or (),
                    wanted.get("wantedDids") or (),
                    wanted.get("maxMessageSizeBytes") or 0,
                )
                updates.put_nowait(wish)
        except (ValueError, KeyError, TypeError, AttributeError):
            await socket.close(code=1008, message=b"invalid options")
            return
    updates.put_nowait(None)


def _half_frame(request: web.Request, body: bytes) -> None:
    """Send the head of a text frame and half of what it announces, then break off."""
    if request.transport is not None:
        size = len(body).to_bytes(8, "big")
        request.transport.write(bytes([0x81, 127]) + size + body[: len(body) // 2])
    cut(request)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
