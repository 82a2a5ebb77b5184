"""Crises."""

from datetime import datetime

from desk.api.answers.shared import Count, Struct


class Crisis(Struct, frozen=True):
    """An event in which monitors rang: since when, how severe people said it is (1 to 3), who acknowledged and leads it by id.

    `drill` is whether it was an exercise; `state` is open, lull or ended; `cases` counts those that belong to it.
    """

    number: Count
    version: Count
    drill: bool
    state: str
    severity: int | None
    unit: str | None
    lead: str | None
    monitors: tuple[str, ...]
    opened_at: datetime
    since: datetime
    last_alarm_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    lull_since: datetime | None
    ended_at: datetime | None
    cases: Count
    page: str


class CrisesAnswer(Struct, frozen=True):
    """One page of the crises asked for, of `total`, those that run first."""

    at: datetime
    time_zone: str
    total: Count
    crises: tuple[Crisis, ...]


class CrisisStep(Struct, frozen=True):
    """A step of the plan: who does it, until when, and whether it is open, done or skipped."""

    step: str
    owner: str
    due_at: datetime | None
    state: str
    done_at: datetime | None
    done_by: str | None


class CrisisEvent(Struct, frozen=True):
    """What happened to a crisis. `detail` is a word or an id, and empty for what somebody wrote."""

    number: Count
    at: datetime
    by: str
    kind: str
    detail: str


class CrisisTold(Struct, frozen=True):
    """Who was told of what by which channel, and when that took it; null where none did yet."""

    kind: str
    at: datetime
    to: str
    channel: str | None
    taken_at: datetime | None


class CrisisAnswer(Struct, frozen=True):
    """One crisis with its plan, who was told, and what happened to it, in order."""

    at: datetime
    time_zone: str
    crisis: Crisis
    steps: tuple[CrisisStep, ...]
    told: tuple[CrisisTold, ...]
    events: tuple[CrisisEvent, ...]
