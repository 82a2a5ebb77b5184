"""The first page: is it normal, what is new, what was not collected."""

import msgspec
from aiohttp import web

from core.document import Filter, Order
from desk.store import annotations, happenings
from desk.web import ahead, chart, sentence
from desk.web.pages import emerging, watch_list
from desk.web.pages.asked import Asked, ask, choices
from desk.web.pages.beside import happened
from desk.web.pages.customers import whose
from desk.web.site import KEPT, SITE, Site, formats, fragment, reader_words
from picture.overview import overview as ask_overview
from picture.search import search

STREAM = 20
NEW = 3


async def page(request: web.Request) -> web.Response:
    """The whole page: one question to the archive, nothing left to be loaded."""
    asked = await ask(request)
    site = request.app[SITE]
    newest = await search(site.archive, asked.where, order=Order.NEWEST, size=STREAM)
    ever = newest.total or (await search(site.archive, Filter(), size=1)).total
    values = await _values(request, site, asked)
    kept = request.app.get(KEPT)
    tour = kept.tour if kept else ()
    text = fragment(request, "overview.html", mentions=newest.mentions, ever=ever, tour=tour, **values)
    return web.Response(text=text, content_type="text/html")


async def figures(request: web.Request) -> web.Response:
    """The figures alone, for a page that is open: the same template as the page's own."""
    asked = await ask(request)
    values = await _values(request, request.app[SITE], asked)
    return web.json_response(
        {"html": fragment(request, "_figures.html", **values), "chart": values["chart"]},
        dumps=lambda value: msgspec.json.encode(value).decode(),
    )


async def _values(request: web.Request, site: Site, asked: Asked) -> dict[str, object]:
    now = asked.now
    zone = site.organisation.zone
    picture = await ask_overview(site.archive, asked.where, zone=zone, now=now)
    words, form = reader_words(request), formats(request)
    kept = request.app.get(KEPT)
    notes = await annotations.within(kept.database, asked.since, asked.until) if kept else ()
    beside = await happened(request, asked.since, asked.until)
    coming = await ahead.expected(site.forecasts, asked)
    return {
        "new": await emerging.asked(request, NEW),
        "watch": await watch_list.asked(request),
        "asked": asked,
        "view": asked.view,
        "picture": picture,
        "told": sentence.tell(picture, asked, words=words, form=form, name=site.organisation.name),
        "chart": chart.data(picture.volume, asked, zone=zone, words=words, notes=[*notes, *beside], ahead=coming),
        "ahead": ahead.told(coming, words, form) if coming else (),
        "whose": await whose(request, [one.id for one in picture.authors]),
        "asks_often": kept is not None and kept.faq is not None,
        "notes": notes,
        "beside": beside,
        "orders": await happenings.ordered(kept.database, asked.since, asked.until) if kept else None,
        "removed": request.query.get("removed", ""),
        "titles": chart.titles(picture, words=words, form=form),
        "rows": chart.table(picture.volume),
        "choices": await choices(site, asked.where),
        "now": now,
    }
