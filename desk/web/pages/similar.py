"""What is most like a case: a part of its page that comes after it, or a page of its own where no scripts run."""

from aiohttp import web

from desk.practices.alike import Likes
from desk.store import inbox
from desk.web.pages.case import one
from desk.web.pages.case_lines import kept_of, looking
from desk.web.site import SITE, render


async def page(request: web.Request) -> web.Response:
    """Raises 404 where there is no such case, or whoever asks may not see it."""
    kept, case = kept_of(request), await one(request, request.query.get("case", ""))
    likes = await kept.alike.of_case(case, request.app[SITE].clock()) if kept.alike else Likes(ready=False)
    numbers = [each.went.case.number for each in likes.cases]
    seen = {each.number for each in await inbox.numbered(kept.database, looking(request), numbers)}
    template = "_similar.html" if request.query.get("part") else "similar.html"
    return render(request, template, case=case, likes=likes, seen=seen)
