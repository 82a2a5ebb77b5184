"""Who may let an answer go out in the demo: the chain of links, and trust that grows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.allowing import Lacks
from desk.answering.permitted import Permitted, Rules
from desk.answering.trust import Lifted
from desk.store import accounts, answering, roles, trust
from desk.store.cases import Case
from playbook.answers import FourEyes

SOURCE = "mastodon"
"""Where the questions are asked to which people learn to answer."""


class ByTrust:
    """desk.answering.allowing.Allowing. A publisher is called as its source here. `leading` are the roles that lead."""

    def __init__(self, rules: Rules, four_eyes: FourEyes, leading: Collection[str]) -> None:
        self._rules, self._four_eyes, self._leading = rules, four_eyes, leading

    async def may(
        self, connection: AsyncConnection, by: str, case: Case, publisher: str, at: datetime
    ) -> Permitted | Lacks:
        own = next((one.id for one in await accounts.inventory_within(connection) if one.source == publisher), "")
        found = await answering.may_answer(connection, by, own, self._rules, at, unit=case.unit)
        return found if isinstance(found, Permitted) else Lacks(account=own, missing=found.missing)

    async def leads(self, connection: AsyncConnection, by: str) -> bool:
        return any(one.role in self._leading for one in await roles.held_within(connection, by))

    async def alone(self, connection: AsyncConnection, by: str, case: Case, topics: Collection[str]) -> bool:
        found = await trust.needs_approval(connection, by, topics, self._four_eyes, severity=case.severity)
        return isinstance(found, Lifted)
