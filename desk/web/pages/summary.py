"""A summary of what the list shows, asked for with a button: a page of its own, or the part of the list that a script puts in."""

from aiohttp import web

from core.errors import KlankbordError, Retry
from desk.summaries.summary import summarise
from desk.web.pages.asked import asked_of
from desk.web.site import SITE, SUMMARIES, WHO, reader_words, render
from desk.web.view import View, read

PART = "part"
"""The field by which a script asks for the part alone."""


async def act(request: web.Request) -> web.Response:
    """The summary of the view in the form, or a sentence that says why there is none."""
    site = request.app[SITE]
    told = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    view, found, failed, status = View(), None, "", 200
    try:
        view = read(told)
        language, by = reader_words(request).language, request[WHO].by
        asked = await asked_of(site, view)
        found = await summarise(request.app[SUMMARIES], site, asked, language=language, by=by)
    except KlankbordError as error:
        failed, status = str(error), 503 if isinstance(error, Retry) else 400
    template = "_summary.html" if told.get(PART) else "summary.html"
    return render(request, template, status=status, summary=found, failed=failed, view=view)
