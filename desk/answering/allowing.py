"""Who may let an answer go out, and whose answers somebody else approves first: asked anew in the transaction that sends."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Publisher
from desk.answering.permitted import Link, Missing, Permitted, rules_of
from desk.answering.trust import Lifted
from desk.entry.rights import Right
from desk.entry.who import is_operator
from desk.foundation.lookalikes import plain
from desk.store import trust
from desk.store.accounts import Account, inventory_within
from desk.store.answering import may_answer
from desk.store.cases import Case
from desk.store.crises import in_crisis
from desk.store.roles import held_within
from playbook.answers import Answering
from playbook.sections import Playbook


class Lacks(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody may not: every link that is missing on that account (id); None where the list of own accounts does not have it."""

    account: str | None = None
    missing: tuple[Missing, ...] = ()


class Allowing(Protocol):
    """The rules of the house."""

    async def may(
        self, connection: AsyncConnection, by: str, case: Case, publisher: str, at: datetime
    ) -> Permitted | Lacks:
        """Whether that person may answer this case there at that moment. An operator is nobody of the staff, and may not."""
        ...

    async def leads(self, connection: AsyncConnection, by: str) -> bool:
        """Whether they lead somewhere: what they let out in a crisis goes to cases of any unit."""
        ...

    async def alone(self, connection: AsyncConnection, by: str, case: Case, topics: Collection[str]) -> bool:
        """Whether what they write to it, about these topics, needs nobody else's approval."""
        ...


class ByChain:
    """By the chain of who may answer, and by the trust that grew (docs/answering.md).

    publishers  those that answer, by name
    playbook    the one in force
    rights      as roles bring them along here
    """

    def __init__(
        self,
        publishers: Mapping[str, Publisher],
        playbook: Callable[[], Playbook],
        rights: Mapping[Right, frozenset[str]],
    ) -> None:
        self._publishers, self._playbook, self._rights = publishers, playbook, rights

    async def may(
        self, connection: AsyncConnection, by: str, case: Case, publisher: str, at: datetime
    ) -> Permitted | Lacks:
        answers = self._publishers.get(publisher)
        account = own_account(await inventory_within(connection), answers) if answers else None
        if account is None:
            return Lacks(missing=(Missing(link=Link.ACCOUNT),))
        rules, person = rules_of(self._playbook(), self._rights), None if is_operator(by) else by
        found = await may_answer(connection, person, account.id, rules, at, unit=case.unit)
        return found if isinstance(found, Permitted) else Lacks(account=account.id, missing=found.missing)

    async def leads(self, connection: AsyncConnection, by: str) -> bool:
        roles = self._rights[Right.LEAD]
        return is_operator(by) or any(one.role in roles for one in await held_within(connection, by))

    async def alone(self, connection: AsyncConnection, by: str, case: Case, topics: Collection[str]) -> bool:
        rule = (self._playbook().answers or Answering()).four_eyes
        crisis = await in_crisis(connection, case.id)
        needed = await trust.needs_approval(connection, by, topics, rule, severity=case.severity, crisis=crisis)
        return isinstance(needed, Lifted)


def own_account(accounts: Sequence[Account], publisher: Publisher) -> Account | None:
    """That of the organisation's own accounts as which it answers: of that handle there, with or without its instance.

    A source that goes by numbers has no handle to go by: there it is the only official account of the organisation.
    """
    there = [one for one in accounts if one.official and one.source == publisher.source]
    handle = plain(publisher.account)
    for called in (handle, handle.partition("@")[0]):
        if found := next((one for one in there if one.handle == called), None):
            return found
    by_number = handle.isdecimal() or handle.startswith("did:")
    return there[0] if by_number and len(there) == 1 else None
