"""What the desk database lends a simulation: the rota in force, who is away, how many answer, and who may be told apart."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from desk.store import audit, people, roles, rota
from desk.store.audit import Entry
from desk.store.database import Database
from desk.store.people import Person
from playbook.rota import Absence, Shift
from playbook.sections import Playbook


class Staffed(msgspec.Struct, frozen=True, kw_only=True):
    """`named` are those who hold a role that the playbook names for figures person by person."""

    staff: Sequence[Person]
    shifts: Sequence[Shift]
    away: Sequence[Absence]
    named: frozenset[str]

    @property
    def people(self) -> Mapping[str, int]:
        """How many work in each unit."""
        return Counter(one.unit for one in self.staff if one.active and one.unit)

    def called(self, person: str) -> str:
        return next((one.name for one in self.staff if one.id == person), person)


async def staffed(database: Database, playbook: Playbook, since: datetime) -> Staffed:
    """As it is now; absences that end after `since`."""
    named = {name for name, role in playbook.all_roles().items() if role.per_person}
    return Staffed(
        staff=await people.every(database),
        shifts=await rota.every_shift(database),
        away=await rota.every_absence(database, since),
        named=frozenset(one.person for one in await roles.held(database) if one.role in named),
    )


async def looked_at(database: Database, persons: Collection[str], *, by: str, at: datetime) -> None:
    """Write down that what a rota would ask of each of them was shown, before it is."""
    entries = [
        Entry(at=at, by=by, did="simulated the load of", what=people.PERSON, subject=one) for one in sorted(persons)
    ]
    if entries:
        await audit.add(database, *entries)
