"""How soon a drill reached what the plan asks for, and how that is judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from desk.store import crises, notice_messages
from desk.store.crises import Crisis, Event, Happened
from desk.store.database import Database
from desk.store.notice_messages import Message
from desk.store.notices import Kind, Notice
from playbook.crisis import Drill as Targets


class Measure(StrEnum):
    """What is measured: detection from the beginning of the drill on, all else from the opening of the crisis on."""

    DETECT = "detect"
    NOTIFY = "notify"  # the first notice of the alarm that its channel took
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"  # somebody leads it
    STATEMENT = "statement"  # one is approved


NEEDED = (Measure.DETECT, Measure.NOTIFY, Measure.ACKNOWLEDGE)
"""What a drill has to reach to be evidence that the plan was practised."""


class Verdict(StrEnum):
    MET = "met"
    LATE = "late"  # reached, after the target
    MISSED = "missed"  # not reached, and the target is over
    WAITING = "waiting"  # not reached yet


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: seconds that it may take and that it took; None where it was not reached."""

    measure: Measure
    target: float
    took: float | None
    verdict: Verdict


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill came to. `crisis` is its number; `said` how many messages were played."""

    lines: tuple[Line, ...]
    crisis: int | None = None
    said: int = 0

    @property
    def reached(self) -> bool:
        """Whether nothing is left to wait for."""
        return all(line.took is not None for line in self.lines)

    @property
    def counts(self) -> bool:
        """Whether it shows that the plan was practised."""
        return all(line.took is not None for line in self.lines if line.measure in NEEDED)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """When each was reached; None where it was not."""

    detected_at: datetime | None = None
    notified_at: datetime | None = None
    acknowledged_at: datetime | None = None
    claimed_at: datetime | None = None
    stated_at: datetime | None = None


def targets_of(targets: Targets) -> Mapping[Measure, timedelta]:
    return {one: getattr(targets, one.value) for one in Measure}


def longest(targets: Targets) -> timedelta:
    """How long the last of them may take, from its beginning on, where it is detected no later than it may be."""
    return targets.detect + _answered(targets)


def over_at(targets: Targets, *, began_at: datetime, detected_at: datetime | None) -> datetime:
    """When the last of them is over: each runs from the detection, or from when that was over."""
    return (detected_at or began_at + targets.detect) + _answered(targets)


def _answered(targets: Targets) -> timedelta:
    return max(targets.notify, targets.acknowledge, targets.claim, targets.statement)


def score(reached: Reached, targets: Targets, *, began_at: datetime, at: datetime) -> tuple[Line, ...]:
    """A line for each measure, as it stands at that moment. Pure."""
    opened = reached.detected_at
    ends = (
        (Measure.DETECT, began_at, opened),
        (Measure.NOTIFY, opened, reached.notified_at),
        (Measure.ACKNOWLEDGE, opened, reached.acknowledged_at),
        (Measure.CLAIM, opened, reached.claimed_at),
        (Measure.STATEMENT, opened, reached.stated_at),
    )
    within = targets_of(targets)
    return tuple(_line(one, within[one], since or began_at + targets.detect, end, at) for one, since, end in ends)


def _line(measure: Measure, target: timedelta, since: datetime, end: datetime | None, at: datetime) -> Line:
    seconds = target.total_seconds()
    if end is None:
        verdict = Verdict.MISSED if at - since > target else Verdict.WAITING
        return Line(measure=measure, target=seconds, took=None, verdict=verdict)
    took = max(0.0, (end - since).total_seconds())
    return Line(measure=measure, target=seconds, took=took, verdict=Verdict.MET if took <= seconds else Verdict.LATE)


def closed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """As they stand once nothing is waited for any more."""
    return tuple(
        msgspec.structs.replace(one, verdict=Verdict.MISSED) if one.verdict is Verdict.WAITING else one for one in lines
    )


async def reached(database: Database, drill: str) -> tuple[Crisis | None, Reached]:
    """The crisis of the drill, as soon as there is one, and when what was reached in it."""
    crisis = next(iter(await crises.of_drill(database, drill)), None)
    if crisis is None:
        return None, Reached()
    events = await crises.events(database, crisis.id)
    told = await notice_messages.told_of(database, crisis.id)
    return crisis, Reached(
        detected_at=crisis.opened_at,
        notified_at=_confirmed(told),
        acknowledged_at=_first(events, Happened.ACKNOWLEDGED, Happened.TAKEN, Happened.ACCEPTED),
        claimed_at=_first(events, Happened.TAKEN, Happened.ACCEPTED),
        stated_at=_first(events, Happened.APPROVED),
    )


def _confirmed(told: Sequence[tuple[Notice, Message | None]]) -> datetime | None:
    """When the first message of the alarm was taken by its channel."""
    taken = [
        message.taken_at
        for notice, message in told
        if notice.kind is Kind.ALARM and message is not None and message.taken_at
    ]
    return min(taken, default=None)


def _first(events: Sequence[Event], *kinds: Happened) -> datetime | None:
    return next((event.at for event in events if event.kind in kinds), None)


def written(score: Score) -> str:
    return msgspec.json.encode(score).decode()


def read(document: str) -> Score | None:
    """What was kept; None where nothing is known yet."""
    return msgspec.json.decode(document, type=Score) if document else None
