"""Who may open the page: one-time links, signed sessions, and the checks that keep other sites out."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from core.time import Clock, from_milliseconds, milliseconds

COOKIE = "klankbord_session"
LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(days=14)
GUESSES, GUESSES_REST = 5, timedelta(minutes=1)
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


class Session(msgspec.Struct, frozen=True):
    """A browser that opened a link: a random id, and until when it may come back (ms since 1970 UTC)."""

    id: str
    until: int


class Access:
    """Mints and checks links, sessions and form tokens. Everything is signed with the data folder's secret.

    A link's key works once, for fifteen minutes, and only in a process that was running when it was made: a restart
    cannot bring a used one back. Sessions outlive a restart. `password` opens as well, "" means that none does; after
    GUESSES wrong ones within a minute even the right one is refused until a minute is over.
    """

    def __init__(self, secret: bytes, clock: Clock, *, password: str = "") -> None:
        self._secret, self._clock, self._password = secret, clock, password
        self._guesses: list[datetime] = []
        self._since = milliseconds(clock())
        self._used: dict[str, datetime] = {}

    def link(self) -> str:
        """The path, with its key, that opens the page once."""
        made = f"{milliseconds(self._clock())}.{secrets.token_urlsafe(18)}"
        return f"/open?key={self._sign('link', made)}"

    def redeem(self, key: str) -> bool:
        """Whether that key opens the page now; it never does so again."""
        made = self._read("link", key)
        if made is None or made in self._used:
            return False
        now = self._clock()
        at = int(made.partition(".")[0])
        if at < self._since or now - from_milliseconds(at) > LINK_LIVES:
            return False
        self._used = {one: expires for one, expires in self._used.items() if expires > now}
        self._used[made] = now + LINK_LIVES
        return True

    @property
    def has_password(self) -> bool:
        return bool(self._password)

    def allows(self, password: str) -> bool:
        """Whether that is the password, and not too many were tried."""
        now = self._clock()
        self._guesses = [at for at in self._guesses if now - at < GUESSES_REST]
        right = hmac.compare_digest(self._mac("password", password), self._mac("password", self._password))
        if self.has_password and right and len(self._guesses) < GUESSES:
            return True
        self._guesses = [*self._guesses, now][-GUESSES:]
        return False

    def new_session(self) -> str:
        """A cookie value for a browser that came in by a link or the password."""
        until = milliseconds(self._clock() + SESSION_LIVES)
        return self._sign("session", f"{until}.{secrets.token_urlsafe(18)}")

    def session(self, request: web.Request) -> Session | None:
        """The request's session, if its cookie is ours and has not run out."""
        told = self._read("session", request.cookies.get(COOKIE, ""))
        if told is None:
            return None
        until, _, name = told.partition(".")
        return Session(name, int(until)) if int(until) > milliseconds(self._clock()) else None

    def share_key(self, link: str) -> str:
        """What stands in the address of that read-only link: signed, so that no other can be guessed."""
        return self._sign("share", link)

    def shared(self, key: str) -> str | None:
        """The link of such a key, None where it is not ours. Whether it opens anything is written elsewhere."""
        return self._read("share", key)

    def policy_key(self, person: str, version: str, until: datetime) -> str:
        """What stands in the address by which that person acknowledges that version of the policy, until then."""
        return self._sign("policy", f"{milliseconds(until)} {person} {version}")

    def policy_of(self, key: str) -> tuple[str, str] | None:
        """Person and version of such a key; None where it is not ours or its time is over."""
        told = self._read("policy", key)
        if told is None:
            return None
        until, person, version = told.split(" ", 2)
        return (person, version) if milliseconds(self._clock()) < int(until) else None

    def invitation_key(self, person: str, nonce: str) -> str:
        """What stands in the address by which that person sets a password, once. Until when is written elsewhere."""
        return self._sign("invitation", f"{person} {nonce}")

    def invited(self, key: str) -> tuple[str, str] | None:
        """Person and nonce of such a key; None where it is not ours."""
        told = self._read("invitation", key)
        if told is None:
            return None
        person, _, nonce = told.partition(" ")
        return person, nonce

    def half_key(self, person: str, until: datetime) -> str:
        """That this person gave the right password, and may give a code until then."""
        return self._sign("half", f"{milliseconds(until)} {person}")

    def half_of(self, key: str) -> str | None:
        """The person of such a key; None where it is not ours or its time is over."""
        told = self._read("half", key)
        if told is None:
            return None
        until, _, person = told.partition(" ")
        return person if milliseconds(self._clock()) < int(until) else None

    def form_token(self, session: Session) -> str:
        """What every form of that session must bring along."""
        return self._mac("form", session.id)

    def form_allowed(self, session: Session, token: str) -> bool:
        return hmac.compare_digest(self.form_token(session).encode(), token.encode("utf-8", "replace"))

    def _mac(self, purpose: str, text: str) -> str:
        digest = hmac.new(self._secret, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def _sign(self, purpose: str, text: str) -> str:
        return f"{urlsafe_b64encode(text.encode()).decode().rstrip('=')}.{self._mac(purpose, text)}"

    def _read(self, purpose: str, signed: str) -> str | None:
        """The signed text, or None where the signature is not ours."""
        body, _, mac = signed.partition(".")
        try:
            text = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        except ValueError:
            return None
        known = hmac.compare_digest(self._mac(purpose, text).encode(), mac.encode("utf-8", "replace"))
        return text if known else None


def local_host(request: web.Request) -> bool:
    """Whether the Host header names this machine: a foreign name that resolves here is somebody else's page."""
    return host_name(request) in LOCAL_NAMES


def host_name(request: web.Request) -> str:
    """The Host header without its port."""
    host = request.host
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    return name.lower()


def same_origin(request: web.Request, address: str = "") -> bool:
    """Whether a POST came from a page of ours: by its Origin, else by what the browser says of the fetch.

    `address` is how the page is known elsewhere, "" nowhere. A page that tells nobody where a reader comes from has the
    Origin "null" (Fetch, 3.1): there what the browser says of the fetch decides, and has to be said.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in {"same-origin", None}
    if origin == "null":
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    if local_host(request):
        return origin == f"http://{request.host}"
    return bool(address) and origin == f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
