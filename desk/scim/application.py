"""SCIM on the page's application: its routes, who may ask, and answers in SCIM's form."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import msgspec
from aiohttp import web

from core.errors import KlankbordError, Reject, Retry
from core.time import Clock
from desk.api.asker import Forbidden
from desk.api.door import Door
from desk.api.problems import BUSY_AGAIN, Refused
from desk.ports import Scope
from desk.scim import discovery
from desk.scim.errors import ScimError, invalid, meanwhile, missing
from desk.scim.patching import Json, canonical
from desk.store.database import Database
from desk.store.people import Taken

LOG = logging.getLogger(__name__)

PATH = "/scim/v2"
JSON = "application/scim+json"
MESSAGES = "urn:ietf:params:scim:api:messages:2.0:"
LONGEST = 20.0
"""Seconds that an answer may take."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """One application's SCIM.

    keep     how long somebody who left is kept
    address  how sign-on systems reach the page, without the last slash; "" is wherever it is served
    """

    database: Database
    door: Door
    clock: Clock
    keep: timedelta
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that was let in. `by` is written down as who did it; `base` is the address of the service."""

    staff: Staff
    request: web.Request
    by: str
    base: str

    def page(self) -> tuple[int, int]:
        """How many to skip and how many to give (RFC 7644, 3.4.2.4)."""
        start, count = self._number("startIndex", 1), self._number("count", discovery.MOST)
        return max(start, 1) - 1, min(max(count, 0), discovery.MOST)

    async def body(self) -> Json:
        """The body, its names as the schemas have them."""
        try:
            read = msgspec.json.decode(await self.request.read())
        except msgspec.DecodeError:
            raise invalid("the body is no JSON", "invalidSyntax") from None
        if not isinstance(read, dict):
            raise invalid("the body is a resource or a patch", "invalidSyntax")
        made: Json = canonical(read)
        return made

    def matches(self, version: int) -> None:
        """Raises ScimError where the asker wants another version changed."""
        wanted = self.request.headers.get("If-Match", "*")
        if wanted != "*" and f'"{version}"' not in wanted:
            raise meanwhile()

    def _number(self, name: str, usual: int) -> int:
        text = self.request.query.get(name, "")
        if text and not text.removeprefix("-").isdecimal():
            raise invalid(f"{name} is a whole number")
        return int(text[:10]) if text else usual


STAFF = web.AppKey("staff", Staff)

Answer = Callable[[Asked], Awaitable[web.Response]]


def handler(answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The route that gives it, to a token with the scope staff."""

    async def handle(request: web.Request) -> web.StreamResponse:
        staff = request.app[STAFF]
        token = await staff.door.admit(request, Scope.STAFF)
        address = staff.address or f"{request.scheme}://{request.host}"
        async with asyncio.timeout(LONGEST):
            return await answer(Asked(staff=staff, request=request, by=f"token {token.name}", base=address + PATH))

    return handle


async def guarded(
    request: web.Request, handle: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every mistake becomes an error of SCIM; what nobody foresaw goes to the log."""
    try:
        return await handle(request)
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception as error:  # the guard: the asker gets a sentence, the log what happened
        answer = _mistake(error)
        if answer is None:
            LOG.exception("the request %s failed", request.match_info.route.resource)
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed; the log says why")
        return answer


def listed(resources: list[Json], *, total: int, skipped: int) -> web.Response:
    """A ListResponse."""
    return answered(
        {
            "schemas": [f"{MESSAGES}ListResponse"],
            "totalResults": total,
            "startIndex": skipped + 1,
            "itemsPerPage": len(resources),
            "Resources": resources,
        }
    )


def resource(asked: Asked, made: Json, *, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """One resource, with its version as entity tag, or that it is as it was."""
    tag, location = made["meta"]["version"], made["meta"]["location"]
    if asked.request.method == "GET" and tag in asked.request.headers.get("If-None-Match", ""):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return answered(shown(asked, made), status=status, headers={"ETag": tag, "Location": location})


def shown(asked: Asked, made: Json) -> Json:
    """The resource with the attributes asked for (RFC 7644, 3.9): by their own names, parts of them not apart."""
    only, without = (_names(asked.request.query.get(name, "")) for name in ("attributes", "excludedAttributes"))
    always = {"schemas", "id", "meta"}
    return {
        name: value
        for name, value in made.items()
        if name in always or (name.lower() not in without and (not only or name.lower() in only))
    }


def answered(body: Json, *, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, content_type=JSON, headers=headers)


def _names(text: str) -> set[str]:
    return {part.strip().lower().partition(".")[0] for part in text.split(",") if part.strip()}


def _mistake(error: Exception) -> web.Response | None:
    match error:
        case ScimError():
            return _error(error.status, str(error), kind=error.kind)
        case Taken():
            return _error(HTTPStatus.CONFLICT, str(error), kind="uniqueness")
        case Refused():
            return _error(error.status, str(error), headers=error.headers)
        case Forbidden():
            challenge = 'Bearer realm="klankbord", error="insufficient_scope", scope="staff"'
            return _error(HTTPStatus.FORBIDDEN, str(error), headers={"WWW-Authenticate": challenge})
        case Reject():
            return _error(HTTPStatus.BAD_REQUEST, str(error), kind="invalidValue")
        case Retry() | TimeoutError():
            again = {"Retry-After": str(math.ceil(getattr(error, "after", None) or BUSY_AGAIN))}
            return _error(HTTPStatus.SERVICE_UNAVAILABLE, "this cannot be answered now", headers=again)
        case web.HTTPException():
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
            return _error(HTTPStatus(error.status), error.reason, headers=allowed)
        case KlankbordError():
            return _error(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        case _:
            return None


def _error(
    status: HTTPStatus, detail: str, *, kind: str | None = None, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"schemas": [f"{MESSAGES}Error"], "status": str(status.value), "detail": detail}
    return answered(body | ({"scimType": kind} if kind else {}), status=status, headers=headers)


async def provider(asked: Asked) -> web.Response:
    return answered(discovery.provider(asked.base))


async def types(asked: Asked) -> web.Response:
    return _found(asked, discovery.types(asked.base))


async def schemas(asked: Asked) -> web.Response:
    return _found(asked, discovery.schemas(asked.base))


def _found(asked: Asked, made: list[Json]) -> web.Response:
    wanted = asked.request.match_info.get("id")
    if wanted is None:
        return listed(made, total=len(made), skipped=0)
    one = next((each for each in made if each["id"].lower() == wanted.lower()), None)
    if one is None:
        raise missing("resource")
    return answered(one)
