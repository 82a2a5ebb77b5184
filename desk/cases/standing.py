"""How a case stands by what was promised: the colour it is shown in."""

from datetime import datetime
from enum import StrEnum

from desk.store.cases import Case, State


class Standing(StrEnum):
    """How what has to be done next stands, the best first."""

    WELL = "well"
    SOON = "due_soon"
    LATE = "overdue"


def standing(case: Case, moment: datetime) -> Standing:
    """The worse of the first response, until it was given, and the resolution, until it is closed. Well where nothing is promised."""
    if case.state is State.CLOSED:
        return Standing.WELL
    first = _one(case.first_soon, case.first_due, moment) if case.answered_at is None else Standing.WELL
    return max(first, _one(case.resolution_soon, case.resolution_due, moment), key=list(Standing).index)


def in_time(case: Case) -> bool | None:
    """Whether the first response came in time, or the end where there was none; None where nothing was promised or it is to come."""
    done = case.answered_at or case.closed_at
    if case.first_due is None or done is None:
        return None
    return done <= case.first_due


def _one(soon: datetime | None, due: datetime | None, moment: datetime) -> Standing:
    if due is not None and moment >= due:
        return Standing.LATE
    return Standing.SOON if soon is not None and moment >= soon else Standing.WELL
