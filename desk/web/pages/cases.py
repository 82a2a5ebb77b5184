"""The inbox: cases in saved filters, the most urgent first; and how many wait, for whoever asks on another page."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from core.errors import Reject
from desk.entry.rights import Right
from desk.store import cases, inbox
from desk.store.cases import Case
from desk.store.inbox import COUNTED, Which
from desk.web.pages.case_choices import choices
from desk.web.pages.case_lines import kept_of, lines_of, looking
from desk.web.pages.case_told import told_of
from desk.web.site import COUNTS, KEPT, WHO, render

MOST = 100


async def page(request: web.Request) -> web.Response:
    """The filter that `show` names."""
    which, look, database = chosen(request.query.get("show", "")), looking(request), kept_of(request).database
    found = await inbox.listed(database, which, look, MOST + 1)
    return render(
        request,
        "cases.html",
        which=which.value,
        every=[one.value for one in Which],
        counted=[one.value for one in COUNTED],
        desk_counts=request.get(COUNTS) or await counted(request),
        lines=await lines_of(request, found[:MOST]),
        more=len(found) > MOST,
        now=look.at,
        told=await told_of(request),
        back=request.path_qs,
        lists=True,
        choose=await choices(request),
    )


def chosen(name: str) -> Which:
    """The filter of that name; WAITING for none. Raises Reject."""
    try:
        return Which(name or Which.WAITING)
    except ValueError:
        raise Reject("there is no such list of cases", reason="show") from None


async def counted(request: web.Request) -> Mapping[str, int]:
    """How many cases stand in each filter for whoever asks; nothing for who may not see any. Raises Retry where the desk is away."""
    kept, who = request.app.get(KEPT), request[WHO]
    if kept is None or not who.may(Right.CASES):
        return {}
    found = await inbox.counts(kept.database, looking(request))
    return {which.value: count for which, count in found.items()}


async def handled(request: web.Request, mention: str) -> Sequence[Case]:
    """The cases that this message belongs to and whoever asks may see, the latest first."""
    kept, who = request.app.get(KEPT), request[WHO]
    if kept is None or not who.may(Right.CASES):
        return ()
    found = (await cases.of_mentions(kept.database, [mention])).get(mention, [])
    return await inbox.numbered(kept.database, looking(request), [one.number for one in found]) if found else ()
