"""What an engine's refusals and silences mean for klankbord: wait, stop with a sentence, or take it as the answer."""

import re
from typing import Any

import msgspec
from elastic_transport import ConnectionTimeout, TlsError, TransportError

from core.errors import Retry, Stop

BUSY = {408, 429, 500, 502, 503, 504}
"""Answers after which the same may pass later."""

TOO_MUCH = "too_many_clauses"
"""`kind` of a Refused question that is more than the engine takes on, however it says so."""

NO_INDEX = "index_not_found_exception"
_BLOCKED = "cluster_block_exception"
_OF_SHARDS = "search_phase_execution_exception"  # says nothing itself: what is wrong is its cause
_TOO_MUCH = re.compile("too many (terms|nested clauses|clauses|buckets)", re.IGNORECASE)
_UNTRUSTED = re.compile("CERTIFICATE_VERIFY_FAILED|certificate verify failed", re.IGNORECASE)
_NO_TLS = re.compile("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE|wrong version number", re.IGNORECASE)


class Refused(Exception):  # noqa: N818 - named after what the engine did
    """The engine refused a request for what it is; waiting does not help. `kind` is the engine's word for it."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{kind or status}: {reason}")
        self.status, self.kind, self.reason = status, kind, reason


class Trouble(msgspec.Struct, frozen=True):
    """An error as the engine tells it."""

    type: str = ""
    reason: str | None = None
    root_cause: tuple["Trouble", ...] = ()


class _Answer(msgspec.Struct):
    error: Trouble | str = ""


def refused(status: int, body: Any, after: float | None, *, url: str, user: str) -> Exception:
    """What to raise for an answer that is no success."""
    trouble = _trouble(body)
    reason = _short(trouble.reason or "")
    if status == 401:
        return Stop(f"{url} refuses the password of {user}: correct `user` and `password`, or `api_key`.")
    if blocked(status, trouble):
        return read_only(url, reason)
    if status == 403:
        return Stop(f"{url} does not let {user} do this: {reason or 'give it the role that the documentation names'}.")
    if _TOO_MUCH.search(reason) and status != 429:
        return Refused(status, TOO_MUCH, reason)
    if status in BUSY:
        return Retry(f"{url} is busy or not ready ({status} {trouble.type}): {reason}", after=after)
    return Refused(status, trouble.type, reason)


def blocked(status: int, trouble: Trouble) -> bool:
    """Whether the engine refuses writing for now: read-only, or its disk is nearly full."""
    return trouble.type == _BLOCKED and status in (403, 429)


def read_only(url: str, reason: str) -> Retry:
    """The sentence for it; the engine lifts the disk's block by itself once there is room."""
    return Retry(
        f"{url} takes no writing now ({reason}): free disk space there, or lift index.blocks.read_only_allow_delete; "
        "nothing is lost meanwhile"
    )


def out_of_reach(error: TransportError, *, url: str) -> Exception:
    """What to raise where no answer came."""
    said = str(error.message)
    if isinstance(error, TlsError) and _UNTRUSTED.search(said):
        return Stop(
            f"{url} shows a certificate that is not trusted: name its authority's file as `ca`, or correct the host."
        )
    if isinstance(error, TlsError) and _NO_TLS.search(said):
        return Stop(f"{url} speaks no TLS: use http:// instead, or turn TLS on there.")
    if isinstance(error, ConnectionTimeout):
        return Retry(f"{url} does not answer in time")
    return Retry(f"{url} cannot be reached: {_short(said)}")


def _trouble(body: Any) -> Trouble:
    try:
        error = msgspec.json.decode(body or b"", type=_Answer).error
    except (msgspec.DecodeError, TypeError):
        return Trouble(reason=_short(str(body)))
    if not isinstance(error, Trouble):
        return Trouble(reason=error)
    return error.root_cause[0] if error.type == _OF_SHARDS and error.root_cause else error


def _short(text: str) -> str:
    return text if len(text) <= 300 else text[:300] + "..."
