"""Alerts and reports: who is told what, how each alert stands, and what could not be delivered."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from core.errors import Misconfigured, Reject
from core.settings import check
from desk.alerts.alert import Alert, When
from desk.alerts.checking import wrong_with
from desk.alerts.secret import new_secret
from desk.reports.schedule import Every
from desk.store import alerts, audit, letters, links, reports
from desk.store.alerts import Standing
from desk.web.kept import Kept
from desk.web.site import KEPT, SITE, WHO, render
from picture.sentiment import LABELS

FIELDS = (
    "name", "monitor", "source", "language", "query", "sentiment", "topic", "copies", "when", "number", "within", "group", "pause",
    "quiet", "late", "webhook", "written_in",
)  # fmt: skip
NEW = {"when": When.EACH.value, "number": "10", "within": "1h", "group": "15m", "pause": "1h", "late": "15m"}
REPORT = {"name": "", "form": "pdf", "every": Every.WEEK.value, "at": "07:00", "on": "1", "to": "", "written_in": ""}
MOST_UNDELIVERED = 20


async def page(request: web.Request) -> web.Response:
    """The list and the form; `name` in the address takes that alert up, other fields fill in a new one."""
    name = request.query.get("name", "")
    known = {one.alert.name: one.alert for one in await alerts.every(_kept(request).database)}
    if name in known:
        return await shown(request, filled=_filled(known[name]))
    given = {field: request.query[field] for field in FIELDS if request.query.get(field)}
    return await shown(request, filled=NEW | given)


async def act(request: web.Request) -> web.Response:
    """Save an alert, or remove one."""
    form = await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    match told.get("act"):
        case "save":
            return await _save(request, told)
        case "remove":
            await _remove(request, told.get("name", ""))
            raise web.HTTPSeeOther("/alerts")
        case _:
            raise Reject("choose what to do with the alert", reason="act")


async def _save(request: web.Request, told: Mapping[str, str]) -> web.Response:
    kept = _kept(request)
    content: dict[str, object] = {field: told[field] for field in FIELDS if told.get(field)}
    content |= {"to": tuple(told.get("to", "").replace(",", " ").split()), "over": "over" in told}
    try:
        alert = check(Alert, content, where="alert")
        mistakes = _wrong(request, alert)
    except Misconfigured as error:
        mistakes = [one.removeprefix("alert: ").removeprefix("(top): ") for one in error.mistakes]
    if mistakes:
        return await shown(request, filled=dict(told) | {"over": "over" if "over" in told else ""}, mistakes=mistakes)
    known = {one.alert.name: one for one in await alerts.every(kept.database)}
    before = known.get(alert.name)
    secret = new_secret() if alert.webhook and not (before and before.signs) else ""
    at, who = request.app[SITE].clock(), request[WHO].by
    await alerts.put(kept.database, alert, by=who, at=at, secret=secret, seal=kept.seal)
    await audit.add(kept.database, audit.Entry(at=at, by=who, did="saved", what="alert", subject=alert.name))
    return await shown(request, filled=NEW, saved=alert.name, secret=secret)


def _wrong(request: web.Request, alert: Alert) -> list[str]:
    site, kept = request.app[SITE], _kept(request)
    return wrong_with(
        alert,
        monitors=site.monitors.names(),
        parse=site.parse_query,
        sends_mail=kept.sends_mail,
        private=kept.private,
    )


async def _remove(request: web.Request, name: str) -> None:
    kept = _kept(request)
    if await alerts.remove(kept.database, name):
        entry = audit.Entry(at=request.app[SITE].clock(), by=request[WHO].by, did="removed", what="alert", subject=name)
        await audit.add(kept.database, entry)


async def shown(
    request: web.Request,
    *,
    filled: Mapping[str, str],
    mistakes: Sequence[str] = (),
    saved: str = "",
    secret: str = "",
    link_mistake: str = "",
    linking: Mapping[str, str] | None = None,
    report_mistakes: Sequence[str] = (),
    reporting: Mapping[str, str] | None = None,
) -> web.Response:
    """The whole page, with what was just typed or done."""
    kept, site = _kept(request), request.app[SITE]
    standing: Sequence[Standing] = await alerts.every(kept.database)
    return render(
        request,
        "alerts.html",
        status=400 if mistakes or link_mistake or report_mistakes else 200,
        list=standing,
        filled={"over": "", "to": "", **dict.fromkeys(FIELDS, ""), **filled},
        known=[one.alert.name for one in standing],
        mistakes=mistakes,
        saved=saved,
        secret=secret,
        undelivered=await letters.undelivered(kept.database, MOST_UNDELIVERED),
        kinds=[one.value for one in When],
        labels=LABELS,
        monitors=site.monitors.names(),
        sends_mail=kept.sends_mail,
        links=[(one, _address(request, one.id)) for one in await links.every(kept.database) if one.opens(site.clock())],
        linking={"title": "", "view": request.query.get("view", ""), "days": "7", **(linking or {})},
        link_mistake=link_mistake,
        reports=await reports.every(kept.database),
        reporting={**REPORT, "view": request.query.get("view", ""), **(reporting or {})},
        report_mistakes=report_mistakes,
        every=[one.value for one in Every],
    )


def _address(request: web.Request, link: str) -> str:
    """The whole address of a read-only link."""
    begins = _kept(request).address or f"http://{request.host}"
    return f"{begins}/shared/{request.app[SITE].access.share_key(link)}"


def _filled(alert: Alert) -> dict[str, str]:
    """The alert as its form shows it."""
    told = alert.model_dump(mode="json")
    filled = {field: f"{told[field]:g}" if field == "number" else str(told[field]) for field in FIELDS}
    return filled | {"to": "\n".join(alert.to), "over": "over" if alert.over else ""}


def _kept(request: web.Request) -> Kept:
    """Raises 404 where the program keeps nothing for the page."""
    kept = request.app.get(KEPT)
    if kept is None:
        raise web.HTTPNotFound
    return kept
