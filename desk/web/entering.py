"""Who comes in with a request: whoever runs klankbord, by a signed cookie, or one of the staff, by a session of the desk database."""

from urllib.parse import urlsplit

from aiohttp import web

from core.errors import Retry
from core.time import milliseconds
from desk.answering.permitted import Rules
from desk.answering.permitted import rules_of as asked_in
from desk.entry.entry import Entry
from desk.entry.rights import RIGHTS, Right
from desk.entry.who import Who
from desk.store import sessions
from desk.store.sessions import Way
from desk.web.access import COOKIE, Session, host_name, local_host
from desk.web.site import KEPT, SITE, WHO, rules_of

ENTRY = web.AppKey("entry", Entry)
"""There where the program keeps something for the page."""

_READS = "navigate"
"""What a browser says of a fetch by which somebody goes to a page (Fetch Metadata, 2.2)."""
ACCOUNT = "/account"
SIGN_IN = "/sign-in"
OPERATORS = ("/open", "/password", "/api/")
"""What is served to this machine alone: the doors of whoever runs klankbord, and the API."""


async def came(request: web.Request, *, looks: bool = True) -> tuple[Session, Who] | None:
    """The session of a request, and who it is of; None where there is none that stands. Raises Retry.

    What a page asks by itself does not count as somebody who `looks`, by which an idle session is known.
    """
    entry = request.app.get(ENTRY)
    if local_host(request):
        session = request.app[SITE].access.session(request)
        if session is not None:
            return session, Who(session=session.id[:8], rights=entry.rights if entry else RIGHTS)
    secret = request.cookies.get(COOKIE, "")
    if entry is None or not secret:
        return None
    found = await entry.find(secret, looks=looks and request.headers.get("Sec-Fetch-Mode", _READS) == _READS)
    return None if found is None else (Session(found.session.id, milliseconds(found.session.ends_at)), entry.who(found))


async def still(request: web.Request, right: Right) -> bool:
    """Whether who asked then may still, for what goes on for as long as somebody looks."""
    try:
        now = await came(request, looks=False)
    except Retry:
        return False
    return now is not None and now[1].may(right)


async def let_in(request: web.Request, answer: web.Response, person: str, way: Way, *, strong: bool) -> bool:
    """Open a session for that person in the answer; the one that the browser had ends. Whether the person works here."""
    entry = request.app[ENTRY]
    secret = await entry.begin(person, way=way, strong=strong, agent=request.headers.get("User-Agent", ""))
    if secret is None:
        return False
    before = await came(request)
    if before is not None and before[1].person is not None:
        await sessions.end(entry.database, before[1].person, before[0].id, at=entry.clock())
    keep(request, answer, COOKIE, secret, int(entry.settings.longest.total_seconds()))
    return True


def keep(request: web.Request, answer: web.StreamResponse, name: str, value: str, seconds: int) -> None:
    """Let the browser bring that along, to this page alone, and over TLS alone where that is how the page is reached."""
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Strict", path="/", secure=over_tls(request)
    )


def from_outside(request: web.Request) -> bool:
    """Whether the request came under the name that the page is known by elsewhere."""
    kept = request.app.get(KEPT)
    name = urlsplit(kept.address).hostname if kept else None
    return name is not None and host_name(request) == name


def over_tls(request: web.Request) -> bool:
    """Whether the reader's browser speaks TLS: the reverse proxy that the page's address names does."""
    return from_outside(request) and request.app[KEPT].address.startswith("https://")


def whence(request: web.Request) -> str:
    """The address that a request came from: under the outer name the one that the reverse proxy met, as it says last."""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return said if said and from_outside(request) and not local_host(request) else request.remote or ""


def first_page(request: web.Request) -> str:
    """Where somebody begins who may not see everything."""
    who = request[WHO]
    return "/" if who.may(Right.LOOK) else "/foundation" if who.may(Right.FOUNDATION) else ACCOUNT


def asked_by(app: web.Application) -> Rules:
    """What is asked of who answers: the trainings of the playbook in force, and the roles that work on cases here."""
    return asked_in(rules_of(app), app[ENTRY].rights)
