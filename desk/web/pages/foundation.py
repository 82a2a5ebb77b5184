"""The foundation as HR looks at it: policy, trainings, own accounts, and accounts that look like one."""

from aiohttp import web

from core.errors import Reject
from desk.foundation.readiness import SMALLEST, SOON, readiness
from desk.foundation.unstaffed import missing
from desk.store import accounts, people, policies
from desk.store.accounts import State
from desk.web.site import KEPT, SITE, WHO, render


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
        open=[one for one in listed if one.state is State.OPEN],
        decided=[one for one in listed if one.state is not State.OPEN],
        sends_mail=kept.sends_mail,
        smallest=SMALLEST,
        soon=SOON.days,
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


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
