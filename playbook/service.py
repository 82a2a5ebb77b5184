"""What is promised, how bad what it is: until when somebody answers first, and until when it is put right; and who is next if not."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, Field

from core.settings import Settings, Span
from playbook._values import Id, Name, Severity
from playbook.hours import Calendar, due


class Promise(Settings):
    """How long it may take, in business hours of the unit; in those of the calendar `hours` where one is named."""

    first_response: Span
    resolution: Span
    hours: Name | None = None


class Service(Settings):
    """What a unit promises by severity."""

    minor: Promise | None = None
    serious: Promise | None = None
    critical: Promise | None = None

    def of(self, severity: str) -> Promise | None:
        return next((promise for word, promise in self.promises() if word == severity), None)

    def promises(self) -> list[tuple[Severity, Promise]]:
        """What is promised, by severity."""
        every = ((Severity.MINOR, self.minor), (Severity.SERIOUS, self.serious), (Severity.CRITICAL, self.critical))
        return [(severity, promise) for severity, promise in every if promise]


class Rung(Settings):
    """A role that has to act, and how long it has before the next one is asked; the last one has no `within`."""

    to: Id
    within: Span | None = None


Ladder = Annotated[tuple[Rung, ...], Field(min_length=1)]


class Cases(Settings):
    """When messages open cases.

    reopened_within  so long after a case was closed its author's next message belongs to it, instead of opening another
    since            what was published before opens none: a desk begins without what lay there
    """

    reopened_within: Span = timedelta(days=14)
    since: AwareDatetime | None = None


class Deadlines(NamedTuple):
    first_response: datetime
    resolution: datetime


def deadlines(since: datetime, promise: Promise, hours: Calendar) -> Deadlines:
    """When what began at `since` is due, in `hours`, which are those of the promise or else of the unit."""
    return Deadlines(due(since, promise.first_response, hours), due(since, promise.resolution, hours))


def endless(ladders: Mapping[str, tuple[Rung, ...]]) -> Iterator[tuple[str, str]]:
    """(path, sentence) of ladders that end nowhere, or ask somebody twice."""
    for name, rungs in ladders.items():
        if rungs[-1].within is not None:
            yield f"{name}[{len(rungs) - 1}].within", f"leads nowhere: nobody is asked after {rungs[-1].to}"
        for place, rung in enumerate(rungs):
            if place < len(rungs) - 1 and rung.within is None:
                yield f"{name}[{place}]", f"ends here: without `within` {rungs[place + 1].to} is never asked"
            if rung.to in {earlier.to for earlier in rungs[:place]}:
                yield f"{name}[{place}].to", f"{rung.to} stands on the ladder already"
