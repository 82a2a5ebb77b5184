"""What an error of Meta's Graph API means for an answer.

Codes by developers.facebook.com/docs/graph-api/guides/error-handling and docs/messenger-platform/error-codes. A text may have gone
out though an error came back (there: code 1, subcode 1357046): what is temporary is Unsure for whoever sends.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from core.errors import Denied, Reject, Retry
from core.types import Refusal
from publish._http import Answer, Client

_TOKEN = frozenset({102, 190})
_LIMITS = frozenset({4, 17, 32, 341, 368, 613})
_BUSY_LIMITS = range(80_000, 80_020)
_RIGHTS = frozenset({3, 10})
_MORE_RIGHTS = range(200, 300)
_TEMPORARY = frozenset({1, 2})
REPEATED = 506
_CLOSED = frozenset({2018278, 2534022})
_UNAVAILABLE = frozenset({1545041, 2018108})
_GONE = frozenset({33, 2018001})


def raised(answer: Answer, client: Client, *, sends: bool) -> Exception:
    """The exception for an answer that is an error."""
    error = answer.document.get("error")
    error = error if isinstance(error, dict) else {}
    code, below = error.get("code"), error.get("error_subcode")
    said = client.said(error.get("message", answer.value))
    if code in _TOKEN:
        return client.denied(answer)
    if code in _LIMITS or code in _BUSY_LIMITS:
        return Retry(f"{client.where} takes no more for now: {said}", after=_regained(answer.headers))
    if below in _CLOSED:
        return Reject("the time for answering is over: its author has to write again", reason=Refusal.CLOSED)
    if below in _UNAVAILABLE or code == 551:
        return Reject("its author cannot be reached by us", reason=Refusal.BLOCKED)
    if code == 100 and below in _GONE:
        return Reject("what this answers is gone, or hidden from us", reason=Refusal.GONE)
    if code in _RIGHTS or code in _MORE_RIGHTS:
        return Denied(f"{client.where} lets us not do this: {said}")
    if code in _TEMPORARY or error.get("is_transient"):
        return client.unsure(f"said: {said}") if sends else Retry(f"{client.where} said: {said}")
    if code == REPEATED:
        return Reject("the same words stand there already", reason=Refusal.REPEATED)
    return Reject(f"{client.where} refuses this: {said}", reason=Refusal.FORBIDDEN)


def _regained(headers: Mapping[str, str]) -> float | None:
    """Seconds until requests count again, by X-Business-Use-Case-Usage, which says it in minutes."""
    try:
        usage: Any = msgspec.json.decode(headers.get("x-business-use-case-usage", "{}"))
        minutes = [one["estimated_time_to_regain_access"] for used in usage.values() for one in used]
        return timedelta(minutes=max(minutes)).total_seconds() if minutes else None
    except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return None
