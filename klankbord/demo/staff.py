"""Who works at the demo's railway: one of each role that the page knows, and who is on duty. All of them invented."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from core.time import Clock
from desk.foundation import policy as written
from desk.people.blocks import shifts_of
from desk.store import accounts, people, policies, roles, rota, trainings
from desk.store.accounts import Account
from desk.store.database import Database
from desk.store.people import Details
from desk.store.policies import Way
from desk.store.roles import EVERYWHERE
from desk.store.trainings import Record
from playbook.sections import Playbook

BY = "demo"
WEBCARE, FIRST_LANGUAGE = "webcare", "nl"
ALWAYS, OFFICE = ("mon-sun", "00:00-24:00"), ("mon-fri", "09:00-17:30")
TRAINING, YEAR = "answering", timedelta(weeks=52)


class Member(NamedTuple):
    """Somebody of the staff, by a first name alone. Agents hold their role in their unit, the others everywhere.

    duty     on the rota of that unit: days and a block
    trained  so many days ago, for a year
    read     acknowledged the policy
    """

    name: str
    role: str
    department: str
    unit: str | None = None
    duty: tuple[str, str] | None = None
    trained: int | None = None
    read: bool = True

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@noorderlijn.example"

    @property
    def within(self) -> str:
        """Where the role is held."""
        return self.unit if self.role == "agent" and self.unit else EVERYWHERE


AGENT = Member("Daan", "agent", "Service > Webcare", WEBCARE, duty=ALWAYS, trained=30)
COLLEAGUE = Member("Femke", "agent", "Service > Webcare", WEBCARE, duty=ALWAYS, trained=330)
LEAD = Member("Ruben", "lead", "Service > Webcare", WEBCARE, trained=60)
HR = Member("Hilde", "hr", "Personeel")
CLIMBER = Member("Lotte", "seller", "Service > Kaartverkoop", "tickets", duty=OFFICE, read=False)
"""Who comes to answer during the 28 days (klankbord.demo.climb)."""
STAFF = (
    AGENT,
    COLLEAGUE,
    LEAD,
    Member("Anouk", "analyst", "Communicatie"),
    HR,
    Member("Joost", "agent", "Vervoer", "operations", duty=ALWAYS, trained=120),
    Member("Fleur", "agent", "Digitaal", "digital", duty=OFFICE, trained=380, read=False),
    CLIMBER,
    Member("Iris", "agent", "Service > Stations", "stations", duty=OFFICE, trained=200),
    Member("Vera", "agent", "Communicatie", "press_office", duty=OFFICE, trained=90),
    Member("Otto", "agent", "Juridische zaken", "legal", duty=OFFICE),
    Member("Hans", "duty_manager", "Vervoer", read=False),
)

ACCOUNTS = (("mastodon", "noorderlijn", "Ruben", "Anouk"), ("bluesky", "noorderlijn.example", "Ruben", None))
"""Where the railway has which account, who answers for it and who does when that one is away."""


def stand_ins() -> dict[str, str]:
    """Whom one looks as by a click: for each role the first who holds it."""
    first: dict[str, str] = {}
    for member in STAFF:
        first.setdefault(member.role, member.email)
    return first


async def hire(desk: Database, clock: Clock) -> dict[str, str]:
    """All of them, with their roles and duty; ids by name. Those who are there already stay as they are."""
    ids: dict[str, str] = {}
    for member in STAFF:
        known = await people.named(desk, member.email)
        ids[member.name] = known.id if known else await _hired(desk, member, clock)
    return ids


async def move_in(desk: Database, playbook: Playbook, at: datetime) -> dict[str, str]:
    """All of them from that moment on, with the policy in force that most of them read; ids by name."""
    ids = await hire(desk, lambda: at)
    policy = written.of(playbook, FIRST_LANGUAGE)
    if policy is not None:
        await policies.publish(desk, policy, by="playbook", at=at)
    await settle(desk, ids, at)
    return ids


async def settle(desk: Database, ids: Mapping[str, str], at: datetime) -> None:
    """The policy in force is read by most of them, and its own accounts have owners; what stands already stays."""
    policy = await policies.current(desk)
    for member in STAFF:
        if policy is not None and member.read:
            await policies.acknowledge(desk, ids[member.name], policy.version, Way.PAPER, by=BY, at=at)
    for source, handle, owner, second in ACCOUNTS:
        own = Account(
            id="", source=source, handle=handle, official=True, owner=ids[owner], second=ids[second] if second else None
        )
        with suppress(accounts.Known):
            await accounts.add(desk, own, by=BY, at=at)


async def _hired(desk: Database, member: Member, clock: Clock) -> str:
    details = Details(name=member.name, email=member.email, department=member.department, unit=member.unit)
    person = await people.add(desk, details, by=BY, at=clock())
    at = clock()
    await roles.give(desk, person.id, member.role, member.within, by=BY, at=at)
    if member.duty and member.unit:
        await rota.add_shifts(desk, shifts_of(person.id, member.unit, member.duty[0], [member.duty[1]]), by=BY, at=at)
    if member.trained is not None:
        done_at = at - timedelta(days=member.trained)
        record = Record(person=person.id, training=TRAINING, done_at=done_at, valid_until=done_at + YEAR)
        await trainings.record(desk, [record], by=BY, at=at)
    return person.id
