"""How mature an organisation is: five levels, of which one counts only while all below it hold. A score with evidence and a next
step, never a lock.

The levels are Jeremiah Owyang's "social business hierarchy of needs" (Altimeter, 2011); what each takes stands in maturity.yaml.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml
from pydantic import Field, field_validator

from core.settings import Settings, nearest
from playbook._values import Id, Said, told

SHIPPED = Path(__file__).with_name("maturity.yaml")


class Answer(StrEnum):
    """Whether a need is met. What has no evidence is unknown, never met."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Need(Settings):
    """One thing that a level takes.

    asks      the question that its evidence answers
    next      what to do where it is not met, by the role `owner`
    lacks     what is missing where it is not known
    at_least  so many are enough: in a hundred, or as a number where it `counts`; all, where it is None. The organisation's own
              to set (Thresholds)
    page      where the evidence is looked at; "" where there is no such page
    """

    asks: Said
    next: Said
    lacks: Said
    owner: Id
    counts: Literal["share", "number"] = "share"
    at_least: float | None = None
    page: str = ""

    def asked(self, language: str) -> str:
        return told(self.asks, language)

    def step(self, language: str) -> str:
        return told(self.next, language)

    def missing(self, language: str) -> str:
        return told(self.lacks, language)


class Level(Settings):
    """One of the five."""

    level: Id
    name: Said
    needs: dict[Id, Need]

    def called(self, language: str) -> str:
        return told(self.name, language)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one need: so many (`some`) of `all`; None where there is nothing to count."""

    answer: Answer = Answer.UNKNOWN
    some: int | None = None
    all: int | None = None


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """One need with its evidence."""

    name: str
    need: Need
    evidence: Evidence


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """One level. `answer` is its own; it `holds` where that is met, and all below hold."""

    level: Level
    needs: tuple[Met, ...]
    answer: Answer
    holds: bool

    @property
    def met(self) -> int:
        return sum(one.evidence.answer is Answer.MET for one in self.needs)

    @property
    def unknown(self) -> int:
        return sum(one.evidence.answer is Answer.UNKNOWN for one in self.needs)


class Maturity(msgspec.Struct, frozen=True, kw_only=True):
    """All levels, the lowest first.

    score  levels that hold, and of the one above them the part that is met: 0 to 5
    next   the need to meet next: of the lowest level that does not hold the first that is not met, else the first that is
           not known; None where all levels hold
    """

    levels: tuple[Stand, ...]
    score: float
    next: Met | None


@cache
def levels() -> Sequence[Level]:
    """The five, the lowest first, as they ship."""
    return tuple(Level.model_validate(one) for one in yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


class Thresholds(Settings):
    """How much is enough for the organisation: `at_least` by need, in place of what ships."""

    at_least: dict[Id, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}

    @field_validator("at_least")
    @classmethod
    def _of_needs_that_have_one(cls, given: dict[str, float]) -> dict[str, float]:
        known = {name: need for level in levels() for name, need in level.needs.items() if need.at_least is not None}
        for name, enough in given.items():
            if name not in known:
                raise ValueError(f"no need with a threshold is called {name}; {nearest(name, list(known))}")
            if known[name].counts == "share" and enough > 100:
                raise ValueError(f"{name} is so many in a hundred; give 100 at most")
            if known[name].counts == "number" and enough < 1:
                raise ValueError(f"{name} is a number; give 1 at least")
        return given


def levels_of(thresholds: Thresholds | None) -> Sequence[Level]:
    """The five with the organisation's own thresholds."""
    own = thresholds.at_least if thresholds else {}
    return [
        level.model_copy(
            update={
                "needs": {
                    name: need.model_copy(update={"at_least": own[name]}) if name in own else need
                    for name, need in level.needs.items()
                }
            }
        )
        for level in levels()
    ]


def counted(need: Need, some: int, all_: int) -> Evidence:
    """Evidence of so many of all, where there is something to count."""
    if not all_:
        return Evidence()
    enough = 100 * some >= (100.0 if need.at_least is None else need.at_least) * all_
    return Evidence(answer=Answer.MET if enough else Answer.UNMET, some=some, all=all_)


def numbered(need: Need, some: int, all_: int | None = None) -> Evidence:
    """Evidence of a number that is enough by itself; of `all`, where there is such a thing."""
    enough = some >= (need.at_least or 1)
    return Evidence(answer=Answer.MET if enough else Answer.UNMET, some=some, all=all_)


def assess(evidence: Mapping[str, Evidence], asked: Sequence[Level] | None = None) -> Maturity:
    """What the evidence, by need, comes to against these levels, or those that ship; a need without any is unknown."""
    stands: list[Stand] = []
    below = True
    for level in levels() if asked is None else asked:
        needs = tuple(
            Met(name=name, need=need, evidence=evidence.get(name, Evidence())) for name, need in level.needs.items()
        )
        answer = _all_of([one.evidence.answer for one in needs])
        below = below and answer is Answer.MET
        stands.append(Stand(level=level, needs=needs, answer=answer, holds=below))
    first = next((one for one in stands if not one.holds), None)
    holding = sum(one.holds for one in stands)
    return Maturity(
        levels=tuple(stands),
        score=holding + (first.met / len(first.needs) if first else 0.0),
        next=_next(first.needs) if first else None,
    )


def _all_of(answers: Sequence[Answer]) -> Answer:
    if Answer.UNMET in answers:
        return Answer.UNMET
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.MET


def _next(needs: Sequence[Met]) -> Met | None:
    by_answer = {answer: [one for one in needs if one.evidence.answer is answer] for answer in Answer}
    return next(iter([*by_answer[Answer.UNMET], *by_answer[Answer.UNKNOWN]]), None)
