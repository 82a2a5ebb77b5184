"""What is owed to people about cases and crises: owed in the transaction of the event that causes it, so that neither is without the other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.notice_tables import notices
from desk.store.statements import insert

_OURS = UUID("8236b99e-283b-41cf-bfe0-a6271dfeb189")
"""The name space of these ids (RFC 9562, 5.5)."""


class Kind(StrEnum):
    """What happened to a case or a crisis that somebody has to know of."""

    OPENED = "opened"
    ATTACHED = "attached"
    RISEN = "risen"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    WOKE = "woke"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    PROPOSED = "proposed"  # an answer waits to be approved
    REFUSED = "refused"  # an answer never goes out
    NOT_DONE = "not_done"  # what was asked of a message at its source came to nothing
    THANKED = "thanked"
    COMPLAINED = "complained"
    PUT_RIGHT = "put_right"
    ENDED_WELL = "ended_well"
    ALARM = "alarm"
    CRISIS_ESCALATED = "crisis_escalated"
    STEP_DUE = "step_due"
    APPROVAL = "approval"
    RETURNED = "returned"
    LULL = "lull"
    STOOD_DOWN = "stood_down"
    CRISIS_CASES = "crisis_cases"


OF_CRISES = frozenset(
    {
        Kind.ALARM, Kind.CRISIS_ESCALATED, Kind.STEP_DUE, Kind.APPROVAL, Kind.RETURNED, Kind.LULL, Kind.STOOD_DOWN,
        Kind.CRISIS_CASES,
    }
)  # fmt: skip
"""What happens to crises alone; one is handed over too."""
URGENT = frozenset({Kind.ALARM, Kind.CRISIS_ESCALATED, Kind.RETURNED})
"""What waits for nothing: not for what else comes up, and not for the end of anybody's quiet hours."""
RESULTS = frozenset({Kind.THANKED, Kind.COMPLAINED, Kind.PUT_RIGHT, Kind.ENDED_WELL})
"""What became of an answer, for whoever gave it: nobody has to act on it, so it waits for more of it."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """That an event of a case, or of a crisis, concerns somebody: a person; the holders of a role, in a unit where one is given; or
    whoever is on duty in a unit.

    event_number  of the event in that case or crisis; `at` when it happened
    """

    event_number: int
    kind: Kind
    at: datetime
    case: str | None = None
    crisis: str | None = None
    to_unit: str | None = None
    to_role: str | None = None
    to_person: str | None = None

    def __post_init__(self) -> None:
        if self.to_person is None and self.to_role is None and self.to_unit is None:
            raise ValueError("a notice is to a person, a role or a unit")
        if (self.case is None) == (self.crisis is None):
            raise ValueError("a notice is of a case or of a crisis")

    @property
    def id(self) -> str:
        """The same for the same event and receiver, however often it is owed."""
        to = [self.to_person, self.to_role, self.to_unit]
        return uuid5(_OURS, msgspec.json.encode([self.case or self.crisis, self.event_number, to]).decode()).hex


async def owe(connection: AsyncConnection, *owed: Notice) -> None:
    """Owe these in the transaction of what caused them; one that is owed already stays as it is."""
    if owed:
        rows = [msgspec.structs.asdict(notice) | {"id": notice.id, "case": notice.case or ""} for notice in owed]
        await connection.execute(insert(connection, notices).on_conflict_do_nothing(), rows)
