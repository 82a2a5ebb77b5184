"""The foundation as HR looks at it: policy, trainings, own accounts, and accounts that look like one."""

from aiohttp import web

from core.errors import Reject
from desk.answering.active import ALTIMETER, LATELY, activity
from desk.foundation.departments import SMALLEST
from desk.foundation.readiness import SOON, readiness
from desk.foundation.unstaffed import missing
from desk.store import accounts, people, policies
from desk.store.accounts import Account, State
from desk.web.site import KEPT, SITE, WHO, render

LONGEST = 200
USUAL = ("bluesky", "mastodon", "instagram", "facebook", "linkedin", "x", "youtube", "tiktok")
"""Where organisations have accounts; any other can be typed."""


async def page(request: web.Request) -> web.Response:
    kept, site = request.app[KEPT], request.app[SITE]
    playbook = kept.rules.playbook
    staff = {one.id: one for one in await people.every(kept.database)}
    own = await accounts.every(kept.database)
    listed = await accounts.listed(kept.database, None)
    return render(
        request,
        "foundation.html",
        ready=await readiness(kept.database, playbook.trainings, site.clock()),
        rules=playbook.trainings,
        written=playbook.policy.version if playbook.policy else None,
        staff=staff,
        own=own,
        accounts={one.id: one for one in own},
        missing=await missing(kept.database, playbook, site.clock(), site.organisation.zone),
        here=[one for one in staff.values() if one.active],
        sources=sorted({one.source for one in own} | set(USUAL)),
        open=[one for one in listed if one.state is State.OPEN],
        decided=[one for one in listed if one.state is not State.OPEN],
        sends_mail=kept.sends_mail,
        smallest=SMALLEST,
        soon=SOON.days,
        part=await activity(kept.database, playbook.answers.publishers if playbook.answers else None, site.clock()),
        part_weeks=LATELY.days // 7,
        altimeter=ALTIMETER,
        done=request.query.get("done", ""),
        count=_number(request.query.get("count", "")),
    )


async def remind(request: web.Request) -> web.StreamResponse:
    """Ask everybody who has yet to acknowledge the policy, but for those who were asked within a day."""
    kept, at, by = request.app[KEPT], request.app[SITE].clock(), request[WHO].by
    if not kept.sends_mail:
        raise Reject("no mail server is configured: nobody can be reminded", reason="mail")
    total = 0
    while asked := await policies.remind(kept.database, at, again_after=policies.DAILY, by=by):
        total += asked
    raise web.HTTPSeeOther(f"/foundation?done=reminded&count={total}")


async def decide(request: web.Request) -> web.StreamResponse:
    """Say what an account that looks like an own one is, or take that back."""
    kept, form = request.app[KEPT], await request.post()
    author, verdict = (str(form.get(name, "")) for name in ("author", "act"))
    if verdict not in tuple(State):
        raise Reject("choose what the account is", reason="act")
    at, by = request.app[SITE].clock(), request[WHO].by
    if not await accounts.say(kept.database, author, State(verdict), by=by, at=at):
        raise Reject("that account is not listed any more", reason="author")
    raise web.HTTPSeeOther(f"/foundation?done={verdict}#lookalikes")


async def own(request: web.Request) -> web.StreamResponse:
    """Take an own account into the inventory, say who answers for one, or take it out."""
    kept, form = request.app[KEPT], await request.post()
    told = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    at, by, account = request.app[SITE].clock(), request[WHO].by, told.get("account", "")
    owners = [await _owner(request, told.get(name, "")) for name in ("owner", "second")]
    match told.get("act"):
        case "add":
            if not told.get("source") or not told.get("handle"):
                raise Reject("an account has a source and a handle", reason="account")
            official = told.get("staff") != "yes"
            source, handle = told["source"][:LONGEST], told["handle"][:LONGEST]
            made = Account(id="", source=source, handle=handle, official=official, owner=owners[0], second=owners[1])
            try:
                await accounts.add(kept.database, made, by=by, at=at)
            except accounts.Known as error:
                raise Reject(str(error), reason="account") from None
        case "owners":
            await accounts.owned(kept.database, account, *owners, by=by, at=at)
        case "remove":
            await accounts.remove(kept.database, account, by=by, at=at)
        case _:
            raise Reject("choose what to do with the account", reason="act")
    raise web.HTTPSeeOther("/foundation?done=own#own")


async def _owner(request: web.Request, person: str) -> str | None:
    """Raises Reject where nobody who works here has that id."""
    if not person:
        return None
    found = await people.get(request.app[KEPT].database, person)
    if found is None or not found.active:
        raise Reject("choose an owner who works here", reason="owner")
    return found.id


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
