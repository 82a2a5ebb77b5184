"""Who and what is muted, and lifting it again."""

import asyncio

from aiohttp import web

from core.document import Filter, Profile
from core.errors import Reject
from core.types import Mute
from desk.store import judgements
from desk.web.site import KEPT, SITE, WHO, Site, render
from desk.web.undo import reverse

_TRIES, _PAUSE = 15, 0.1
_ALL = Filter(muted=True, irrelevant=True)


async def page(request: web.Request) -> web.Response:
    """The mutes in force: accounts with how many of their messages are left out, and words."""
    site = request.app[SITE]
    found = await judgements.muted(request.app[KEPT].database)
    return render(
        request,
        "mutes.html",
        authors=[one for one in found if one.author],
        words=[one for one in found if one.word],
        profiles=await _profiles(site, [one.author for one in found if one.author]),
        done=request.query.get("done", ""),
        undo=name if site.undo.knows(name := request.query.get("undo", "")) else "",
    )


async def act(request: web.Request) -> web.StreamResponse:
    """Lift one."""
    site, database = request.app[SITE], request.app[KEPT].database
    form = await request.post()
    author, word = (str(form.get(name, "")) or None for name in ("author", "word"))
    if not any((one.author, one.word) == (author, word) for one in await judgements.muted(database)):
        raise Reject("that is not muted any more", reason="mute")
    lifted = Mute(by=request[WHO].by, at=site.clock(), author=author, word=word, lifted=True)
    await site.judge([lifted])
    for _ in range(_TRIES):  # the page that follows shows it
        if not any((one.author, one.word) == (author, word) for one in await judgements.muted(database)):
            break
        await asyncio.sleep(_PAUSE)
    raise web.HTTPSeeOther(f"/mutes?done=lifted&undo={site.undo.keep([reverse(lifted, ())])}")


async def _profiles(site: Site, authors: list[str]) -> dict[str, Profile]:
    if not authors:
        return {}
    return {one.id: one for one in await site.archive.profiles(_ALL, authors=authors, starts=())}
