"""Search: the messages behind every number, and what a person says of them."""

from aiohttp import web

from core.document import Filter, Order, Page
from core.findings import INTENTS, UNCERTAIN
from desk.web.pages.asked import Asked, ask, choices, span
from desk.web.site import SITE, render
from desk.web.view import View, read
from picture.search import search
from picture.sentiment import LABELS, UNJUDGED
from playbook.errors import QueryError

SIZE = 50


async def page(request: web.Request) -> web.Response:
    """One page of the list; a query that cannot be read is answered beside its own text, pointing at the column."""
    site = request.app[SITE]
    try:
        asked = await ask(request)
    except QueryError as error:
        return await _mistaken(request, error)
    order = Order(asked.view.order)
    found = await search(site.archive, asked.where, order=order, size=SIZE, after=asked.view.after or None)
    return await _shown(request, found, asked)


async def _mistaken(request: web.Request, error: QueryError) -> web.Response:
    view = read(request.query)
    now = request.app[SITE].clock()
    since, until = await span(request.app[SITE], view, now)
    asked = Asked(view=view, where=Filter(since=since, until=until), since=since, until=until, now=now)
    return await _shown(request, Page(mentions=(), total=0), asked, error=error)


async def _shown(request: web.Request, found: Page, asked: Asked, *, error: QueryError | None = None) -> web.Response:
    site = request.app[SITE]
    undo = request.query.get("undo", "")
    return render(
        request,
        "search.html",
        status=400 if error else 200,
        found=found,
        asked=asked,
        view=asked.view,
        error=error,
        choices=await choices(site, asked.where),
        labels=LABELS,
        intents=(*INTENTS, UNCERTAIN, UNJUDGED),
        orders=[order.value for order in Order],
        topics=site.topics,
        chips=_chips(asked.view),
        done=request.query.get("done", ""),
        undo=undo if site.undo.knows(undo) else "",
    )


def _chips(view: View) -> list[tuple[str, str, str]]:
    """Conditions that no box at the top shows: kind, value and the link without it."""
    return [
        (name, getattr(view, name), view.link("/search", **{name: ""}))
        for name in ("topic", "aspect", "author")
        if getattr(view, name)
    ]
