"""Why there is no answer."""

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request was not answered (RFC 9457): `detail` is one sentence; `column` is where a query's mistake is, from 1."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    reason: str | None = None
    column: int | None = None
