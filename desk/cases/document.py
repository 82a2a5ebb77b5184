"""The document of a case: how long its author waited, and whether what was promised was kept. Pure."""

from datetime import datetime

from core.case import CaseDocument, Kept
from desk.cases.standing import in_time
from desk.store.cases import Case
from playbook.hours import Calendar, worked


def document(case: Case, calendar: Calendar | None, at: datetime, *, crisis: int | None = None) -> CaseDocument:
    """As of that moment. `calendar` are the hours that its unit promised it in; None where it has none. `crisis` is the number of the one it
    belongs to.
    """
    answered = case.answered_at
    return CaseDocument(
        id=case.id,
        counted_at=at,
        number=case.number,
        source=case.source,
        severity=case.severity,
        outcome=case.outcome,
        state=case.state,
        opened_at=case.opened_at,
        since=case.since,
        unit=case.unit,
        crisis=crisis,
        reason=case.reason,
        answered_at=answered,
        closed_at=case.closed_at,
        first_due=case.first_due,
        in_sla=_kept(case, at),
        answer_clock=_seconds(case.since, answered),
        answer_open=worked(case.since, answered, calendar).total_seconds() if answered and calendar else None,
        handling=_seconds(case.since, case.closed_at),
    )


def _kept(case: Case, at: datetime) -> Kept:
    """What is late without an answer is late already."""
    found = in_time(case)
    if found is None:
        return Kept.NO if case.first_due is not None and at >= case.first_due else Kept.UNKNOWN
    return Kept.YES if found else Kept.NO


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else max(0.0, (until - since).total_seconds())
