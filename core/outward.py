"""What a sink that sends to other systems is lent: the current version, its memory, the customer behind an account.

Such a sink is told which mentions changed, and sends what is true now: its module has `Settings` and
`build(settings, tools, *, outward)`. It is called only once the archive has done the same records, so that what it reads
there is never older than what it was told.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from core.document import Stored
from core.order import of_enriched
from core.time import milliseconds
from core.types import Enriched, Failure

WHOLE = ""
"""The `mention` of the row in which a sink keeps how it stands with the other side as a whole: a Standing."""


FOLLOWS = "customers"
"""The `mention` of the row by which a sink says that it follows whose the accounts are."""

ACCOUNT = "account "
"""What the `mention` of a row of a whole account begins with, before the author's id: of each account whose customer changed
a sink that follows them has one, which is due, until it has looked at all that the account wrote.
"""

ERASED = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when a row of what was erased on request is due: before everything else."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one sink remembers of one mention it sent, or tried to.

    author  the mention's author id, so that an account's end finds all that was sent of it
    value   the sink's own, JSON: ids and versions of the other side, attempts; never a text or a name
    due_at  when it is to be looked at again: a next attempt, the end of its keep time; None where nothing waits
    """

    mention: str
    author: str
    value: bytes
    due_at: datetime | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a sink stands with the other side as a whole. A person who enables the sink again takes `stopped` away.

    stopped  why nothing is sent until then, a sentence; None while it is sent
    """

    stopped: str | None = None
    at: datetime | None = None


class Shelf(Protocol):
    """A sink's rows in the desk database, one a mention; no other sink sees them. Raises Retry where it is away."""

    async def get(self, mentions: Sequence[str]) -> Mapping[str, Kept]: ...

    async def put(self, rows: Sequence[Kept]) -> None:
        """All or none; durable on return. The author of a row that is there already stays. A row of what was erased on
        request is due since ERASED, whatever `due_at` says: the sink takes it back over there and drops the row.
        """
        ...

    async def drop(self, mentions: Sequence[str]) -> None: ...

    async def settle(self, row: Kept) -> None:
        """Drop this row, unless it was written anew since it was read."""
        ...

    async def of_author(self, author: str) -> Sequence[Kept]: ...

    async def due(self, at: datetime, most: int) -> Sequence[Kept]:
        """Those whose `due_at` is not after `at`, longest due first."""
        ...


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """The customer that an account was linked to by evidence: `keys` are its ids in other systems, by sink name."""

    customer: str
    name: str | None = None
    keys: Mapping[str, str] = {}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What another system says of a customer or of a mention's case there: it comes back into the picture.

    system    the sink's name
    customer  its id of the customer, where it is about one; else `mention` says which
    accounts  author ids that a field of that customer names over there: evidence that they are the customer's
    facts     segment, owner, status, WEBSITE, and the like: short values by name; None where one was taken away
    at        by the other system's clock
    """

    system: str
    at: datetime
    customer: str | None = None
    mention: str | None = None
    accounts: tuple[str, ...] = ()
    facts: Mapping[str, str | None] = {}


WEBSITE = "website"
"""The fact by which a system says where a customer is at home: an address."""

Current = Callable[[Sequence[str]], Awaitable[Mapping[str, Stored]]]
"""What is archived now of these mentions, judgements applied; only what may leave the house: what is deleted, hidden,
erased, cut by its keep time or not public is not there. Raises Retry where the archive is away."""

Customers = Callable[[Sequence[str]], Awaitable[Mapping[str, Linked]]]
"""The customers that these author ids were linked to, by author id; nothing for those that were not."""


def version(stored: Stored) -> str:
    """Which version this is, the delivery key's second half: its order key, and when a person last said something of it."""
    said = max((milliseconds(judgement.at) for judgement in stored.judgements), default=0)
    return f"{of_enriched(stored.enriched)}.{said}"


@dataclass(frozen=True, kw_only=True)
class Outward:
    """Lent to one sink.

    name       what the sink is called: its consumer group, the stage of its dead letters, its shelf
    source     who says it, for the other side: a URI reference that stays the same
    publish    append (key, value) entries to the log topic `events`; returns when they are durable
    written_by the ids of all that is archived of that author id. Raises Retry where the archive is away
    tell       store what the other system says
    set_aside  a dead letter of this sink for each failure, whose key is a mention id: replayed, the sink is told of that
               mention again. For what fails after its batch was committed; until then it is an answer of `write`
    leaves     when that mention's keep time ends
    link       the address of a mention on the page
    secrets    which secrets sign what is sent now, the latest first, when those are the configured ones: a person may have
               had others made since. Raises Retry where the desk is away
    """

    name: str
    source: str
    current: Current
    shelf: Shelf
    customers: Customers
    written_by: Callable[[str], Awaitable[Sequence[str]]]
    publish: Callable[[Sequence[tuple[str, bytes]]], Awaitable[None]]
    tell: Callable[[Sequence[Told]], Awaitable[None]]
    set_aside: Callable[[Sequence[Failure]], Awaitable[None]]
    leaves: Callable[[Enriched], datetime]
    link: Callable[[str], str]
    secrets: Callable[[Sequence[str]], Awaitable[Sequence[str]]]
