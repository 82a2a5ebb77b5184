"""What a rota would have come to: who would have answered what when, at a stated pace.

A statement of what is assumed, not of what people did: in each unit answers are given in the order in which they were asked for, each by
whoever of those on duty is free first, and longest; and each takes the same time of somebody's duty, over the end of a block too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from playbook.keeping import Waiting, promised_by
from playbook.rota import Absence, Shift, Stretch, joined, worked
from playbook.sections import Playbook

BEYOND = timedelta(weeks=2)
"""How long after the last message was asked answers are still given."""


class Answered(NamedTuple):
    """An answer, the person who would give it and when; None where nobody would have come to it."""

    waiting: Waiting
    person: str | None
    at: datetime | None


class _Free:
    """One person's duty in one unit, in seconds since 1970, and `free`: from when on there is time."""

    def __init__(self, person: str, stretches: Iterable[Stretch]) -> None:
        self.person = person
        self._duty = [(one.since.timestamp(), one.until.timestamp()) for one in joined(stretches)]
        self._place, self.free = 0, 0.0

    def begins(self, since: float) -> float | None:
        """When the next answer could begin that is asked for then; asked in rising order."""
        moment = max(since, self.free)
        while self._place < len(self._duty) and self._duty[self._place][1] <= moment:
            self._place += 1
        return max(moment, self._duty[self._place][0]) if self._place < len(self._duty) else None

    def answer(self, begins: float, takes: float) -> float | None:
        """When it is done; None where the rota ends before."""
        self.free = begins
        while self._place < len(self._duty):
            since, until = self._duty[self._place]
            done = max(since, self.free) + takes
            if done <= until:
                self.free = done
                return done
            takes = done - until
            self._place += 1
        self.free = float("inf")
        return None


def answered(
    waiting: Sequence[Waiting], shifts: Sequence[Shift], away: Sequence[Absence], *, zone: tzinfo, an_hour: float
) -> Iterator[Answered]:
    """Each answer that is owed, in the order in which it was asked for; `an_hour` is how many one person gives."""
    if not waiting:
        return
    takes, several = 3600 / an_hour, sorted(waiting)
    within = Stretch(several[0].since, several[-1].since + BEYOND)
    on_duty = _on_duty(shifts, away, within, zone)
    for one in several:
        since = one.since.timestamp()
        ready = [
            (begins, person) for person in on_duty.get(one.unit, ()) if (begins := person.begins(since)) is not None
        ]
        if not ready:
            yield Answered(one, None, None)
            continue
        begins, person = min(ready, key=lambda pair: (pair[0], pair[1].free))
        done = person.answer(begins, takes)
        yield Answered(one, person.person, None if done is None else datetime.fromtimestamp(done, UTC))


def late(playbook: Playbook, answers: Iterable[Answered]) -> Counter[str]:
    """First answers that come after they were promised, or never, by unit; of what is not promised none is known."""
    found: Counter[str] = Counter()
    for one in answers:
        promised = promised_by(playbook, one.waiting)
        if promised is not None and (one.at is None or one.at > promised):
            found[one.waiting.unit] += 1
    return found


def people_in(shifts: Iterable[Shift]) -> Mapping[str, int]:
    """How many people stand on the rota of each unit."""
    there: dict[str, set[str]] = {}
    for shift in shifts:
        there.setdefault(shift.unit, set()).add(shift.person)
    return {unit: len(several) for unit, several in there.items()}


def _on_duty(
    shifts: Sequence[Shift], away: Sequence[Absence], within: Stretch, zone: tzinfo
) -> Mapping[str, Sequence[_Free]]:
    duty: dict[tuple[str, str], list[Stretch]] = {}
    for shift in shifts:
        duty.setdefault((shift.unit, shift.person), []).extend(worked(shift, within, away, zone))
    units: dict[str, list[_Free]] = {}
    for (unit, person), stretches in duty.items():
        units.setdefault(unit, []).append(_Free(person, stretches))
    return units
