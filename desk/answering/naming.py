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


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """All names as they were at one moment: `here` of who works here, by id; nobody is named where the staff has nobody who could give."""

    trainings: Mapping[str, Training]
    here: Mapping[str, str]
    keepers: frozenset[str]
    accounts: Mapping[str, Account]

    def of(self, account: str) -> Names:
        """Those of a refusal on that account."""
        one = self.accounts.get(account, NO_ACCOUNT)
        staff = tuple(name for person, name in self.here.items() if person in self.keepers)[:MOST_NAMED]
        owners = tuple(self.here[who] for who in dict.fromkeys((one.owner, one.second)) if who and who in self.here)
        return Names(trainings=self.trainings, account=one, staff=staff, givers=owners or staff)


async def naming(
    database: Database, trainings: Mapping[str, Training], rights: Mapping[Right, frozenset[str]]
) -> Naming:
    """As they are now."""
    return Naming(
        trainings=trainings,
        here={one.id: one.name for one in await people.every(database, left=False)},
        keepers=frozenset(one.person for one in await roles.held(database) if one.role in rights[Right.PEOPLE]),
        accounts={one.id: one for one in await accounts.every(database)},
    )
