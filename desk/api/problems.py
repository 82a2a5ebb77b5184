"""Mistakes as answers: application/problem+json (RFC 9457), one clear sentence each."""

import math
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web

from core.errors import KlankbordError, Reject, Retry
from desk.api.answers import Problem
from desk.api.asker import Forbidden
from playbook.errors import QueryError

BUSY_AGAIN = 5


class Refused(KlankbordError):  # noqa: N818 - named after what happens next
    """A request that is not answered: its status, sentence and headers."""

    def __init__(self, status: HTTPStatus, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


def too_many(wait: float, message: str) -> Refused:
    """429 with the seconds to wait (RFC 6585)."""
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, message, headers={"Retry-After": str(math.ceil(wait))})


def answer(error: Exception) -> web.Response | None:
    """The answer to that error; None for one that is nobody's mistake and ours to log."""
    match error:
        case Refused():
            return problem(error.status, str(error), headers=error.headers)
        case Forbidden():
            scope = f', scope="{error.scope}"' if error.scope else ""
            headers = {"WWW-Authenticate": f'Bearer realm="klankbord", error="insufficient_scope"{scope}'}
            return problem(HTTPStatus.FORBIDDEN, str(error), headers=headers if error.scope else {})
        case QueryError():
            detail = f"q cannot be read at column {error.column}: {error.message}"
            return problem(HTTPStatus.BAD_REQUEST, detail, reason="query", column=error.column)
        case Reject():
            return problem(HTTPStatus.BAD_REQUEST, str(error), reason=error.reason)
        case Retry():
            again = {"Retry-After": str(math.ceil(error.after or BUSY_AGAIN))}
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=again)
        case TimeoutError():
            detail = "the answer took too long; ask a shorter stretch or a simpler query"
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": str(BUSY_AGAIN)})
        case web.HTTPNotFound():
            return problem(HTTPStatus.NOT_FOUND, "there is nothing at this address; see /api/v1/openapi.json")
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            detail = f"that is not done at this address: use {allowed}"
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})
        case web.HTTPException():
            return problem(HTTPStatus(error.status), error.reason)
        case KlankbordError():
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        case _:
            return None


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    reason: str | None = None,
    column: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    body = Problem(title=status.phrase, status=status.value, detail=detail, reason=reason, column=column)
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/problem+json", headers=headers
    )
