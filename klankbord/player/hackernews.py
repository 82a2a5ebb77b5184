"""A local Hacker News API: maxitem.json, item/N.json, updates.json."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from klankbord.player.server import Player

MOST_UPDATES = 100


class HackerNewsPlayer(Player):
    """Items under /v0.

    push(item)  an item with an `id`; pushing an id again edits it and lists it in updates.json
    maxitem     the highest id; may be raised by hand, what lies between is not there yet (null)
    hidden      ids that answer null though they are pushed
    """

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[int, Mapping[str, Any]] = {}
        self.changed: list[int] = []
        self.hidden: set[int] = set()
        self.maxitem = 0

    def push(self, item: Mapping[str, Any]) -> None:
        number = int(item["id"])
        if number in self.items:
            self.changed = [number, *(n for n in self.changed if n != number)][:MOST_UPDATES]
        self.items[number] = item
        self.maxitem = max(self.maxitem, number)
        self.wake()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v0/maxitem.json", self._maxitem),
            web.get("/v0/updates.json", self._updates),
            web.get("/v0/item/{id}.json", self._item),
        ]

    async def _maxitem(self, _: web.Request) -> web.Response:
        return web.json_response(self.maxitem)

    async def _updates(self, _: web.Request) -> web.Response:
        return web.json_response({"items": self.changed, "profiles": []})

    async def _item(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        item = None if number in self.hidden else self.items.get(number)
        if item is None:
            return web.json_response(None)
        skew = int(self.faults.skew.total_seconds())
        shown = {**item, "time": int(item["time"]) + skew} if skew and "time" in item else dict(item)
        return web.Response(body=json.dumps(shown).encode(), content_type="application/json")
