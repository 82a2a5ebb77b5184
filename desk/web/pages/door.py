"""The way in, and what a reader sets for themselves."""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import msgspec
from aiohttp import web

from desk.store import passwords, people
from desk.web.access import COOKIE, SESSION_LIVES, local_host
from desk.web.entering import ENTRY, SIGN_IN, from_outside, keep
from desk.web.site import KEPT, SITE, THEMES, WHO, render
from desk.web.words import LANGUAGES

_YEAR = 365 * 24 * 3600


async def enter(request: web.Request) -> web.StreamResponse:
    """A one-time link: sets the session and goes to the page that `to` names."""
    access = request.app[SITE].access
    if not access.redeem(request.query.get("key", "")):
        return render(request, "message.html", status=403, key="door.used", detail="")
    answer = _let_in(request, request.query.get("to", "/"))
    return arriving(request, answer, own_path(request.query.get("to", "/")))


async def password(request: web.Request) -> web.StreamResponse:
    """The password, sent from the closed door."""
    access = request.app[SITE].access
    said = (await request.post()).get("password")
    if not isinstance(said, str) or not access.allows(said):
        return await closed(request, key="door.wrong")
    raise _let_in(request, "/")


async def closed(request: web.Request, key: str = "door.closed") -> web.StreamResponse:
    """What a browser without a session sees: elsewhere the form of staff, here how to get in."""
    if from_outside(request) and not local_host(request):
        to = {"to": request.path_qs} if request.method == "GET" else {}
        raise web.HTTPSeeOther(f"{SIGN_IN}?{urlencode(to)}" if to else SIGN_IN)
    has_password = request.app[SITE].access.has_password
    if has_password and key == "door.closed":
        key = "door.password"
    staff = await _staff_come_in(request)
    return render(request, "message.html", status=403, key=key, detail="", ask_password=has_password, staff=staff)


async def _staff_come_in(request: web.Request) -> bool:
    """Whether somebody could sign in here."""
    entry = request.app.get(ENTRY)
    return entry is not None and (entry.settings.oidc is not None or await passwords.any_set(entry.database))


def _let_in(request: web.Request, to: str) -> web.HTTPSeeOther:
    answer = web.HTTPSeeOther(own_path(to))
    keep(request, answer, COOKIE, request.app[SITE].access.new_session(), int(SESSION_LIVES.total_seconds()))
    return answer


def arriving(request: web.Request, answer: web.StreamResponse, to: str) -> web.StreamResponse:
    """A link followed from another site would lose a strict cookie on a redirect: the browser asks once more itself."""
    page = render(request, "arriving.html", to=to)
    page.cookies.update(answer.cookies)
    return page


async def healthy(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="ok\n")


async def settings(request: web.Request) -> web.StreamResponse:
    """Language and theme, remembered in the browser; one of the staff is written to in that language too."""
    form = await request.post()
    if form.get("language") in LANGUAGES:
        await _write_in(request, str(form["language"]))
    answer = web.HTTPSeeOther(own_path(str(form.get("back", "/"))))
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES)):
        value = form.get(name)
        if value == "":
            answer.del_cookie(name, path="/")
        elif value in allowed:
            keep(request, answer, name, str(value), _YEAR)
    raise answer


async def _write_in(request: web.Request, language: str) -> None:
    who, kept = request[WHO], request.app.get(KEPT)
    person = await people.get(kept.database, who.person) if kept and who.person else None
    if kept is None or person is None or person.language == language:
        return
    details, at = msgspec.structs.replace(person.details, language=language), request.app[SITE].clock()
    await people.change(kept.database, person, details, by=who.by, at=at, active=True, keep=timedelta())


def own_path(wanted: str) -> str:
    """A path of this page; anything that could lead elsewhere becomes the first page."""
    parts = urlsplit(wanted)
    clean = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if clean and wanted.isprintable() else "/"
