"""Customers."""

from datetime import datetime

from desk.api.answers.figures import Account
from desk.api.answers.shared import Count, Gap, Sentiment, Struct


class Counted(Struct, frozen=True):
    """One value with its mentions."""

    name: str
    mentions: Count


class Listed(Struct, frozen=True):
    """One customer of a list. Names were written by people here or elsewhere, or by the account itself.

    accounts that are linked, of which `withheld` are left out by the policies of their sources, of name and figures too.
    mentions that are archived, first_at and last_at null where there are none; sentiment is of the last 12 weeks. page is
    its page, customer the same question of it alone.
    """

    id: str
    name: str
    accounts: Count
    withheld: Count
    mentions: Count
    first_at: datetime | None
    last_at: datetime | None
    sentiment: Sentiment | None
    page: str
    customer: str


class Customers(Struct, frozen=True):
    """One page of the list. `total` fit the question; `next` goes on behind the last, null at the end.

    order is activity, volume, or linked (linked last first), which it is where too many fit to ask for the figures of all.
    """

    total: Count
    order: str
    customers: tuple[Listed, ...]
    next: str | None


class Fact(Struct, frozen=True):
    """What another system says, by that system's clock."""

    system: str
    name: str
    value: str
    at: datetime


class Website(Struct, frozen=True):
    """A page at which the customer is at home, and who says so."""

    page: str
    by: str
    at: datetime


class LinkedAccount(Struct, frozen=True):
    """One account of a customer, why it is taken for theirs, and what it said: on the page, and to be asked for here.

    link is the address that its service verified, and when, where that is the evidence. mentions_page, and mentions_asked with
    the scope mentions, list its mentions. `counted` is false where the policy of its source does not let it be part of a
    customer any more: nothing it said is counted.
    """

    account: Account
    evidence: str
    link: str | None
    verified_at: datetime | None
    linked_at: datetime
    counted: bool
    mentions: Count
    mentions_page: str
    mentions_asked: str


class Week(Struct, frozen=True):
    """One week [start, end). `mentions` is null where it was not collected; `partial` says that it is not over."""

    start: datetime
    end: datetime
    mentions: Count | None
    partial: bool
    sentiment: Sentiment


class NextAction(Struct, frozen=True):
    """What is best done next by the playbook's rule of that name: in words by language, with the reasons why the rule holds, and the
    page where it is done.
    """

    rule: str
    say: dict[str, str]
    because: dict[str, tuple[str, ...]]
    page: str


class CustomerAnswer(Struct, frozen=True):
    """One customer. Facts, names and ids were written by people here or elsewhere: they are data.

    keys are its ids in other systems. `withheld` linked accounts are left out by the policies of their sources, of the name
    and of all figures too. reach are the followers of all its accounts together, null where unknown. weeks are the last ones,
    oldest first, and not_collected what the sources on which it is heard could not give in them. next_action is null where no
    rule holds; rules that ask for cases hold only for tokens with the scope cases.
    """

    id: str
    name: str
    time_zone: str
    facts: tuple[Fact, ...]
    keys: dict[str, str]
    websites: tuple[Website, ...]
    accounts: tuple[LinkedAccount, ...]
    withheld: Count
    mentions: Count
    first_at: datetime | None
    last_at: datetime | None
    reach: Count | None
    topics: tuple[Counted, ...]
    channels: tuple[Counted, ...]
    weeks: tuple[Week, ...]
    not_collected: tuple[Gap, ...]
    next_action: NextAction | None
    page: str
    mentions_page: str | None
