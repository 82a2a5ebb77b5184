"""What somebody sees who may not: the right that is missing, the roles that bring it along, and who can give one."""

from aiohttp import web

from desk.entry.operators import holding
from desk.entry.rights import Right
from desk.store import people
from desk.web.entering import ACCOUNT, first_page
from desk.web.site import KEPT, WHO, render, role_name

MOST_NAMED = 3


async def page(request: web.Request, missing: Right) -> web.Response:
    """That `missing` is missing. Who may not see the first page is led on."""
    if request.method == "GET" and request.path == "/":
        raise web.HTTPSeeOther(first_page(request))
    who = request[WHO]
    held = [role_name(request, one) for one in sorted(who.rights[missing])]
    givers = await _givers(request)
    return render(
        request,
        "refused.html",
        status=403,
        who=who,
        missing=missing,
        roles=held,
        givers=givers,
        home=first_page(request),
    )


def weak(request: web.Request) -> web.Response:
    """That a role of theirs asks for a second factor: pages lead to where it is set up."""
    if request.method == "GET":
        raise web.HTTPSeeOther(ACCOUNT)
    return render(request, "message.html", status=403, key="account.weak", detail="")


async def _givers(request: web.Request) -> list[str]:
    """Names of those who keep staff and their roles; none where nobody of the staff does."""
    kept = request.app.get(KEPT)
    if kept is None:
        return []
    givers = await holding(kept.database, request[WHO], Right.PEOPLE)
    found = [one.name for one in await people.every(kept.database, left=False) if one.id in givers]
    return found[:MOST_NAMED]
