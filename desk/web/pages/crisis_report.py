"""What a crisis came to, as a file: the after-action report, in the reader's language or the one that the address names."""

import asyncio

from aiohttp import web

from desk.crisis import printed, report
from desk.store import audit, people
from desk.web.formats import Formats
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis_found import one, plan_of
from desk.web.site import SITE, WHO, reader_words


async def file(request: web.Request) -> web.Response:
    """The report of the crisis of that number. That it was made is written down. Raises 404 where there is no such crisis."""
    site, database = request.app[SITE], kept_of(request).database
    crisis = await one(request, request.query.get("number", ""))
    told = await report.gathered(database, crisis.id)
    if told is None:
        raise web.HTTPNotFound
    words = site.catalogues.get(request.query.get("language", ""), reader_words(request))
    now = site.clock()
    reader = printed.Reader(
        words,
        Formats(words, site.organisation.zone, now),
        organisation=site.organisation.name,
        names={person.id: person.name for person in await people.every(database)},
        roles=plan_of(request).roles(words.language),
        severity=plan_of(request).section.called(crisis.severity, words.language) if crisis.severity else "",
    )
    content = await asyncio.to_thread(printed.pdf, told, reader, now)
    await audit.add(database, audit.Entry(at=now, by=request[WHO].by, did="made", what="report", subject=crisis.id))
    headers = {"Content-Disposition": f'attachment; filename="klankbord-crisis-{crisis.number}.pdf"'}
    return web.Response(body=content, content_type="application/pdf", headers=headers)
