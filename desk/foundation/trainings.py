"""Trainings of the playbook against the ledger: what a file means by a name, how long it holds, who has yet to do which."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from desk.store.people import Person
from desk.store.roles import Held, by_person
from desk.store.trainings import Record
from playbook.foundation import Training


def meant(trainings: Mapping[str, Training]) -> Mapping[str, str]:
    """The training's name in the playbook, by every name that it has there, in lower case."""
    return {
        word.casefold(): key
        for key, one in trainings.items()
        for word in (key, *([one.name] if isinstance(one.name, str) else one.name.values()))
    }


def required(
    trainings: Mapping[str, Training], staff: Iterable[Person], held: Iterable[Held]
) -> list[tuple[Person, str]]:
    """Who here has to have done which training, by their roles: by training, then as the staff is."""
    here, each = [one for one in staff if one.active], by_person(held)
    return [
        (person, key)
        for key, training in trainings.items()
        for person in here
        if not training.roles or any(one.role in training.roles for one in each.get(person.id, ()))
    ]


def lacking(
    trainings: Mapping[str, Training],
    staff: Iterable[Person],
    held: Iterable[Held],
    records: Sequence[Record],
    at: datetime,
) -> list[tuple[Person, str]]:
    """Who here has to have done which training, and has none that holds at that moment: by training, then as the staff is."""
    done = {(one.person, one.training) for one in records if one.holds(at)}
    return [(person, key) for person, key in required(trainings, staff, held) if (person.id, key) not in done]
