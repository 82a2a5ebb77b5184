"""What somebody keeps of their own: password, second factor, sessions, language."""

from collections.abc import Mapping, Sequence

from aiohttp import web

from core.errors import Reject
from desk.entry import codes, hashing
from desk.entry.agents import in_words
from desk.entry.signing_in import words_of
from desk.store import digests, passwords, people, second_factors, sessions
from desk.store.people import Person
from desk.web.access import COOKIE
from desk.web.entering import ACCOUNT, ENTRY, SIGN_IN
from desk.web.site import KEPT, SESSION, SITE, WHO, render

Told = Mapping[str, str]


async def page(request: web.Request) -> web.Response:
    """All of it."""
    return await _shown(request)


async def act(request: web.Request) -> web.Response:
    """Do what the form says, and show what became of it."""
    told = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    does = _ACTS.get(told.get("act", ""))
    if does is None:
        raise Reject("choose what to do", reason="act")
    try:
        fresh = await does(request, await _person(request), told)
    except Reject as error:
        return await _shown(request, wrong=str(error), at=told["act"])
    if fresh:
        return await _shown(request, fresh=fresh)
    raise web.HTTPSeeOther(f"{ACCOUNT}?done={told['act']}")


async def _password(request: web.Request, person: Person, told: Told) -> None:
    entry = request.app[ENTRY]
    await _proved(request, person, told)
    never = words_of(person, request.app[SITE].organisation.name)
    hashing.check(told.get("new", ""), told.get("again", ""), never=never)
    made = await entry.hasher.hashed(told["new"])
    await passwords.change(entry.database, person.id, made, keep=request[SESSION].id, at=entry.clock())


async def _begin(request: web.Request, person: Person, told: Told) -> None:
    await _proved(request, person, told)
    entry = request.app[ENTRY]
    await second_factors.begin(entry.database, person.id, codes.new_secret(), entry.seal)


async def _confirm(request: web.Request, person: Person, told: Told) -> Sequence[str]:
    entry = request.app[ENTRY]
    has = await second_factors.of(entry.database, person.id, entry.seal)
    if not entry.names.allows(f"code of {person.id}"):
        raise Reject("that was tried too often: wait a quarter of an hour", reason="busy")
    step = codes.step_of(has.secret, told.get("code", ""), entry.clock()) if has else None
    if has is None or step is None:
        raise Reject("that is not the code that the telephone shows now", reason="code")
    fresh = codes.new_recovery_codes()
    made = [codes.recovery_hash(one) for one in fresh]
    if not await second_factors.confirm(entry.database, person.id, step, made, at=entry.clock()):
        raise Reject("the second factor was set already", reason="code")
    await sessions.strengthen(entry.database, request[SESSION].id)
    return fresh


async def _anew(request: web.Request, person: Person, told: Told) -> Sequence[str]:
    await _proved(request, person, told)
    entry, fresh = request.app[ENTRY], codes.new_recovery_codes()
    await second_factors.anew(entry.database, person.id, [codes.recovery_hash(one) for one in fresh], at=entry.clock())
    return fresh


async def _take(request: web.Request, person: Person, told: Told) -> None:
    entry = request.app[ENTRY]
    if _has_to(request):
        raise Reject("your role asks for a second factor", reason="code")
    await _proved(request, person, told)
    await second_factors.take(entry.database, person.id, at=entry.clock())


async def _end(request: web.Request, person: Person, told: Told) -> None:
    entry = request.app[ENTRY]
    await sessions.end(entry.database, person.id, told.get("session", ""), at=entry.clock())


async def _end_every(request: web.Request, person: Person, told: Told) -> None:  # noqa: ARG001 - as acts are
    entry = request.app[ENTRY]
    await sessions.end_every(entry.database, person.id, by=person.id, at=entry.clock())
    answer = web.HTTPSeeOther(SIGN_IN)
    answer.del_cookie(COOKIE, path="/")
    raise answer


async def _digest(request: web.Request, person: Person, told: Told) -> None:
    entry = request.app[ENTRY]
    no = told.get("wants") == "no"
    await digests.refuse(entry.database, person.id, no=no, by=person.id, at=entry.clock())


_ACTS = {
    "password": _password,
    "begin": _begin,
    "confirm": _confirm,
    "anew": _anew,
    "take": _take,
    "end": _end,
    "end_every": _end_every,
    "digest": _digest,
}


async def _proved(request: web.Request, person: Person, told: Told) -> None:
    """Somebody who found a browser open does not know the password. Raises Reject; who has no password signed on elsewhere."""
    entry = request.app[ENTRY]
    kept = await passwords.find(entry.database, person.id)
    if kept is None:
        return
    if not entry.names.allows(f"account {person.id}"):
        raise Reject("that was tried too often: wait a quarter of an hour", reason="busy")
    if not await entry.hasher.verified(kept, told.get("password", "")):
        raise Reject("that is not your password", reason="password")


async def _person(request: web.Request) -> Person:
    """Who asks. Raises 404 for the operator, who is nobody of the staff."""
    entry, who = request.app.get(ENTRY), request[WHO]
    person = await people.get(entry.database, who.person) if entry and who.person else None
    if person is None:
        raise web.HTTPNotFound
    return person


def _has_to(request: web.Request) -> bool:
    return any(one.role in request.app[ENTRY].strict for one in request[WHO].roles)


async def _shown(request: web.Request, *, wrong: str = "", at: str = "", fresh: Sequence[str] = ()) -> web.Response:
    person, entry = await _person(request), request.app[ENTRY]
    has = await second_factors.of(entry.database, person.id, entry.seal)
    begun = has is not None and not has.confirmed
    address = ""
    if has is not None and begun:
        issuer = request.app[SITE].organisation.name
        address = codes.address(has.secret, name=person.email or person.name, issuer=issuer)
    every = await sessions.every(entry.database, person.id, at=entry.clock(), idle=entry.settings.idle)
    return render(
        request,
        "account.html",
        status=400 if wrong else 200,
        person=person,
        who=request[WHO],
        has_password=await passwords.find(entry.database, person.id) is not None,
        second=has,
        begun=begun,
        has_to=_has_to(request),
        digest=person.unit is not None and person.unit in request.app[KEPT].digests,
        refused=await digests.refused(entry.database, person.id),
        picture=codes.picture(address) if address else "",
        every=[(one, in_words(one.agent), one.id == request[SESSION].id) for one in every],
        wrong=wrong,
        wrong_at=at,
        fresh=fresh,
        done=request.query.get("done", ""),
    )
