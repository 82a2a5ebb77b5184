"""What people ask most: the page, and the same as a file for whoever answers."""

import msgspec
from aiohttp import web

from core.errors import Reject
from core.query import FieldName, asks
from desk.faq import table
from desk.faq.faq import Faq
from desk.reports.shown import ask_outward
from desk.web.kept import Kept
from desk.web.pages.asked import Asked, choices
from desk.web.sentence import gap_lines
from desk.web.site import KEPT, SITE, formats, reader_words, render
from desk.web.view import read

RANGE = "28d"
MOST, LATEST = 20, 5
TYPES = {"csv": "text/csv", "md": "text/markdown"}


async def page(request: web.Request) -> web.Response:
    """The questions that most asked, with the latest messages of each."""
    asked = await _asked(request)
    found = await _found(request, asked, LATEST)
    words, form = reader_words(request), formats(request)
    return render(
        request,
        "faq.html",
        asked=asked,
        view=asked.view,
        choices=await choices(request.app[SITE], asked.where),
        found=found,
        gaps=gap_lines(found.gaps, form, words),
        said_asked=lambda one: table.asked(one, words, form),
        said_moved=lambda one: table.moved(one, words, form),
        said_answered=lambda one: table.answered(one, words, form),
    )


async def file(request: web.Request) -> web.Response:
    """The same without the messages."""
    form = request.match_info["form"]
    asked = await _asked(request)
    found = await _found(request, asked, 0)
    body = table.table(found) if form == "csv" else _markdown(request, found).encode()
    name = f"klankbord-faq-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=TYPES[form], charset="utf-8", headers=headers)


def _markdown(request: web.Request, found: Faq) -> str:
    words, form = reader_words(request), formats(request)
    return table.markdown(
        found, words=words, form=form, gaps=gap_lines(found.gaps, form, words), page=_kept(request).address
    )


async def _asked(request: web.Request) -> Asked:
    """The view of what everybody could read. Raises Reject for one of a single author."""
    site, view = request.app[SITE], read({"range": RANGE, **request.query})
    if view.author or (view.q and asks(site.parse_query(view.q), {FieldName.AUTHOR})):
        raise Reject("what one author asks is no frequent question: take the author out of it", reason="author")
    return await ask_outward(site, msgspec.structs.replace(view, after=""), _kept(request).leaving)


async def _found(request: web.Request, asked: Asked, latest: int) -> Faq:
    faq = _kept(request).faq
    if faq is None:
        raise web.HTTPNotFound
    return await faq.asked(asked.where, now=asked.now, most=MOST, latest=latest)


def _kept(request: web.Request) -> Kept:
    return request.app[KEPT]
