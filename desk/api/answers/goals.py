"""Where the goals stand."""

from datetime import datetime
from typing import Literal

from desk.api.answers.shared import Count, Struct


class GoalPeriod(Struct, frozen=True):
    """One period [since, until). value is the figure, null where nobody knows it; verdict says whether the target is reached.

    lacks says why the figure may not be the whole, null where it is: running (the period is not over), gap (a source could not
    give some stretch of it), uncollected (nothing says that it was collected from end to end), expired (older than the
    sources' policies keep), nothing (a share of nothing). mentions match, and among are those that they are a share of.
    """

    since: datetime
    until: datetime
    value: float | None
    verdict: Literal["reached", "missed", "open", "unknown"]
    lacks: Literal["running", "gap", "uncollected", "expired", "nothing"] | None
    mentions: Count | None
    among: Count | None
    page: str


class Goal(Struct, frozen=True):
    """A figure against what it should be: a number of mentions, or a share in a hundred. The last period is the running one."""

    name: str
    says: dict[str, str]
    owner: str
    measure: Literal["mentions", "share"]
    query: str
    among: str | None
    period: Literal["day", "week", "month", "quarter"]
    at_least: float | None
    at_most: float | None
    periods: tuple[GoalPeriod, ...]


class GoalsAnswer(Struct, frozen=True):
    """The goals of the playbook in force. Copies and shares count each; what is irrelevant, muted or a drill does not."""

    at: datetime
    time_zone: str
    goals: tuple[Goal, ...]
