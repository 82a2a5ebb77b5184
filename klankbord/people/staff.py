"""What commands about staff share: who is meant, and how a change is kept."""

from collections.abc import Mapping
from pathlib import Path

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.foundation.lookalikes import plain
from desk.store import accounts, audit, people
from desk.store.database import Database
from desk.store.people import Details, Person
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import harmless, person
from playbook.playbook import load


async def found(desk: Database, who: str) -> Person:
    """The person of that id, e-mail address, user name or number. Raises Stop with the nearest where there is none."""
    one = await people.named(desk, who) if harmless(who) == who else None  # no database takes a NUL
    if one is None:
        known = [other.email or other.name for other in await people.every(desk)]
        raise Stop(f'there is no "{harmless(who)}"; {harmless(nearest(who, known)) if known else "there is nobody"}')
    return one


async def save(desk: Database, one: Person, details: Details, config: Path, *, active: bool) -> Person:
    """The person with these details. Raises Stop where somebody else changed the person meanwhile."""
    keep = configuration.read(config).people.keep
    made = await people.change(desk, one, details, by=person(), at=now(), active=active, keep=keep)
    if made is None:
        raise Stop(f"{harmless(one.name)} was changed by somebody else meanwhile: look, and try again")
    return made


async def own_account(desk: Database, source: str, handle: str) -> str:
    """The id of that account of the inventory. Raises Stop with the nearest where there is none."""
    own = {f"{one.source} {one.handle}": one.id for one in await accounts.every(desk)}
    wanted = f"{source} {plain(handle)}"
    if wanted not in own:
        near = nearest(wanted, list(own)) if own else "the inventory is empty"
        raise Stop(f"{harmless(wanted)} is not in the inventory; {harmless(near)}")
    return own[wanted]


def named(read: Configuration, role: str | None, unit: str) -> None:
    """Raises Stop with the nearest where that role is none here, or the playbook names units and none is called so."""
    playbook = load(read.playbook)
    units = list(playbook.organisation.units) if playbook.organisation else []
    for what, name, valid in (("role", role, [*playbook.all_roles(), *read.sign_in.rights]), ("unit", unit, units)):
        if name and valid and name not in valid:
            raise Stop(f'there is no {what} "{harmless(name)}"; {harmless(nearest(name, valid))}')


async def names(desk: Database) -> Mapping[str, str]:
    """The name of each person, by id."""
    return {one.id: one.name for one in await people.every(desk)}


def called(known: Mapping[str, str], identifier: str) -> str:
    """The name of whoever that is: of the staff, or a part of the program."""
    return audit.called(known, identifier, left="somebody who has left", other=identifier)
