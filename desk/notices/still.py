"""Whether what happened to a case or a crisis is still worth telling. Pure."""

from collections.abc import Collection

from desk.cases.timing import RESOLUTION
from desk.store import crises
from desk.store.case_news import News
from desk.store.cases import Case, State
from desk.store.crises import Crisis, Event, Statement, Step, StepState
from desk.store.notices import RESULTS, Kind, Notice

GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER})


def still(notice: Notice, case: Case, news: News) -> bool:
    """Whether somebody still has to act on it. What is given to a person is news as long as that person has it; what became of an
    answer stays so, and so does what an answer does not end.
    """
    if notice.kind in RESULTS:
        return True
    if case.state is State.CLOSED:
        return False
    if notice.kind in GIVEN and notice.to_person is not None:
        return case.assignee == notice.to_person
    return not _over(notice, case, news)


def _over(notice: Notice, case: Case, news: News) -> bool:
    """The first answer ends what asks for it, a later one what its author wrote before; an answer waits until it waits no more."""
    detail = news.details.get((case.id, notice.event_number))
    match notice.kind:
        case Kind.OPENED | Kind.REOPENED | Kind.ESCALATED:
            return case.answered_at is not None
        case Kind.DUE_SOON | Kind.OVERDUE:
            return case.answered_at is not None and detail != RESOLUTION
        case Kind.ATTACHED | Kind.RISEN:
            last = news.answered.get(case.id)
            return last is not None and last >= notice.at
        case Kind.PROPOSED:
            return detail not in news.waiting
        case _:
            return False


def still_of_crisis(
    notice: Notice, crisis: Crisis, event: Event | None, step: Step | None, unapproved: Collection[str], *, led: int
) -> bool:
    """Whether somebody still has to know of it; `step` is the one that the event is about, `unapproved` names the drafts that wait
    for approval as events do ("nl 2"), `led` is the number of the event by which somebody took the lead last, 0 where nobody did.

    An alarm is news until the end, the next role's until somebody acknowledged, a step's until it is done; a lull and a return as
    long as it is one, a draft until it is approved or another took its place.
    """
    if notice.kind is Kind.STOOD_DOWN:
        return not crisis.running
    if not crisis.running:
        return False
    match notice.kind:
        case Kind.CRISIS_ESCALATED:
            return crisis.acknowledged_at is None
        case Kind.STEP_DUE:
            return step is not None and step.state is StepState.OPEN
        case Kind.LULL:
            return crisis.state is crises.State.LULL
        case Kind.RETURNED:
            return crisis.state is crises.State.OPEN
        case Kind.APPROVAL:
            return event is not None and event.detail in unapproved
        case Kind.HANDED_OVER if notice.to_person is None:
            return crisis.offered_to is None and led < notice.event_number
        case Kind.HANDED_OVER:
            return notice.to_person in (crisis.offered_to, crisis.lead)
        case _:
            return True


def unapproved(said: Collection[Statement]) -> Collection[str]:
    """The last draft of each language that nobody approved, as its event names it. `said` is in order."""
    last = {one.language: one for one in said}
    return {f"{one.language} {one.number}" for one in last.values() if one.approved_at is None}
