"""What every answer is made of: the question as it was understood, shares, balances."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0)]
Part = Annotated[float, Meta(ge=0, le=1)]
Balance = Annotated[float, Meta(ge=-1, le=1)]


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every answer: all fields stand in it, null is "not known"."""


class Gap(Struct, frozen=True):
    """A stretch [since, until) that one source could not give, and why: what is missing there is not zero."""

    source: str
    since: datetime
    until: datetime
    reason: str


class Question(Struct, frozen=True):
    """What was asked, so that the same question can be put to the page and to an export.

    since and until are event time, half open. What is marked as spam, copies of a text and shares (reposts) count each where it says so; mentions
    judged irrelevant, by muted authors or with muted words, and of drills count only where it says so. `not_collected`
    lists what the sources could not give inside the stretch; `collected_whole` is false where there is any, and where nothing
    says that the stretch was collected from end to end: a number may then be too small, and one that would be 0 is null.
    """

    since: datetime
    until: datetime
    time_zone: str
    monitor: str
    source: str
    language: str
    q: str
    sentiment: str
    topic: str
    intent: str
    aspect: str
    author: str
    spam_counts: bool
    copies_count: bool
    shares_count: bool
    irrelevant_count: bool
    muted_count: bool
    drills_count: bool
    collected_whole: bool
    not_collected: tuple[Gap, ...]


class Links(Struct, frozen=True):
    """The same question on the page: its overview, and the list of the mentions behind the numbers."""

    overview: str
    mentions: str


class Sentiment(Struct, frozen=True):
    """Counts; `unjudged` carry no sentiment. net is (positive - negative) / (positive + negative), null where there is neither."""

    positive: Count
    neutral: Count
    negative: Count
    uncertain: Count
    unjudged: Count
    total: Count
    net: Balance | None
    negative_share: Part | None


class Share(Struct, frozen=True):
    """One value with its mentions and their share, 0 to 1."""

    name: str
    mentions: Count
    share: Part


class Aspect(Struct, frozen=True):
    """A thing that is spoken of, what is felt about it, and its share in all mentions: one may speak of several."""

    name: str
    sentiment: Sentiment
    share: Part
    mentions: str


class Moved(Struct, frozen=True):
    """A topic now and in the comparable period before; `before` is null where that was not collected."""

    topic: str
    now: Count
    before: Count | None
    change: int | None
    growth: float | None
    emerging: bool
    mentions: str
