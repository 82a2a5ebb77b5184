"""How mature the organisation is on one page, as a file: in the reader's language or the one that the address names."""

import asyncio

from aiohttp import web

from desk.maturity.files import TYPES, Form, file_of, name_of
from desk.maturity.report import known
from desk.maturity.wording import Reader
from desk.store import audit
from desk.web.formats import Formats
from desk.web.site import KEPT, SITE, WHO, looked_in, reader_words


async def file(request: web.Request) -> web.Response:
    """The report. That it was made is written down."""
    site, kept, form = request.app[SITE], request.app[KEPT], Form(request.match_info["form"])
    at, looked = site.clock(), looked_in(request.app)
    words = site.catalogues.get(request.query.get("language", ""), reader_words(request))
    reader = Reader(
        words=words,
        form=Formats(words, site.organisation.zone, at),
        playbook=looked.playbook,
        organisation=site.organisation,
    )
    told = await known(looked, at, admits_closed=kept.leaving.admits_closed)
    content = await asyncio.to_thread(file_of, told, reader, form)
    entry = audit.Entry(at=at, by=request[WHO].by, did="made", what="report", subject=f"maturity {form}")
    await audit.add(kept.database, entry)
    headers = {"Content-Disposition": f'attachment; filename="{name_of(told, reader, form)}"'}
    return web.Response(body=content, content_type=TYPES[form], headers=headers)
