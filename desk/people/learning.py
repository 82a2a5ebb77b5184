"""Trainings from a file of a learning system: CSV as staff comes in, a line for each training that somebody did."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

from core.errors import Reject
from desk.foundation.trainings import meant
from desk.people.importing import Bad, Known, Row
from desk.store.people import Person
from desk.store.trainings import Record
from playbook.foundation import Training

FIELDS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "mail", "work email", "e-mail address", "e-mailadres"),
    "number": ("number", "employee number", "employee id", "personeelsnummer", "medewerkernummer"),
    "training": ("training", "course", "cursus", "module"),
    "done": ("done", "done at", "completed", "completed on", "afgerond", "afgerond op", "behaald"),
    "until": ("until", "valid until", "expires", "geldig tot", "verloopt"),
}
"""What a column may be called, in whatever case, by what it holds."""
LONGEST = 120
YEARS = range(1900, 3000)
"""Of days: any of them can be reckoned with in any zone."""


def records(
    given: Sequence[Row], staff: Sequence[Person], zone: tzinfo, trainings: Mapping[str, Training]
) -> tuple[list[Record], list[Bad]]:
    """What these lines tell, and those that cannot be taken. A training holds to the end of its last day in that zone.

    One that the playbook knows by that name is called as there, and holds as long as there where the line does not say.
    """
    known, names = Known(staff), meant(trainings)
    found: list[Record] = []
    bad: list[Bad] = []
    for row in given:
        try:
            found.append(held(_record(row.told, known, zone), names, trainings))
        except Reject as error:
            bad.append(Bad(row.line, str(error)))
    return found, bad


def day(text: str) -> date:
    """A day as 2026-11-02, or as the Dutch write it, 2-11-2026. Raises Reject where it is none, or none of YEARS."""
    found = _written(text)
    if found.year not in YEARS:
        raise Reject(f'"{text[:40]}" lies outside the years {YEARS.start} to {YEARS.stop - 1}', reason="row")
    return found


def day_after(text: str) -> date | None:
    """The first day on which what lasts to that day is over; None where it is the last day there is, as systems write that a thing never ends.

    Raises Reject.
    """
    return None if _written(text) == date.max else day(text) + timedelta(days=1)


def _written(text: str) -> date:
    parts = text.partition(" ")[0].split("-")
    try:
        numbers = [int(part) for part in parts]
        return date(*numbers) if len(parts[0]) == 4 else date(*reversed(numbers))
    except (ValueError, TypeError, OverflowError):
        raise Reject(f'"{text[:40]}" is no day; write 2026-11-02 or 2-11-2026', reason="row") from None


def held(record: Record, names: Mapping[str, str], trainings: Mapping[str, Training]) -> Record:
    """The same, called and held for as long as the playbook says that knows it by one of `names`."""
    key = names.get(record.training.casefold())
    if key is None:
        return record
    valid = trainings[key].valid
    end = record.done_at + valid if record.valid_until is None and valid is not None else record.valid_until
    return msgspec.structs.replace(record, training=key, valid_until=end)


def _record(told: Mapping[str, str | None], known: Known, zone: tzinfo) -> Record:
    person = known.person(told)
    if person is None:
        raise Reject(f"nobody here has {told.get('number') or told.get('email')}", reason="row")
    training, done, until = told.get("training"), told.get("done"), told.get("until")
    if not training or len(training) > LONGEST or not training.isprintable():
        raise Reject(f"the training has a name of 1 to {LONGEST} printable characters", reason="row")
    if not done:
        raise Reject("the day it was done is empty", reason="row")
    start, end = day(done), day_after(until) if until else None
    if end is not None and end <= start:
        raise Reject(f"it held until {until}, before it was done on {done}", reason="row")
    return Record(
        person=person.id,
        training=training,
        done_at=datetime.combine(start, time(), zone),
        valid_until=datetime.combine(end, time(), zone) if end else None,
    )
