"""What an organisation agrees with itself before it answers anybody: goals, policy, training, and who does what."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from core.settings import Settings, Span
from playbook._values import Id, Name, Said, told
from playbook.conditions import Query


def _version(value: Any) -> Any:  # Any: whatever stands in the YAML, where 2.1 is a number
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Version = Annotated[str, BeforeValidator(_version, json_schema_input_type=str | float), Field(min_length=1)]


class Role(Settings):
    """What somebody can be: `name` as people call it, `does` what is expected. Who it is stands in the desk database.

    per_person  whether what a rota would ask of each who holds it may be shown person by person (`playbook simulate`): ask the
                works council first; who looked at whom is in the audit
    """

    name: Said
    does: Said | None = None
    per_person: Annotated[bool, Field(exclude_if=lambda value: not value)] = False

    def called(self, language: str) -> str:
        """Its name in that language, else in one that it has."""
        return told(self.name, language)


ROLES = {
    "agent": Role(name={"nl": "medewerker webcare", "en": "agent"}),
    "lead": Role(name={"nl": "teamleider", "en": "lead"}),
    "analyst": Role(name={"nl": "analist", "en": "analyst"}),
    "hr": Role(name={"nl": "personeelszaken", "en": "HR"}),
}
"""Roles that there always are; a playbook may add some, and say more of these."""


class Goal(Settings):
    """A figure of the archive against what it should be.

    says     what it is for
    owner    the role that answers for it
    measure  `mentions`: how many match `query` in each `period`; `share`: how many in a hundred of those that match `among`
    at_least, at_most  the target, one of the two or both
    """

    says: Said
    owner: Id
    measure: Literal["mentions", "share"]
    query: Query
    among: Query | None = None
    period: Literal["day", "week", "month", "quarter"] = "month"
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _has_a_target(self) -> "Goal":
        if self.at_least is None and self.at_most is None:
            raise ValueError("has no target; give at_least or at_most")
        if self.among is not None and self.measure == "mentions":
            raise ValueError("among belongs to a share; write measure: share")
        return self

    def called(self, language: str) -> str:
        """What it is for in that language, else in one that it has."""
        return told(self.says, language)


class Excellence(Settings):
    """The centre of excellence, which approves best practices of every unit: whoever has one of these roles is a member."""

    members: tuple[Id, ...]


class Policy(Settings):
    """What everybody has read: a new `version` has to be acknowledged anew."""

    version: Version
    title: Said
    text: Said


class Training(Settings):
    """What has to be learned, by these roles (everybody, where none is named), and how long it stays valid (for ever)."""

    name: Said
    roles: tuple[Id, ...] = ()
    valid: Span | None = None

    def called(self, language: str) -> str:
        """Its name in that language, else in one that it has."""
        return told(self.name, language)


Goals = dict[Name, Goal]
Trainings = dict[Name, Training]
Roles = dict[Id, Role]
