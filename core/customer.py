"""The document of one customer, for systems that can only read documents: counted anew whenever something of it changed."""

from datetime import datetime

import msgspec

from core.document import Bucket


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the customer and why it is taken for theirs; `mentions` are those that count of it."""

    author: str
    source: str
    evidence: str
    linked_at: datetime
    mentions: int = 0


class CustomerDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one customer as of `counted_at`, over all its accounts; of its mentions only those that are public.

    accounts  those linked to it then, by author id
    first_at, last_at  event times of its first and last mention; None while nothing of it counts
    trend     its mentions by sentiment (picture.sentiment.LABELS) in each of the organisation's last weeks; "" is the whole
    net       net sentiment of those weeks, -1 to 1; None where nothing positive or negative was said
    topics, channels   its mentions by topic, and by source
    reach     followers of all accounts together as last read; None where unknown. No dashboard shows it
    segment, owner     what other systems say of it, each value once
    """

    id: str
    counted_at: datetime
    name: str | None = None
    accounts: tuple[Joined, ...] = ()
    mentions: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    trend: tuple[Bucket, ...] = ()
    net: float | None = None
    topics: dict[str, int] = {}
    channels: dict[str, int] = {}
    reach: int | None = None
    segment: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
