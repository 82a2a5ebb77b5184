"""How urgent a case is, as the page says it: what is promised next, until when, and how that stands."""

from datetime import datetime

import msgspec

from desk.cases.standing import standing
from desk.store.cases import Case, State

KEPT, NONE = "kept", "none"
"""Beside what desk.cases.standing says: nothing more is promised, or nothing ever was."""


class Urgency(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised next, a first response or (`rest`) a resolution, until when, and since when that is soon."""

    standing: str
    rest: bool = False
    at: datetime | None = None
    soon: datetime | None = None


def urgency(case: Case, now: datetime) -> Urgency:
    """How that case stands at `now`."""
    rest = case.answered_at is not None or case.first_due is None
    at, soon = (case.resolution_due, case.resolution_soon) if rest else (case.first_due, case.first_soon)
    if case.state is State.CLOSED or at is None:
        done = case.state is State.CLOSED or case.answered_at is not None
        return Urgency(standing=KEPT if done else NONE)
    return Urgency(standing=standing(case, now).value, rest=rest, at=at, soon=soon)
