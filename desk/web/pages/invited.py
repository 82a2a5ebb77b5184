"""The personal link of an invitation, behind which somebody sets a password. Opening the link uses nothing up."""

from aiohttp import web

from core.errors import Reject
from desk.entry.invitation import PATH
from desk.entry.signing_in import set_by_invitation
from desk.store import passwords, people, second_factors
from desk.store.people import Person
from desk.store.sessions import Way
from desk.web.entering import ACCOUNT, ENTRY, SIGN_IN, let_in, whence
from desk.web.site import SITE, render

__all__ = ["PATH", "act", "page"]


async def page(request: web.Request) -> web.Response:
    """The form. A link that opens nothing answers as one that never was."""
    found = await _found(request)
    return found if isinstance(found, web.Response) else render(request, "invited.html", person=found[0], wrong="")


async def act(request: web.Request) -> web.Response:
    """Set the password, once. Who has a second factor signs in with it; anybody else is in."""
    found = await _found(request)
    if isinstance(found, web.Response):
        return found
    person, nonce = found
    entry, form = request.app[ENTRY], await request.post()
    typed = str(form.get("password", "")), str(form.get("again", ""))
    try:
        name = request.app[SITE].organisation.name
        if not await set_by_invitation(entry, person, nonce, typed, organisation=name):
            return _over(request)
    except Reject as error:
        return render(request, "invited.html", status=400, person=person, wrong=str(error))
    has = await second_factors.of(entry.database, person.id, entry.seal)
    if has is not None and has.confirmed:
        raise web.HTTPSeeOther(SIGN_IN)
    answer = web.Response(status=303, headers={"Location": ACCOUNT})
    await let_in(request, answer, person.id, Way.INVITATION, strong=False)
    return answer


async def _found(request: web.Request) -> tuple[Person, str] | web.Response:
    entry = request.app[ENTRY]
    if not entry.addresses.allows(whence(request)):
        return render(request, "message.html", status=429, key="enter.busy", detail="")
    read = request.app[SITE].access.invited(request.match_info["key"])
    if read is None or not await passwords.invited(entry.database, *read, entry.clock()):
        return _over(request)
    person = await people.get(entry.database, read[0])
    return _over(request) if person is None else (person, read[1])


def _over(request: web.Request) -> web.Response:
    return render(request, "message.html", status=404, key="invited.over", detail="")
