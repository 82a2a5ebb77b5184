"""Who works at the demo's railway: one of each role that the page knows, and who is on duty. All of them invented."""

from typing import NamedTuple

from core.time import Clock
from desk.store import people, roles, rota
from desk.store.database import Database
from desk.store.people import Details
from playbook.rota import DAY_MINUTES, Shift

BY = "demo"
WEBCARE = "webcare"


class Member(NamedTuple):
    """Somebody of the staff, by a first name alone; `duty` says that they are on the rota of web care, day and night."""

    name: str
    role: str
    department: str
    unit: str | None = None
    duty: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@noorderlijn.example"


AGENT = Member("Daan", "agent", "Service > Webcare", WEBCARE, duty=True)
COLLEAGUE = Member("Femke", "agent", "Service > Webcare", WEBCARE, duty=True)
STAFF = (
    AGENT,
    COLLEAGUE,
    Member("Ruben", "lead", "Service > Webcare", WEBCARE),
    Member("Anouk", "analyst", "Communicatie"),
    Member("Hilde", "hr", "Personeel"),
)


async def hire(desk: Database, clock: Clock) -> dict[str, str]:
    """All of them, with their roles and duty; ids by name. Those who are there already stay as they are."""
    ids: dict[str, str] = {}
    for member in STAFF:
        known = await people.named(desk, member.email)
        ids[member.name] = known.id if known else await _hired(desk, member, clock)
    return ids


async def _hired(desk: Database, member: Member, clock: Clock) -> str:
    details = Details(name=member.name, email=member.email, department=member.department, unit=member.unit)
    person = await people.add(desk, details, by=BY, at=clock())
    await roles.give(desk, person.id, member.role, by=BY, at=clock())
    if member.duty:
        week = [Shift(person=person.id, unit=WEBCARE, weekday=day, starts=0, ends=DAY_MINUTES) for day in range(7)]
        await rota.add_shifts(desk, week, by=BY, at=clock())
    return person.id
