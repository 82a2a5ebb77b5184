"""The way in, and what a reader sets for themselves."""

from urllib.parse import urlsplit

from aiohttp import web

from desk.web.access import COOKIE, SESSION_LIVES
from desk.web.site import SITE, THEMES, render
from desk.web.words import LANGUAGES

_YEAR = 365 * 24 * 3600


async def enter(request: web.Request) -> web.StreamResponse:
    """A one-time link: sets the session and goes to the page that `to` names."""
    access = request.app[SITE].access
    if not access.redeem(request.query.get("key", "")):
        return render(request, "message.html", status=403, key="door.used", detail="")
    answer = web.HTTPSeeOther(own_path(request.query.get("to", "/")))
    lives = int(SESSION_LIVES.total_seconds())
    answer.set_cookie(COOKIE, access.new_session(), max_age=lives, httponly=True, samesite="Strict", path="/")
    return _arriving(request, answer)


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
