"""Reports: a view as a file now, or sent at set times."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from core.errors import KlankbordError, Misconfigured, Reject
from core.settings import check
from desk.reports.report import make
from desk.reports.schedule import Schedule
from desk.reports.sending import TYPES, file_of
from desk.reports.shown import shown
from desk.store import audit, reports
from desk.web.pages import alerts
from desk.web.site import KEPT, SITE, WHO, reader_words

FIELDS = ("name", "view", "form", "every", "at", "on", "written_in")


async def file(request: web.Request) -> web.Response:
    """The view of the address as a file, in the reader's language. That it was made is written down."""
    site, kept, form = request.app[SITE], request.app[KEPT], request.match_info["form"]
    view = shown(request.query.get("view", "/"), site)
    words = reader_words(request)
    title = f"{site.organisation.name}: {words(f'nav.{view.page}')}"
    report = await make(site, kept.leaving, view, title=title, words=words)
    content = await asyncio.to_thread(file_of, report, form)
    entry = audit.Entry(at=site.clock(), by=request[WHO].by, did="made", what="report", subject=form)
    await audit.add(kept.database, entry)
    day = f"{report.at.astimezone(site.organisation.zone):%Y-%m-%d}"
    headers = {"Content-Disposition": f'attachment; filename="klankbord-{day}.{form}"'}
    return web.Response(body=content, content_type="/".join(TYPES[form]), headers=headers)


async def act(request: web.Request) -> web.StreamResponse:
    """Keep a scheduled report, or forget one."""
    site, kept, by = request.app[SITE], request.app[KEPT], request[WHO].by
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    did = "removed"
    if told.get("act") == "remove":
        await reports.remove(kept.database, told.get("name", ""))
    else:
        try:
            schedule = _schedule(request, told)
        except Misconfigured as error:
            mistakes = [one.removeprefix("report: ") for one in error.mistakes]
            return await alerts.shown(request, filled=alerts.NEW, report_mistakes=mistakes, reporting=told)
        except KlankbordError as error:
            return await alerts.shown(request, filled=alerts.NEW, report_mistakes=[str(error)], reporting=told)
        did, at = "saved", site.clock()
        due = schedule.next_after(at, site.organisation.zone)
        await reports.put(kept.database, schedule, by=by, at=at, next_at=due)
    entry = audit.Entry(at=site.clock(), by=by, did=did, what="report", subject=told.get("name", ""))
    await audit.add(kept.database, entry)
    raise web.HTTPSeeOther("/alerts#reports")


def _schedule(request: web.Request, told: Mapping[str, str]) -> Schedule:
    content: dict[str, object] = {field: told[field] for field in FIELDS if told.get(field)}
    content |= {"to": tuple(told.get("to", "").replace(",", " ").split())}
    schedule = check(Schedule, content, where="report")
    if not request.app[KEPT].sends_mail:
        raise Reject("no mail server is configured; give klankbord.yaml a `mail:` with host and sender", reason="mail")
    address = shown(schedule.view, request.app[SITE]).address
    return schedule.model_copy(update={"view": address})
