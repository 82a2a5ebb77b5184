"""What may not be done to a case because of what happened since it was looked at: a pure rule.

Whoever decides whose a case is, or that it is over, decided about what they saw: another's decision since then comes first. What
only adds to a case (a note, a tag) contradicts nothing. Whoever ends it has to have seen what its author wrote, and so has whoever
lets an answer go out; what somebody else did to the answer meanwhile comes before any act on it.
"""

from collections.abc import Iterable

from desk.store.cases import Event, Happened

DECIDES = frozenset(
    {
        Happened.CLAIMED,
        Happened.RELEASED,
        Happened.ASSIGNED,
        Happened.HANDED_OVER,
        Happened.SNOOZED,
        Happened.CLOSED,
        Happened.SPAM,
        Happened.HANDLED_ELSEWHERE,
        Happened.REOPENED,
    }
)
ENDS = frozenset({Happened.CLOSED, Happened.SPAM, Happened.HANDLED_ELSEWHERE})
UNSEEN = frozenset({Happened.ATTACHED, Happened.EDITED, Happened.RISEN, Happened.REOPENED})
OF_ANSWERS = frozenset(
    {
        Happened.DRAFTED,
        Happened.CORRECTED,
        Happened.PROPOSED,
        Happened.APPROVED,
        Happened.QUEUED,
        Happened.SENT,
        Happened.REFUSED,
        Happened.TAKEN_BACK,
    }
)


def conflict(kind: Happened, by: str, since: Iterable[Event]) -> Event | None:
    """The first of what happened since that stands in the way of `kind` by that person; None where nothing does."""
    stands = _stands_against(kind)
    return next((event for event in since if event.kind in stands and event.by != by), None)


def _stands_against(kind: Happened) -> frozenset[Happened]:
    if kind is Happened.QUEUED:
        return OF_ANSWERS | UNSEEN | ENDS
    if kind in OF_ANSWERS:
        return OF_ANSWERS
    if kind in ENDS:
        return DECIDES | UNSEEN
    return DECIDES if kind in DECIDES else frozenset()
