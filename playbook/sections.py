"""The sections of playbook.yaml, as people write them."""

import hashlib
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, BeforeValidator

from core.query import AnyNode
from core.settings import Settings, nearest
from core.vocabulary import Kind, read_term
from playbook._values import Language, Name, Nothing, Said
from playbook.answers import Answering
from playbook.crisis import Crisis
from playbook.errors import QueryError
from playbook.foundation import ROLES, Excellence, Goals, Policy, Roles, Trainings
from playbook.hours import Calendar
from playbook.maturity import Thresholds
from playbook.next_best_action import Action, shipped
from playbook.organisation import Organisation
from playbook.queries import parse
from playbook.service import Cases, Ladder, Service
from playbook.triage import Triage, merged

_LATER = (
    "triage", "organisation", "service", "hours", "ladders", "roles", "goals", "policy", "trainings", "cases", "crisis",
    "answers", "excellence", "maturity", "next_best_action",
)  # fmt: skip
"""Sections that came later: where there is none, a playbook's version stays what it was."""


def _query(text: str) -> str:
    try:
        parse(text)
    except QueryError as error:
        raise ValueError(str(error)) from None
    return text


def _aspect_name(text: str) -> str:
    if ":" in text:
        raise ValueError("an aspect's name has no colon: what is said of it follows one, as in train:negative")
    return text


def _kind(value: Any) -> Any:  # Any: whatever stands in the YAML
    if value not in tuple(Kind):
        raise ValueError(f"{value!r} is not a kind; {nearest(str(value), tuple(Kind))}")
    return value


def _word(text: str) -> str:
    read_term(text)
    return text


def _triage(value: Any) -> Any:  # Any: whatever stands in the YAML
    return value if isinstance(value, Triage) else merged(value)


AspectName = Annotated[Name, AfterValidator(_aspect_name)]


class Monitor(Settings):
    """A saved query. `saved_at` is when it came to be, written by whoever saved it."""

    query: Annotated[str, AfterValidator(_query)]
    description: str = ""
    saved_at: datetime | None = None


class Topic(Settings):
    """What a message can be about: a text (one, or one a language) and words that point to it, by language."""

    description: Said
    keywords: dict[Language, tuple[str, ...]] = {}


class Aspect(Settings):
    """A product, a place or a person that messages name: its words by language; where there are none, the name is the word."""

    kind: Annotated[Kind, BeforeValidator(_kind)] = Kind.OTHER
    words: dict[Language, tuple[Annotated[str, AfterValidator(_word)], ...]] = {}


class Playbook(Settings):
    """Everything in playbook.yaml; names keep the file's order."""

    monitors: Annotated[dict[Name, Monitor], Nothing] = {}
    topics: Annotated[dict[Name, Topic], Nothing] = {}
    aspects: Annotated[dict[AspectName, Aspect], Nothing] = {}
    triage: Annotated[Triage | None, BeforeValidator(_triage)] = None
    organisation: Organisation | None = None
    service: Annotated[dict[Name, Service], Nothing] = {}
    hours: Annotated[dict[Name, Calendar], Nothing] = {}
    ladders: Annotated[dict[Name, Ladder], Nothing] = {}
    roles: Annotated[Roles, Nothing] = {}
    goals: Annotated[Goals, Nothing] = {}
    policy: Policy | None = None
    trainings: Annotated[Trainings, Nothing] = {}
    cases: Cases | None = None
    crisis: Crisis | None = None
    answers: Answering | None = None
    maturity: Thresholds | None = None
    excellence: Excellence | None = None
    next_best_action: tuple[Action, ...] | None = None

    @cached_property
    def version(self) -> str:
        """The same for the same content, whatever its comments and layout."""
        content = self.model_dump(mode="json", exclude={name for name in _LATER if not getattr(self, name)})
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:12]

    def all_roles(self) -> Roles:
        """Those that there always are, and its own."""
        return {**ROLES, **self.roles}

    def actions(self) -> tuple[Action, ...]:
        """Its own rules of what is best done next for a customer, else those that ship."""
        return shipped() if self.next_best_action is None else self.next_best_action

    def queries(self) -> dict[str, AnyNode]:
        """The monitors' parsed queries by name."""
        return {name: parse(monitor.query) for name, monitor in self.monitors.items()}
