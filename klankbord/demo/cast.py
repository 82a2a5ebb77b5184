"""Who plays while the demo's organisation climbs, by which rules, and where what they answer is archived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.document import Filter, Stored
from core.errors import Stop
from desk.answering.allowing import ByChain
from desk.answering.permitted import Rules, rules_of
from desk.cases.promised import Promised
from desk.entry.rights import Right, with_roles
from desk.entry.who import Held, Who
from desk.maturity.looked import Looked
from desk.store import accounts, roles
from desk.store.database import Database
from klankbord.configuration import Configuration
from klankbord.demo.comparison import native
from klankbord.demo.messages import Said
from klankbord.demo.native.mastodon import status_id
from klankbord.demo.unsent import SOURCE, Unsent
from klankbord.keeping.maturing import looked_in
from klankbord.stores import Stores
from playbook.playbook import load
from playbook.sections import Playbook

MOMENT = timedelta(milliseconds=1)


class Halted(Stop):
    """The story does not go on: something came out otherwise than it tells."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The stage of the climb. `ids` are those of the staff, by first name; `now` is when the 28 days end."""

    stores: Stores
    playbook: Playbook
    rights: Mapping[Right, frozenset[str]]
    looked: Looked
    ids: Mapping[str, str]
    now: datetime

    @property
    def desk(self) -> Database:
        return self.stores.desk

    @property
    def promised(self) -> Promised:
        return Promised(self.playbook)

    @property
    def rules(self) -> Rules:
        """What is asked of whoever answers."""
        return rules_of(self.playbook, self.rights)

    @property
    def allowing(self) -> ByChain:
        """Who may answer, and whose answers nobody else has to approve."""
        return ByChain({SOURCE: Unsent()}, lambda: self.playbook, self.rights)

    async def who(self, name: str, desk: Database | None = None) -> Who:
        """As they would come to the page now."""
        held = await roles.held(desk or self.desk, self.ids[name])
        theirs = frozenset(Held(one.role, one.unit) for one in held)
        return Who(person=self.ids[name], name=name, roles=theirs, rights=self.rights)

    async def account(self, source: str) -> str:
        """The id of the railway's own account there."""
        return next(one.id for one in await accounts.every(self.desk) if one.official and one.source == source)

    async def archived(self, said: Said) -> Stored:
        """The message as it is archived, whatever address its source had. Raises Halted where it is not."""
        where = Filter(since=said.at, until=said.at + MOMENT, irrelevant=True, muted=True)
        async for some in self.stores.archive.scan(where):
            for one in some:
                if native(one.enriched.mention.id) == (said.source.value, status_id(said)):
                    return one
        raise Halted(f"message {said.number} of the demo is not archived")


def cast_of(configuration: Configuration, stores: Stores, ids: Mapping[str, str], now: datetime) -> Cast:
    """By the playbook as it is written now."""
    playbook = load(configuration.playbook)
    return Cast(
        stores=stores,
        playbook=playbook,
        rights=with_roles(configuration.sign_in.rights),
        looked=looked_in(configuration, stores, playbook),
        ids=ids,
        now=now,
    )
