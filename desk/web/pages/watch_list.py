"""The watch list on the overview: monitors that are out of the ordinary, with why, and a way to their messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from core.time import BUCKET
from desk.store import alarms
from desk.store.alarms import LOUD, Alarm
from desk.web.site import KEPT, SITE
from desk.web.view import View
from picture.detector import Level

LATE = timedelta(minutes=10)
"""Without a look for so long the list does not say how it stands now."""

NAMED = 5
"""Monitors that are named as still learning."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One monitor that is out of the ordinary; `link` leads to its messages since it began."""

    alarm: Alarm
    link: str


class WatchList(msgspec.Struct, frozen=True, kw_only=True):
    """`stale` is when the last look was, where that is too long ago."""

    shown: Sequence[Shown] = ()
    learning: Sequence[str] = ()
    stale: datetime | None = None


async def asked(request: web.Request) -> WatchList:
    """How every monitor stands, whatever the page is narrowed to; nothing where nobody ever looked."""
    kept = request.app.get(KEPT)
    found = await alarms.every(kept.database) if kept else ()
    if not found:
        return WatchList()
    looked, now = max(one.looked_at for one in found), request.app[SITE].clock()
    return WatchList(
        shown=[Shown(alarm=one, link=_link(one)) for one in found if one.level in LOUD],
        learning=_few([one.monitor for one in found if one.level == Level.LEARNING]),
        stale=looked if now - looked > LATE else None,
    )


def _few(names: Sequence[str]) -> Sequence[str]:
    return names if len(names) <= NAMED else [*names[:NAMED], "…"]


def _link(one: Alarm) -> str:
    """The search of its messages from the window in which it began, as far as the last look came."""
    since = (one.since or one.looked_at) + BUCKET - timedelta(minutes=one.window)
    return View(monitor=one.monitor, since=since, until=one.looked_at + timedelta(minutes=1)).link("/search")
