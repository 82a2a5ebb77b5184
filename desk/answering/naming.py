"""The names by which a refusal is told: of trainings, of the account, and of those who can give what is missing."""

from collections.abc import Mapping

import msgspec

from desk.entry.rights import Right
from desk.store import accounts, people, roles
from desk.store.accounts import Account
from desk.store.database import Database
from playbook.foundation import Training

MOST_NAMED = 3
NO_ACCOUNT = Account(id="", source="", handle="?", official=False)


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """`staff` keep the staff and its roles; `givers` give the right on the account: its owners, else those who keep the staff."""

    trainings: Mapping[str, Training]
    account: Account
    staff: tuple[str, ...] = ()
    givers: tuple[str, ...] = ()


async def names(
    database: Database, account: str, trainings: Mapping[str, Training], rights: Mapping[Right, frozenset[str]]
) -> Names:
    """As they are now; nobody is named where the staff has nobody who could."""
    here = {one.id: one.name for one in await people.every(database, left=False)}
    keepers = {one.person for one in await roles.held(database) if one.role in rights[Right.PEOPLE]}
    one = next((each for each in await accounts.every(database) if each.id == account), NO_ACCOUNT)
    staff = tuple(name for person, name in here.items() if person in keepers)[:MOST_NAMED]
    owners = tuple(here[person] for person in dict.fromkeys((one.owner, one.second)) if person in here)
    return Names(trainings=trainings, account=one, staff=staff, givers=owners or staff)
