"""One mention with all that is known of it."""

from aiohttp import web

from core.findings import ONE_LABEL
from desk.web.pages.cases import handled
from desk.web.pages.customers import cases_of, joins, whose
from desk.web.site import SITE, reader_words, render, rules_of
from desk.web.triaged import triaged
from desk.web.view import read
from picture.mention import judged_by, known
from picture.search import Piece


async def page(request: web.Request) -> web.Response:
    """Raises HTTPNotFound for an id that the archive does not hold."""
    site = request.app[SITE]
    found = await known(site.archive, request.query.get("id", ""))
    if found is None:
        raise web.HTTPNotFound
    author = found.stored.enriched.mention.author.id
    undo = request.query.get("undo", "")
    return render(
        request,
        "mention.html",
        known=found,
        stored=found.stored,
        mention=found.stored.enriched.mention,
        enriched=found.stored.enriched,
        view=read({}),
        triaged=triaged(rules_of(request.app), found.stored.enriched, reader_words(request).language),
        topics=site.topics,
        judged_by=judged_by,
        single=[one.name for one in ONE_LABEL],
        whole=[Piece(found.stored.enriched.mention.text, False)],
        done=request.query.get("done", ""),
        customer=(await whose(request, [author])).get(author),
        joins=joins(request, author),
        handled=await handled(request, found.stored.enriched.mention.id),
        cases=await cases_of(request, found.stored.enriched.mention.id),
        undo=undo if site.undo.knows(undo) else "",
    )
