"""Whether what happened to a case is still worth telling. Pure."""

from desk.store.cases import Case, State
from desk.store.notices import Kind

PRESSING = frozenset({Kind.DUE_SOON, Kind.OVERDUE, Kind.ESCALATED})
"""Told because nobody answers: over as soon as somebody did."""


def still(kind: Kind, case: Case) -> bool:
    """Whether somebody still has to act on it. A handover or a warning is news as long as the case is not closed."""
    if case.state is State.CLOSED:
        return False
    return not (kind in PRESSING and _met(case))


def _met(case: Case) -> bool:
    """Whether all that was promised was done: what is left is the resolution, where one is promised."""
    return case.answered_at is not None and case.resolution_due is None
