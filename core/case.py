"""The document of one case, for systems that can only read documents: no text, no name, no account."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kept(StrEnum):
    """Whether the promise of a first response was kept; UNKNOWN while it may be still, and where nothing was promised."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CaseDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one case as of `counted_at`.

    number       by which people call it; `crisis` the number of the latest one that it belongs to; `source` is its channel, `unit` who owns it
    outcome      why it was opened, as triage says; `reason` why it was closed
    since        event time of the message from which what is promised runs
    answered_at  event time of the first answer after that
    answer_clock, answer_open  seconds from one to the other: by the clock, and in the unit's hours; None where it has none
    handling     seconds from `since` to its end, by the clock
    """

    id: str
    counted_at: datetime
    number: int
    source: str
    severity: str
    outcome: str
    state: str
    opened_at: datetime
    since: datetime
    unit: str | None = None
    crisis: int | None = None
    reason: str | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    first_due: datetime | None = None
    in_sla: Kept = Kept.UNKNOWN
    answer_clock: float | None = None
    answer_open: float | None = None
    handling: float | None = None
