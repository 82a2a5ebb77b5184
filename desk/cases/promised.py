"""What the playbook promises an author whose message opens a case, and whom it asks in turn to act."""

from datetime import datetime, timedelta
from typing import NamedTuple

from playbook.accounts import plain
from playbook.hours import Calendar, due
from playbook.organisation import Unit
from playbook.sections import Playbook
from playbook.service import Cases, Promise, Rung, deadlines

LAST_PART = 0.25
"""How much of the promised time is left when it begins to be due soon."""


class Promises(NamedTuple):
    """When something is due, and from when on it is due soon; None where nothing is promised."""

    first_soon: datetime | None = None
    first_due: datetime | None = None
    resolution_soon: datetime | None = None
    resolution_due: datetime | None = None


class Promised:
    """One playbook, as cases ask it."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._units = playbook.organisation.units if playbook.organisation else {}

    @property
    def reopened_within(self) -> timedelta:
        """How long after its end an author's next message belongs to a case."""
        return (self._playbook.cases or Cases()).reopened_within

    @property
    def begins(self) -> datetime | None:
        """What was published before opens no case; None where nothing is said of that."""
        return self._playbook.cases.since if self._playbook.cases else None

    @property
    def accounts(self) -> frozenset[str]:
        """Handles of own accounts that units answer for, in small letters."""
        return frozenset(plain(account) for unit in self._units.values() for account in unit.accounts)

    def answers(self, outcome: str | None) -> bool:
        """Whether somebody has to answer a message of that outcome."""
        triage = self._playbook.triage
        known = triage.outcomes.get(outcome) if triage and outcome else None
        return known is not None and known.answer

    def owner(self, outcome: str, team: str | None) -> str | None:
        """Whose a message is to which a person gave that outcome: where that goes, else its `team`, else who stands in the middle."""
        triage, organisation = self._playbook.triage, self._playbook.organisation
        known = triage.outcomes.get(outcome) if triage else None
        return (known.to if known else None) or team or (organisation.centre if organisation else None)

    def severity(self, outcome: str | None) -> str | None:
        """How bad it is at least."""
        triage = self._playbook.triage
        known = triage.outcomes.get(outcome) if triage and outcome else None
        return known.severity if known else None

    def tells(self, outcome: str) -> tuple[str, ...]:
        """Roles that are told of a message of that outcome, beside its owner."""
        triage = self._playbook.triage
        known = triage.outcomes.get(outcome) if triage else None
        return known.tells if known else ()

    def promises(self, unit: str | None, severity: str, since: datetime) -> Promises:
        """When what began at `since` is due at that unit."""
        promise = self._promise(unit, severity)
        if promise is None:
            return Promises()
        calendar = self.calendar(unit, severity)
        if calendar is None:
            return Promises()
        early = promise.model_copy(update={name: getattr(promise, name) * (1 - LAST_PART) for name in _SPANS})
        try:
            soon, late = deadlines(since, early, calendar), deadlines(since, promise, calendar)
        except ValueError:  # it never opens again
            return Promises()
        return Promises(soon.first_response, late.first_response, soon.resolution, late.resolution)

    def calendar(self, unit: str | None, severity: str) -> Calendar | None:
        """The hours that the unit promises in, or works in where it promises nothing; None where it has none."""
        known, promise = self._unit(unit), self._promise(unit, severity)
        return self._calendar((promise.hours if promise else None) or (known.hours if known else None))

    def rung(self, unit: str | None, place: int) -> Rung | None:
        """Who has to act at that place of the unit's ladder; None above its top."""
        known = self._unit(unit)
        rungs = self._playbook.ladders.get(known.ladder, ()) if known and known.ladder else ()
        return rungs[place] if place < len(rungs) else None

    def over(self, unit: str | None, rung: Rung, since: datetime) -> datetime | None:
        """Until when whoever has to act since then may be silent, in the unit's hours; None for ever."""
        if rung.within is None:
            return None
        known = self._unit(unit)
        calendar = self._calendar(known.hours) if known else None
        try:
            return due(since, rung.within, calendar) if calendar else since + rung.within
        except ValueError:  # the unit never opens again
            return None

    def _promise(self, unit: str | None, severity: str) -> Promise | None:
        known = self._unit(unit)
        service = self._playbook.service.get(known.service) if known and known.service else None
        return service.of(severity) if service else None

    def _unit(self, name: str | None) -> Unit | None:
        return self._units.get(name) if name else None

    def _calendar(self, name: str | None) -> Calendar | None:
        return self._playbook.hours.get(name) if name else None


_SPANS = ("first_response", "resolution")
