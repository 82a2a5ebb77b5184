"""How mature the organisation is, and its departments."""

from datetime import datetime
from typing import Literal

from desk.api.answers.shared import Count, Struct
from desk.maturity.report import ReportDepartment


class MaturityNeed(Struct, frozen=True):
    """One thing that a level takes, the question that its evidence answers, and what to do where it is not met.

    answer is unknown where there is no evidence, and lacks says what is missing then. some of all are as they should be, null where
    there is nothing to count; enough are at_least in a hundred, or as a number where counts says so, or all where it is null. owner
    is the role that takes the step.
    """

    need: str
    asks: dict[str, str]
    answer: Literal["met", "unmet", "unknown"]
    some: Count | None
    all: Count | None
    at_least: float | None
    counts: Literal["share", "number"]
    next: dict[str, str]
    lacks: dict[str, str]
    owner: str
    page: str | None


class MaturityLevel(Struct, frozen=True):
    """One of the five. It holds where all it takes is met and every level below holds; met and unknown are how many needs are."""

    level: str
    name: dict[str, str]
    answer: Literal["met", "unmet", "unknown"]
    holds: bool
    met: Count
    unknown: Count
    needs: tuple[MaturityNeed, ...]


class MaturityAnswer(Struct, frozen=True):
    """The levels, the lowest first. score counts those that hold, and of the one above them the part that is met."""

    at: datetime
    score: float
    levels: tuple[MaturityLevel, ...]
    next: MaturityNeed | None


class MaturityDepartments(Struct, frozen=True):
    """Departments side by side, the furthest first; those of fewer people than smallest stand together. Never a person."""

    at: datetime
    smallest: Count
    departments: tuple[ReportDepartment, ...]
