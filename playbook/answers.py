"""Who answers by themselves: when a second pair of eyes is no longer asked for, and how many publish for the organisation; and how answers sound."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.settings import Settings
from playbook._values import Id, Language, Name, template

Row = Annotated[int, Field(ge=1, le=1000)]
Register = Literal["je", "u"]
VARIABLES = ("author_first_name", "case", "agent", "since")
"""What a canned answer may name: whom it is to, the number of the case, who answers, and since when the author waits."""
INITIALS = ("initials",)


class FourEyes(Settings):
    """An answer is approved by somebody else than who wrote it.

    asked        no: nobody else has to approve any answer
    lifts_after  so many approved answers of somebody on a topic, in a row and as they stood, and theirs on that topic need it no longer
    topics       another number for a topic, or `always`
    """

    asked: bool = True
    lifts_after: Row = 10
    topics: dict[Name, Row | Literal["always"]] = {}

    def enough(self, topic: str) -> int | None:
        """How many on that topic are enough; None where it never lifts."""
        own = self.topics.get(topic, self.lifts_after)
        return own if isinstance(own, int) else None


class Publishing(Settings):
    """How many should publish for the organisation: one in so many of who works here."""

    one_in: Annotated[int, Field(ge=1, le=1_000_000)]


class Canned(Settings):
    """An answer that is given often, by language."""

    texts: Annotated[dict[Language, Annotated[str, AfterValidator(template(VARIABLES))]], Field(min_length=1)]

    def text(self, language: str) -> tuple[str, str]:
        """(language, text): in that one, else in the first there is."""
        chosen = language if language in self.texts else next(iter(self.texts))
        return chosen, self.texts[chosen]


class Voice(Settings):
    """How an own account sounds.

    register  je or u, for each language that tells them apart
    initials  what ends each answer, as in " ^{initials}"; nothing where it says nothing
    """

    register_: Annotated[dict[Literal["nl"], Register], Field(alias="register")] = {}
    initials: Annotated[str, AfterValidator(template(INITIALS))] | None = None


class Answering(Voice):
    """The section; `answers: {}` is the rule as it is without one.

    brands  by the name of a publisher, where an account sounds otherwise than the rest
    """

    four_eyes: FourEyes = FourEyes()
    publishers: Publishing | None = None
    canned: dict[Id, Canned] = {}
    brands: dict[Name, Voice] = {}

    def voice(self, publisher: str) -> Voice:
        return self.brands.get(publisher, self)


def missing(text: str, values: Mapping[str, str | None]) -> list[str]:
    """Variables that the text names and that have no value, in the order of VARIABLES."""
    return [name for name in VARIABLES if f"{{{name}}}" in text and not values.get(name)]
