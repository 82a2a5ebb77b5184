"""The parts by which staff come in, as the page has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.time import Clock
from desk.entry.hashing import Hasher
from desk.entry.rights import Right, with_roles
from desk.entry.settings import SignInSettings
from desk.entry.who import Held, Who
from desk.store import sessions
from desk.store.database import Database
from desk.store.sealing import Seal
from desk.store.sessions import Found, Way
from desk.web.rate import Rate

TRIES, TRIES_SPAN = 10, timedelta(minutes=15)
"""Of one name, right or wrong."""
ADDRESS_TRIES = 60
"""Of one address in the same time: an office has one."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One application's way in.

    names, addresses  how often each was tried
    """

    database: Database
    seal: Seal
    clock: Clock
    settings: SignInSettings
    names: Rate
    addresses: Rate
    hasher: Hasher = field(default_factory=Hasher)
    rights: Mapping[Right, frozenset[str]] = field(default_factory=dict)

    @property
    def strict(self) -> frozenset[str]:
        """Roles whose holders need more than a password."""
        return frozenset(self.settings.second_factor)

    async def begin(self, person: str, *, way: Way, strong: bool, agent: str) -> str | None:
        """The secret of a new session; None for somebody who does not work here."""
        at = self.clock()
        ends_at = at + self.settings.longest
        return await sessions.begin(self.database, person, way=way, strong=strong, agent=agent, at=at, ends_at=ends_at)

    async def find(self, secret: str, *, looks: bool = True) -> Found | None:
        """The session of what a cookie holds, where it stands; whether its person `looks` by this."""
        return await sessions.find(self.database, secret, at=self.clock(), idle=self.settings.idle, looks=looks)

    def who(self, found: Found) -> Who:
        """Whose session that is, and what they may at this moment."""
        held = frozenset(Held(one.role, one.unit) for one in found.roles)
        needs_more = any(one.role in self.strict for one in held) and not found.session.strong
        return Who(person=found.session.person, name=found.name, roles=held, rights=self.rights, strong=not needs_more)


def entry_of(database: Database, seal: Seal, clock: Clock, settings: SignInSettings) -> Entry:
    """The way in, so configured."""
    return Entry(
        database=database,
        seal=seal,
        clock=clock,
        settings=settings,
        names=Rate(TRIES, TRIES_SPAN, clock),
        addresses=Rate(ADDRESS_TRIES, TRIES_SPAN, clock),
        rights=with_roles(settings.rights),
    )
