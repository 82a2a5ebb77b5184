"""Who may ask the API: a token in the Authorization header and nothing else; wrong ones are counted and slowed."""

from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

from core.time import Clock
from desk.api.allowance import WRONG_A_MINUTE, WRONG_BURST, Allowance
from desk.api.asker import Forbidden
from desk.api.problems import Refused, too_many
from desk.ports import Scope, Token, Tokens
from desk.web.access import same_origin

LONGEST_SECRET = 512
_REALM = 'Bearer realm="klankbord"'


class Door:
    """Lets requests in (RFC 6750). A session's cookie opens nothing here, so no other site can ask in its name.

    `wrong` is told of each request without a token that is valid, by a word. Those wait after a few; a right token is
    never kept waiting by others' wrong ones.
    """

    def __init__(self, tokens: Tokens, clock: Clock, wrong: Callable[[str], None]) -> None:
        self._tokens, self._wrong = tokens, wrong
        self._each = Allowance(clock)
        self._guesses = Allowance(clock, burst=WRONG_BURST, a_minute=WRONG_A_MINUTE)

    async def admit(self, request: web.Request, scope: Scope) -> Token:
        """The request's token, with one request taken from its allowance. Raises Refused or Forbidden."""
        if not same_origin(request):
            raise Refused(HTTPStatus.FORBIDDEN, "requests from pages of other sites are not answered")
        token = await self._token(request)
        if wait := self._each.take(token.name):
            raise too_many(wait, f"this token asks too often; ask again in {wait:.0f} s")
        if scope not in token.scopes:
            raise Forbidden(f"the token needs the scope {scope.value}", scope=scope)
        return token

    async def _token(self, request: web.Request) -> Token:
        secret = _bearer(request)
        if secret is None:
            raise self._refused("missing", 'give a token, as in "Authorization: Bearer ..."', _REALM)
        token = await self._tokens.find(secret) if len(secret) <= LONGEST_SECRET else None
        if token is None:
            raise self._refused(
                "unknown",
                "there is no such token, or it has expired or was revoked",
                f'{_REALM}, error="invalid_token"',
            )
        return token

    def _refused(self, why: str, message: str, challenge: str) -> Refused:
        self._wrong(why)
        if wait := self._guesses.take(""):
            return too_many(wait, "too many requests came without a valid token; wait before trying again")
        return Refused(HTTPStatus.UNAUTHORIZED, message, headers={"WWW-Authenticate": challenge})


def _bearer(request: web.Request) -> str | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None
