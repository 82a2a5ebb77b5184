"""Who answers by themselves: when a second pair of eyes is no longer asked for, and how many publish for the organisation."""

from typing import Annotated, Literal

from pydantic import Field

from core.settings import Settings
from playbook._values import Name

Row = Annotated[int, Field(ge=1, le=1000)]


class FourEyes(Settings):
    """An answer is approved by somebody else than who wrote it.

    lifts_after  so many approved answers of somebody on a topic, in a row and as they stood, and theirs on that topic need it no longer
    topics       another number for a topic, or `always`
    """

    lifts_after: Row = 10
    topics: dict[Name, Row | Literal["always"]] = {}

    def enough(self, topic: str) -> int | None:
        """How many on that topic are enough; None where it never lifts."""
        own = self.topics.get(topic, self.lifts_after)
        return own if isinstance(own, int) else None


class Publishing(Settings):
    """How many should publish for the organisation: one in so many of who works here."""

    one_in: Annotated[int, Field(ge=1, le=1_000_000)]


class Answering(Settings):
    """The section; `answers: {}` is the rule as it is without one."""

    four_eyes: FourEyes = FourEyes()
    publishers: Publishing | None = None
