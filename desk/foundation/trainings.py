"""Trainings of the playbook against the ledger: what a file means by a name, how long it holds, who has yet to do which."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from desk.store.people import Person
from desk.store.roles import Held
from desk.store.trainings import Record
from playbook.foundation import Training


def meant(trainings: Mapping[str, Training]) -> Mapping[str, str]:
    """The training's name in the playbook, by every name that it has there, in lower case."""
    return {
        word.casefold(): key
        for key, one in trainings.items()
        for word in (key, *([one.name] if isinstance(one.name, str) else one.name.values()))
    }


def lacking(
    trainings: Mapping[str, Training],
    staff: Iterable[Person],
    held: Collection[Held],
    records: Sequence[Record],
    at: datetime,
) -> list[tuple[Person, str]]:
    """Who here has to have done which training, and has none that holds at that moment: by training, then as the staff is."""
    done = {(one.person, one.training) for one in records if one.holds(at)}
    here = [one for one in staff if one.active]
    roles = {one.id: {role.role for role in held if role.person == one.id} for one in here}
    return [
        (person, key)
        for key, training in trainings.items()
        for person in here
        if (not training.roles or roles[person.id].intersection(training.roles)) and (person.id, key) not in done
    ]
