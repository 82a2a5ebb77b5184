"""What is held of a customer, as a file: data, or on paper in the reader's language or the one that the address names."""

import asyncio

from aiohttp import web

from desk.held.document import as_json
from desk.held.printed import pdf
from desk.store import audit, customers
from desk.web.formats import Formats
from desk.web.pages.case_lines import kept_of
from desk.web.site import SITE, WHO, reader_words


async def file(request: web.Request) -> web.Response:
    """All of the customer of that id and of its accounts. That it was taken out is written down first. Raises 404 where there is none."""
    site, kept = request.app[SITE], kept_of(request)
    name = request.query.get("id", "")
    found = await customers.get(kept.database, name) if name.isalnum() else None
    if found is None or kept.held is None:
        raise web.HTTPNotFound
    entry = audit.Entry(at=site.clock(), by=request[WHO].by, did="gave out", what="customer", subject=found.id)
    await audit.add(kept.database, entry)
    held = await kept.held(customer=found.id)
    words = site.catalogues.get(request.query.get("language", ""), reader_words(request))
    if request.match_info["form"] == "json":
        content, kind = as_json(held), "application/json"
    else:
        form = Formats(words, site.organisation.zone, site.clock())
        content, kind = await asyncio.to_thread(pdf, held, words=words, form=form), "application/pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="klankbord-{found.id}.{request.match_info["form"]}"',
        "Cache-Control": "no-store",
    }
    return web.Response(body=content, content_type=kind, headers=headers)
