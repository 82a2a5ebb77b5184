"""The way in, and what a reader sets for themselves."""

from urllib.parse import urlsplit

from aiohttp import web

from desk.web.access import COOKIE, SESSION_LIVES, Access, same_origin
from desk.web.site import SITE, THEMES, render
from desk.web.words import LANGUAGES

_YEAR = 365 * 24 * 3600


async def enter(request: web.Request) -> web.StreamResponse:
    """A one-time link: sets the session and goes to the page that `to` names."""
    access = request.app[SITE].access
    if not access.redeem(request.query.get("key", "")):
        return render(request, "message.html", status=403, key="door.used", detail="")
    return _arriving(request, _let_in(access, request.query.get("to", "/")))


async def password(request: web.Request) -> web.StreamResponse:
    """The password, sent from the closed door."""
    access = request.app[SITE].access
    said = (await request.post()).get("password")
    if not same_origin(request) or not isinstance(said, str) or not access.allows(said):
        return closed(request, key="door.wrong")
    raise _let_in(access, "/")


def closed(request: web.Request, key: str = "door.closed") -> web.StreamResponse:
    """What a browser without a session sees."""
    has_password = request.app[SITE].access.has_password
    if has_password and key == "door.closed":
        key = "door.password"
    return render(request, "message.html", status=403, key=key, detail="", ask_password=has_password)


def _let_in(access: Access, to: str) -> web.HTTPSeeOther:
    answer = web.HTTPSeeOther(own_path(to))
    lives = int(SESSION_LIVES.total_seconds())
    answer.set_cookie(COOKIE, access.new_session(), max_age=lives, httponly=True, samesite="Strict", path="/")
    return answer


def _arriving(request: web.Request, answer: web.HTTPSeeOther) -> web.StreamResponse:
    """A link followed from another site would lose a strict cookie on a redirect: the browser asks once more itself."""
    page = render(request, "arriving.html", to=answer.location)
    page.cookies.update(answer.cookies)
    return page


async def healthy(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="ok\n")


async def settings(request: web.Request) -> web.StreamResponse:
    """Language and theme, remembered in the browser."""
    form = await request.post()
    answer = web.HTTPSeeOther(own_path(str(form.get("back", "/"))))
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES)):
        value = form.get(name)
        if value == "":
            answer.del_cookie(name, path="/")
        elif value in allowed:
            answer.set_cookie(name, str(value), max_age=_YEAR, samesite="Strict", httponly=True, path="/")
    raise answer


def own_path(wanted: str) -> str:
    """A path of this page; anything that could lead elsewhere becomes the first page."""
    parts = urlsplit(wanted)
    clean = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if clean and wanted.isprintable() else "/"
