"""Making and revoking read-only links, on the page of alerts and reports."""

from datetime import timedelta

from aiohttp import web

from core.errors import KlankbordError, Reject
from desk.reports.shown import shown
from desk.store import links
from desk.web.pages import alerts
from desk.web.site import KEPT, SITE, WHO

LONGEST_TITLE = 120
DAYS = (1, 7, 30, 90)


async def act(request: web.Request) -> web.StreamResponse:
    """Make a link, or revoke one."""
    site, kept, by = request.app[SITE], request.app[KEPT], request[WHO].by
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    if told.get("act") == "revoke":
        await links.revoke(kept.database, told.get("link", ""), by=by, at=site.clock())
        raise web.HTTPSeeOther("/alerts#links")
    try:
        title, days = told.get("title", ""), int(told.get("days", "7")) if told.get("days", "7").isdecimal() else 0
        if not title or len(title) > LONGEST_TITLE or not title.isprintable():
            raise Reject(f"give the link a title of at most {LONGEST_TITLE} characters", reason="title")
        if days not in DAYS:
            raise Reject(f"a link lives {', '.join(map(str, DAYS))} days", reason="days")
        view = shown(told.get("view", ""), site).address
    except KlankbordError as error:
        return await alerts.shown(request, filled=alerts.NEW, link_mistake=str(error), linking=told)
    at = site.clock()
    await links.add(kept.database, title=title, view=view, by=by, at=at, expires_at=at + timedelta(days=days))
    raise web.HTTPSeeOther("/alerts#links")
