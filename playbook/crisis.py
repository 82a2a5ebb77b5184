"""The crisis plan: which monitors ring, who is on call, what has to be done by when, and what is said first.

The three severities are Altimeter's ("Social Business Readiness: How Advanced Companies Prepare Internally", Jeremiah Owyang, 2011).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from core.settings import Settings, Span
from playbook._values import Id, Language, Name, Said, template, told

SEVERITIES = (1, 2, 3)
"""How bad a crisis is, the least first."""
VARIABLES = ("organisation", "since", "time", "date")
"""What a first statement may name: ours, when it began, and when it is drafted."""
YEARS = range(2000, 2200)
"""Of days in the calendar: any moment of them can be reckoned with in any zone."""
LONGEST = timedelta(days=366)
SHIPPED_SEVERITIES: Mapping[int, Said] = {
    1: {"nl": "negatieve berichten in de gewone media", "en": "negative coverage in mainstream media"},
    2: {
        "nl": "negatieve berichten in de gewone media, en een merkbare reactie of verandering van de organisatie",
        "en": "negative coverage in mainstream media, and a significant response or change by the organisation",
    },
    3: {
        "nl": "dat alles, en financiële gevolgen op korte termijn",
        "en": "all of that, and short-term financial impact",
    },
}


def _bounded(span: timedelta) -> timedelta:
    if span > LONGEST:
        raise ValueError(f"takes longer than {LONGEST.days} days")
    return span


Stretch = Annotated[Span, AfterValidator(_bounded)]


class Words(Settings):
    """What a severity is called."""

    says: Said

    def called(self, language: str) -> str:
        return told(self.says, language)


class PlannedStep(Settings):
    """One thing that has to be done.

    owner   the role that does it
    within  how long it may take since the opening, or since the severity `from` was reached; without one it has no clock
    """

    says: Said
    owner: Id = "lead"
    within: Stretch | None = None
    from_: Annotated[int, Field(alias="from", ge=1, le=3)] = 1

    def called(self, language: str) -> str:
        return told(self.says, language)


SHIPPED_STEPS: Mapping[str, PlannedStep] = {
    name: PlannedStep.model_validate({"says": {"nl": nl, "en": en}, **more})
    for name, nl, en, more in (
        ("verify", "Ga na wat er gebeurd is, en wat klopt", "Find out what happened, and what is true", {"within": "15m"}),
        ("severity", "Zeg hoe ernstig het is", "Say how severe it is", {"within": "30m"}),
        ("hold", "Houd geplande berichten en campagnes tegen", "Hold back planned messages and campaigns", {"within": "30m"}),
        ("statement", "Keur een eerste verklaring goed", "Approve a first statement", {"within": "1h"}),
        ("inform", "Licht directie en persvoorlichting in", "Inform management and the press office", {"within": "1h", "from": 2}),
        ("update", "Zeg wanneer het volgende bericht komt", "Say when the next message comes", {"within": "2h"}),
        ("finance", "Schat de financiële gevolgen", "Estimate the financial impact", {"within": "4h", "from": 3}),
        ("thank", "Bedank wie geduld had, en zeg wat er verandert", "Thank those who were patient, and say what changes", {}),
    )
}  # fmt: skip
SHIPPED_STATEMENTS: Mapping[str, str] = {
    "nl": "We weten dat er sinds {since} iets mis is bij {organisation}. We zoeken uit wat er aan de hand is. Om {time} wisten we nog niet meer; zodra dat verandert, hoor je het hier.",
    "en": "We know that something has been wrong at {organisation} since {since}. We are finding out what it is. At {time} we did not know more; as soon as that changes, you will hear it here.",
}


def _day(value: Any) -> Any:  # Any: whatever stands in the YAML
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    raise ValueError("give a day, as in 2026-11-27")


def _near(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"lies outside the years {YEARS.start} to {YEARS.stop - 1}")
    return day


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_near)]


class Campaign(Settings):
    """So many `times` the usual are expected from the first of these days until the last of them is over, of these monitors or all."""

    says: Said
    since: Annotated[Day, Field(alias="from")]
    until: Day
    monitors: tuple[Name, ...] = ()
    times: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 3.0

    @model_validator(mode="after")
    def _goes_forward(self) -> "Campaign":
        if self.until < self.since:
            raise ValueError("ends before it begins: until lies before from")
        return self


class Drill(Settings):
    """How often a crisis is practised, which, and how soon what has to be done."""

    every: Stretch = timedelta(weeks=13)
    scenario: str = "ns-outage"
    detect: Stretch = timedelta(minutes=15)
    notify: Stretch = timedelta(minutes=5)
    acknowledge: Stretch = timedelta(minutes=10)
    claim: Stretch = timedelta(minutes=15)
    statement: Stretch = timedelta(hours=1)


Statement = Annotated[str, AfterValidator(template(VARIABLES))]
Level = Annotated[int, Field(ge=1, le=3)]


class Crisis(Settings):
    """The plan; `crisis: {}` is the one that ships.

    monitors    which ring; all where it names none
    unit        whose rota is on call and who owns the crisis; the centre of the organisation where it says nothing
    ladder      who is told next while nobody acknowledges; the unit's own where it says nothing
    approves    the role that approves statements; never the person who drafted one
    lull, over  so long without an alarm it is quiet; so long, and the lead is asked whether it is over
    a_minute    so many attached cases at most get an approved answer as a draft
    """

    monitors: tuple[Name, ...] = ()
    unit: Name | None = None
    ladder: Name | None = None
    severity: dict[Level, Words] = {}
    steps: dict[Id, PlannedStep] = dict(SHIPPED_STEPS)
    statements: dict[Language, Statement] = dict(SHIPPED_STATEMENTS)
    approves: Id = "lead"
    lull: Stretch = timedelta(hours=6)
    over: Stretch = timedelta(hours=48)
    a_minute: Annotated[int, Field(ge=1, le=600)] = 30
    calendar: tuple[Campaign, ...] = ()
    drill: Drill | None = None

    @model_validator(mode="after")
    def _quiet_before_over(self) -> "Crisis":
        if self.over < self.lull:
            raise ValueError("over comes before lull: it has to be quiet for longer to be over")
        return self

    def called(self, severity: int, language: str) -> str:
        """The severity in words."""
        words = self.severity.get(severity)
        return told(words.says if words else SHIPPED_SEVERITIES[severity], language)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The first statement with its variables, which are all of VARIABLES."""
    return text.format_map(values)


def owners(plan: Crisis) -> Iterator[tuple[str, str]]:
    """(path below `crisis`, role) of whoever has to act."""
    yield "approves", plan.approves
    yield from ((f"steps.{name}.owner", step.owner) for name, step in plan.steps.items())
