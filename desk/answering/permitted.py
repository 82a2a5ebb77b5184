"""May somebody answer on an account: a chain of which each link has to hold at that moment. Pure.

The policy in force acknowledged, trained, a role that works on cases, and a right on the account. What the organisation has not agreed with
itself cannot be missing: without a policy there is nothing to acknowledge, without trainings none to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from desk.entry.rights import Right
from desk.store.account_rights import Given
from desk.store.accounts import Account
from desk.store.roles import EVERYWHERE, Held
from desk.store.trainings import Record
from playbook.foundation import Training
from playbook.sections import Playbook


class Link(StrEnum):
    """A link of the chain, in the order in which they are told."""

    PERSON = "person"  # one of the staff
    POLICY = "policy"  # who has it acknowledges it by a link of their own
    TRAINING = "training"  # who keeps the staff writes it down
    ROLE = "role"  # who keeps the staff gives it
    ACCOUNT = "account"  # its owners, who leads and who keeps the staff give it


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A link that does not hold.

    what   the version of the policy, the training's name in the playbook, the right, or the account's id
    since  from when on it did not; None where it never did
    """

    link: Link
    what: str = ""
    since: datetime | None = None


class By(StrEnum):
    """How somebody has the right on the account."""

    OWNER = "owner"
    SECOND = "second"
    PERSON = "person"
    ROLE = "role"


class Permitted(msgspec.Struct, frozen=True, kw_only=True):
    """They may; the right on the account ends at `until`, where it does."""

    by: By
    until: datetime | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """They may not: every link that is missing."""

    missing: tuple[Missing, ...]


Outcome = Permitted | Refused


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: trainings by their name in the playbook, and the roles that work on cases."""

    trainings: Mapping[str, Training]
    roles: frozenset[str]


def rules_of(playbook: Playbook, rights: Mapping[Right, frozenset[str]]) -> Rules:
    """What that playbook asks, as roles bring rights along here."""
    return Rules(trainings=playbook.trainings, roles=rights[Right.CASES])


class Policy(msgspec.Struct, frozen=True):
    """The version in force, and since when."""

    version: str
    since: datetime


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk database has of somebody and an account. Of who does not work here it has nothing.

    policy, acknowledged  the version in force, and whether they acknowledged it
    given                 on that account, to whomever
    """

    person: str
    here: bool
    policy: Policy | None
    acknowledged: bool
    records: Sequence[Record]
    held: Sequence[Held]
    account: Account | None
    given: Sequence[Given]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The same of several people and accounts, by id, as it is in one transaction."""

    staff: frozenset[str]
    policy: Policy | None
    acknowledged: frozenset[str]
    records: Mapping[str, Sequence[Record]]
    held: Mapping[str, Sequence[Held]]
    accounts: Mapping[str, Account]
    given: Mapping[str, Sequence[Given]]

    def of(self, person: str, account: str) -> Facts:
        return Facts(
            person=person,
            here=person in self.staff,
            policy=self.policy,
            acknowledged=person in self.acknowledged,
            records=self.records.get(person, ()),
            held=self.held.get(person, ()),
            account=self.accounts.get(account),
            given=self.given.get(account, ()),
        )


def permitted(facts: Facts, account: str, rules: Rules, at: datetime, *, unit: str | None = None) -> Outcome:
    """Whether they may answer there at that moment, with every link that is missing. `unit` is that of the case, in which the role has to
    hold; without one any does.
    """
    if not facts.here:
        return Refused(missing=(Missing(link=Link.PERSON),))
    has = _right(facts, at)
    missing = [*_policy(facts), *_trainings(facts, rules, at), *_role(facts, rules, unit)]
    if has is None or missing:
        return Refused(missing=(*missing, *(_no_right(facts, account, at) if has is None else ())))
    return has


def _policy(facts: Facts) -> Iterator[Missing]:
    if facts.policy is not None and not facts.acknowledged:
        yield Missing(link=Link.POLICY, what=facts.policy.version, since=facts.policy.since)


def _trainings(facts: Facts, rules: Rules, at: datetime) -> Iterator[Missing]:
    roles = {one.role for one in facts.held}
    for name, training in rules.trainings.items():
        if training.roles and not roles & set(training.roles):
            continue
        done = [one for one in facts.records if one.training == name and one.done_at <= at]
        if not any(one.holds(at) for one in done):
            ends = [one.valid_until for one in done if one.valid_until is not None]
            yield Missing(link=Link.TRAINING, what=name, since=max(ends, default=None))


def _role(facts: Facts, rules: Rules, unit: str | None) -> Iterator[Missing]:
    brings = (one for one in facts.held if one.role in rules.roles)
    if not any(unit is None or one.unit in (EVERYWHERE, unit) for one in brings):
        yield Missing(link=Link.ROLE, what=Right.CASES.value)


def _right(facts: Facts, at: datetime) -> Permitted | None:
    """An owner's has no end; of what was given what ends last counts."""
    account = facts.account
    if account is None:
        return None
    if facts.person in (account.owner, account.second):
        return Permitted(by=By.OWNER if facts.person == account.owner else By.SECOND)
    standing = [one for one in _theirs(facts) if one.stands(at)]
    if not standing:
        return None
    last = max(standing, key=lambda one: (one.until is None, one.until.timestamp() if one.until else 0.0))
    return Permitted(by=By.PERSON if last.person else By.ROLE, until=last.until)


def _no_right(facts: Facts, account: str, at: datetime) -> Iterator[Missing]:
    ended = [one.until for one in _theirs(facts) if one.until is not None and one.until <= at]
    yield Missing(link=Link.ACCOUNT, what=account, since=max(ended, default=None))


def _theirs(facts: Facts) -> Iterable[Given]:
    return (one for one in facts.given if one.person == facts.person or _holds(facts.held, one))


def _holds(held: Iterable[Held], given: Given) -> bool:
    """A role in one unit is held there or everywhere; one that was given everywhere, anywhere."""
    return given.role is not None and any(
        one.role == given.role and (given.unit == EVERYWHERE or one.unit in (EVERYWHERE, given.unit)) for one in held
    )
