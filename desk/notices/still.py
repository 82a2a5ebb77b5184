"""Whether what happened to a case is still worth telling. Pure."""

from desk.store.cases import Case, State
from desk.store.notices import Kind, Notice

PRESSING = frozenset({Kind.DUE_SOON, Kind.OVERDUE, Kind.ESCALATED})
"""Told because nobody answers: over as soon as somebody did."""

GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER})


def still(notice: Notice, case: Case) -> bool:
    """Whether somebody still has to act on it. What is given to a person is news as long as that person has it."""
    if case.state is State.CLOSED:
        return False
    if notice.kind in GIVEN and notice.to_person is not None:
        return case.assignee == notice.to_person
    return not (notice.kind in PRESSING and _met(case))


def _met(case: Case) -> bool:
    """Whether all that was promised was done: what is left is the resolution, where one is promised."""
    return case.answered_at is not None and case.resolution_due is None
