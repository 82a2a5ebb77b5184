"""What may not be done to a crisis because of what happened since it was looked at: a pure rule.

Two people who decide the same (who leads, how severe it is, whether it is over, a step, a statement) decide one after another: who comes
second has to look first. Who ends it has to have seen that something rings again, or that it became worse.
"""

from collections.abc import Iterable

from desk.store.crises import Event, Happened

_SAME = {
    Happened.TAKEN: "lead",
    Happened.OFFERED: "lead",
    Happened.ACCEPTED: "lead",
    Happened.RISEN: "severity",
    Happened.FALLEN: "severity",
    Happened.STOOD_DOWN: "end",
    Happened.REOPENED: "end",
    Happened.STEP_DONE: "step",
    Happened.STEP_SKIPPED: "step",
    Happened.DRAFTED: "statement",
    Happened.APPROVED: "statement",
    Happened.APPLIED: "answer",
}
_NEWS = frozenset({Happened.RETURN, Happened.JOINED, Happened.RISEN})


def conflict(kind: Happened, what: str, by: str, since: Iterable[Event]) -> Event | None:
    """The first of what happened since that stands in the way of `kind` by that person; None where nothing does.

    what  the step or the language that it is about
    """
    for event in since:
        if kind is Happened.STOOD_DOWN and event.kind in _NEWS and event.by != by:
            return event
        about = _SAME.get(event.kind)
        same = about is not None and about == _SAME.get(kind)
        if same and event.by != by and _named(event, what):
            return event
    return None


def _named(event: Event, what: str) -> bool:
    """Whether the event is about the same step or language; what names none is about one thing."""
    return not what or event.detail.partition(":")[0].partition(" ")[0] == what
