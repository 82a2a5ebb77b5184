"""The four-eyes rule: whose answers on a topic somebody else has to approve, and why. Pure.

It lifts for one person on one topic once enough of their answers there were approved in a row as they stood, by others; a change at the
approval, a correction, a complaint that a lead marks and an answer that had to be deleted each begin the row anew. What is severe, or
said in a crisis, always takes two.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from functools import reduce
from itertools import accumulate

import msgspec

from core.findings import SEVERITIES
from playbook.answers import FourEyes

MINOR = SEVERITIES[0]

NO_TOPIC = ""
"""What is about no topic of the playbook is a topic of its own."""


class Kind(StrEnum):
    """What can become of an answer."""

    APPROVED = "approved"  # as it stood
    CHANGED = "changed"  # approved after somebody else had changed it
    CORRECTED = "corrected"  # what it said had to be put right
    COMPLAINED = "complained"  # somebody complained, and a lead marked it so
    DELETED = "deleted"  # it had to be taken away
    THANKED = "thanked"  # its reader or a colleague gave thanks


ERRORS = frozenset({Kind.CHANGED, Kind.CORRECTED, Kind.COMPLAINED, Kind.DELETED})
"""What begins the row anew."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one answer of `person` on a topic; `by` whom it was said."""

    person: str
    topic: str
    answer: str
    kind: Kind
    at: datetime
    by: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that were approved in a row, each once; `error` is what began it, None where nothing did."""

    approved: tuple[Mark, ...] = ()
    error: Mark | None = None

    @property
    def length(self) -> int:
        return len(self.approved)

    def after(self, one: Mark) -> "Row":
        """The row after that mark. Nobody approves their own answers."""
        if one.kind in ERRORS:
            return Row(error=one)
        known = one.by == one.person or one.answer in {other.answer for other in self.approved}
        if one.kind is not Kind.APPROVED or known:
            return self
        return Row(approved=(*self.approved, one), error=self.error)


class Why(StrEnum):
    """Why somebody else has to approve."""

    CRISIS = "crisis"
    SEVERE = "severe"
    TOPIC = "topic"  # the playbook never lifts it for that topic
    ROW = "row"  # too few approvals in a row yet


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else has to approve. Of ROW: how many approvals there are of how many, and the error that began the row."""

    why: Why
    length: int = 0
    of: int = 0
    error: Mark | None = None


class Lifted(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody else has to, since the approval that was enough; None where the playbook asks it of nobody."""

    since: datetime | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One mark of a history, with the length of the row after it, and whether the rule was lifted then."""

    mark: Mark
    length: int
    lifted: bool


def needs_approval(
    marks: Iterable[Mark], topic: str, rule: FourEyes, *, severity: str = MINOR, crisis: bool = False
) -> Needed | Lifted:
    """Whether an answer on that topic has to be approved by somebody else. `marks` are those of whoever wrote it, on whatever topic.

    severity  of the case; `crisis` whether that belongs to one that runs
    """
    if not rule.asked:
        return Lifted()
    if crisis:
        return Needed(why=Why.CRISIS)
    if severity != MINOR:
        return Needed(why=Why.SEVERE)
    enough = rule.enough(topic)
    if enough is None:
        return Needed(why=Why.TOPIC)
    found = row(one for one in marks if one.topic == topic)
    if found.length < enough:
        return Needed(why=Why.ROW, length=found.length, of=enough, error=found.error)
    return Lifted(since=found.approved[enough - 1].at)


def needs_approval_for(
    marks: Iterable[Mark], topics: Collection[str], rule: FourEyes, *, severity: str = MINOR, crisis: bool = False
) -> Needed | Lifted:
    """The same for an answer about several topics, or none: needed where one of them needs it, and lifted since the last one was."""
    every = list(marks)
    found = [needs_approval(every, topic, rule, severity=severity, crisis=crisis) for topic in topics or (NO_TOPIC,)]
    needed = next((one for one in found if isinstance(one, Needed)), None)
    return needed or max(
        (one for one in found if isinstance(one, Lifted)), key=lambda one: one.since.timestamp() if one.since else 0
    )


def row(marks: Iterable[Mark]) -> Row:
    """The row as it stands now, of one person and topic."""
    return reduce(Row.after, ordered(marks), Row())


def history(marks: Iterable[Mark], rule: FourEyes) -> list[Step]:
    """Each mark of one person and topic, the earliest first, with what it made of the row: why the rule stands as it does."""
    every = ordered(marks)
    rows = list(accumulate(every, Row.after, initial=Row()))[1:]
    return [
        Step(mark=one, length=now.length, lifted=_enough(now, one, rule)) for one, now in zip(every, rows, strict=True)
    ]


def went_well(marks: Iterable[Mark]) -> int:
    """How many answers others approved as they stood or gave thanks for, and no error is known of."""
    every = list(marks)
    wrong = {one.answer for one in every if one.kind in ERRORS}
    return len({one.answer for one in every if one.kind not in ERRORS and one.by != one.person} - wrong)


def ordered(marks: Iterable[Mark]) -> list[Mark]:
    """The earliest first; of one moment what begins a row anew last, so that the rule never lifts by a tie."""
    return sorted(marks, key=lambda one: (one.at, one.kind in ERRORS, one.answer, one.kind, one.by))


def _enough(now: Row, one: Mark, rule: FourEyes) -> bool:
    enough = rule.enough(one.topic)
    return enough is not None and now.length >= enough
