"""A view behind a read-only link: figures and public words, nobody's name, and nothing else of the page."""

from datetime import timedelta

from aiohttp import web

from core.document import Order, Stored
from core.errors import Retry
from desk.foundation.asking import PATH as POLICY
from desk.reports.shown import Shown, ask_outward, shown
from desk.reports.words_only import without_handles
from desk.scim import application as scim
from desk.store import links
from desk.store.links import Link
from desk.web import chart, sentence
from desk.web.entering import OPERATORS, from_outside
from desk.web.pages import everyone
from desk.web.rate import Rate
from desk.web.site import KEPT, SITE, formats, reader_words, render
from picture.overview import overview
from picture.search import search

PATH = "/shared/"
ELSEWHERE = (PATH, POLICY, f"{scim.PATH}/")
OPENINGS, GUESSES, SPAN = 60, 30, timedelta(minutes=1)
RATES = web.AppKey("rates", Rate)
GUESSED = web.AppKey("guessed", Rate)
LISTED = 50
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


def is_reached(request: web.Request) -> bool:
    """Whether the request is for what opens elsewhere, under the name that the page is known by there: a read-only link,
    the policy, SCIM; and all that staff may, where they come in there.
    """
    if not from_outside(request):
        return False
    if request.app[KEPT].for_staff and not request.path.startswith(OPERATORS):
        return True
    return request.path.startswith((*ELSEWHERE, "/static/"))


async def page(request: web.Request) -> web.Response:
    """The view as it is now. One that does not open answers as one that never was."""
    site, kept = request.app[SITE], request.app[KEPT]
    name = site.access.shared(request.match_info["key"])
    rate, about = (request.app[GUESSED], "") if name is None else (request.app[RATES], name)
    if not rate.allows(about):
        return render(request, "message.html", status=429, key="shared.busy", detail="")
    try:
        link = await links.opened(kept.database, name, site.clock()) if name else None
        if link is None:
            return render(request, "message.html", status=404, key="shared.over", detail="")
        return await _shown(request, link, shown(link.view, site))
    except Retry:
        return render(request, "message.html", status=503, key="shared.busy", detail="")


async def _shown(request: web.Request, link: Link, what: Shown) -> web.Response:
    if what.page == "everyone":
        return await everyone.shown(request, what.view, link)
    site, kept = request.app[SITE], request.app[KEPT]
    asked = await ask_outward(site, what.view, kept.leaving)
    now, zone = site.clock(), site.organisation.zone
    words, form = reader_words(request), formats(request)
    picture = await overview(site.archive, asked.where, zone=zone, now=now)
    listed: list[tuple[Stored, str]] = []
    if what.page == "search":
        found = await search(site.archive, asked.where, order=Order(what.view.order), size=LISTED)
        listed = [
            (one, without_handles(one.enriched.mention.text)) for one in found.mentions if kept.leaving.texts(one)
        ]
    told = sentence.tell(picture, asked, words=words, form=form, name=site.organisation.name)
    return render(
        request,
        "shared.html",
        link=link,
        asked=asked,
        picture=picture,
        told=told,
        chart=chart.data(picture.volume, asked, zone=zone, words=words),
        titles=chart.titles(picture, words=words, form=form),
        rows=chart.table(picture.volume),
        listed=listed,
        lists=what.page == "search",
        now=now,
    )
