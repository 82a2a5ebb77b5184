"""Notes beside the charts: written on the overview for a day, a stretch of days or a moment, removed and brought back."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from core.errors import KlankbordError, Reject
from desk.store import annotations
from desk.web.pages.door import own_path
from desk.web.site import KEPT, SITE, WHO
from picture.buckets import local_midnight

LONGEST = 280


async def act(request: web.Request) -> web.StreamResponse:
    """Write a note, remove one, or bring it back; then the chart again."""
    site, database, by = request.app[SITE], request.app[KEPT].database, request[WHO].by
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    back, note = _without_undo(own_path(told.get("back", "/"))), told.get("note", "")
    match told.get("act"):
        case "add":
            since, until = stretch(told, site.organisation.zone)
            await annotations.add(
                database, since=since, until=until, text=_text(told.get("text", "")), by=by, at=site.clock()
            )
        case "remove" if await annotations.remove(database, note, by=by, at=site.clock()):
            back += f"{'&' if '?' in back else '?'}removed={note}"
        case "restore" if await annotations.restore(database, note, by=by, at=site.clock()):
            pass
        case _:
            raise Reject("that note is not there any more", reason="note")
    with suppress(KlankbordError):  # the keeper does it later
        await request.app[KEPT].annotated()
    raise web.HTTPSeeOther(f"{back}#notes")


def stretch(told: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """What a note is about: `day`, through `last` where it is given, or the moment `clock` on `day`. Raises Reject."""
    try:
        day = date.fromisoformat(told.get("day", ""))
        last = date.fromisoformat(told["last"]) if told.get("last") else day
        clock = time.fromisoformat(told["clock"]) if told.get("clock") else None
    except ValueError:
        raise Reject(
            "give the note a day like 2026-11-03, and a time like 14:30 where it is of one moment", reason="day"
        ) from None
    if last < day:
        raise Reject("the note ends before it begins", reason="day")
    if clock is not None and last == day:
        return datetime.combine(day, clock.replace(tzinfo=None), zone).astimezone(UTC), None
    return local_midnight(day, zone), local_midnight(last + timedelta(days=1), zone)


def _text(text: str) -> str:
    if not text or len(text) > LONGEST or not text.isprintable():
        raise Reject(f"a note is one line of at most {LONGEST} characters", reason="text")
    return text


def _without_undo(path: str) -> str:
    head, _, query = path.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("removed="))
    return f"{head}?{kept}" if kept else head
