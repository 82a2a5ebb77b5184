"""Figures about what was said, and how whole they are."""

from datetime import datetime

from desk.api.answers.shared import Aspect, Balance, Count, Gap, Links, Moved, Part, Question, Sentiment, Share, Struct


class Band(Struct, frozen=True):
    """What is normal for a bucket: median and the 10 % and 90 % quantiles of comparable ones."""

    low: float
    middle: float
    high: float


class Point(Struct, frozen=True):
    """One bucket [start, end). `count` is null where it was not collected; `partial` says that it is not the whole."""

    start: datetime
    end: datetime
    count: Count | None
    partial: bool
    normal: Band | None
    sentiment: Sentiment | None
    counts: dict[str, int] | None


class Overview(Struct, frozen=True):
    """The figures of the page's overview.

    usual is the total of a normal period of that length, null while that is being learned; times_normal is the total
    against it. negative_change is in points of share (0 to 1) against the period before. monitors is the share of voice.
    intents add up to all mentions: uncertain are those that the model did not decide on, unjudged those it did not look at.
    spam is how many are marked as such and count.
    """

    question: Question
    links: Links
    mentions: Count | None
    usual: float | None
    times_normal: float | None
    sentiment: Sentiment
    sentiment_before: Sentiment | None
    negative_change: Balance | None
    topics: tuple[Moved, ...]
    sources: tuple[Share, ...]
    languages: tuple[Share, ...]
    monitors: tuple[Share, ...]
    intents: tuple[Share, ...]
    aspects: tuple[Aspect, ...]
    spam: Count


class Volume(Struct, frozen=True):
    """Volume over time in buckets of the organisation's time zone; `labels` of `by`, most frequent first, where it was asked."""

    question: Question
    links: Links
    mentions: Count | None
    bucket: str
    labels: tuple[str, ...]
    points: tuple[Point, ...]


class SentimentAnswer(Struct, frozen=True):
    """Sentiment of the stretch and of the comparable one before, null where that was not collected."""

    question: Question
    links: Links
    now: Sentiment
    before: Sentiment | None


class Shares(Struct, frozen=True):
    """Shares by one field. Of monitors they are shares of voice, of their own sum; else of all mentions of the question.

    By sentiment, emotion, intent and toxicity they add up to all mentions: uncertain are those that the model did not decide on,
    unjudged those it did not look at.
    """

    question: Question
    links: Links
    mentions: Count | None
    by: str
    shares: tuple[Share, ...]


class Topics(Struct, frozen=True):
    """Topics by the size of their change against the comparable period before."""

    question: Question
    links: Links
    before_since: datetime
    before_until: datetime
    topics: tuple[Moved, ...]


class Emerging(Struct, frozen=True):
    """Messages about one thing that grew beyond what is normal, found without asking for it.

    voices are those that count in the last `hours`: one an account, and one a text, however many pass it on; `usual` of them
    would be normal. messages and accounts are those known of it, copies among them. words tell it from what was said before, by
    language, best first; only words of at least two texts that may leave stand there.
    """

    id: str
    voices: Count
    usual: float
    growth: float
    hours: Count
    messages: Count
    accounts: Count
    first_at: datetime
    words: dict[str, tuple[str, ...]]
    languages: tuple[Share, ...]
    sources: tuple[Share, ...]
    page: str


class EmergingAnswer(Struct, frozen=True):
    """What emerges, by growth. `learned` is how much is known of what is normal, 0 to 1: below 1 nothing emerges."""

    at: datetime
    learned: Part
    topics: tuple[Emerging, ...]


class Stand(Struct, frozen=True):
    """The subject in one stretch. share is its part in all that its sources and languages gave, null where that is nothing."""

    since: datetime
    until: datetime
    mentions: Count | None
    sentiment: Sentiment
    share: Part | None
    collected_whole: bool
    not_collected: tuple[Gap, ...]
    links: Links


class Changes(Struct, frozen=True):
    """What changed: now, the comparable stretch before (null where it was not collected), and the difference."""

    question: Question
    now: Stand
    before: Stand | None
    difference: int | None
    growth: float | None
    net_sentiment_change: float | None


class Account(Struct, frozen=True):
    """An author. Texts here were written by strangers."""

    id: str
    handle: str | None
    name: str | None
    followers: Count | None


class Heard(Struct, frozen=True):
    """An author who was heard and how often."""

    author: Account
    mentions: Count


class Authors(Struct, frozen=True):
    """Who was heard, by followers and then volume. `withheld` of the list are left out by the policies of their sources."""

    question: Question
    links: Links
    authors: tuple[Heard, ...]
    withheld: Count


class SourceCoverage(Struct, frozen=True):
    """One source: since and until when it was collected, whether that is now, and what it could not give."""

    source: str
    first: datetime | None
    last: datetime | None
    fresh: bool
    not_collected: tuple[Gap, ...]


class CoverageAnswer(Struct, frozen=True):
    """What was collected in [since, until) and what was not, a source."""

    since: datetime
    until: datetime
    time_zone: str
    sources: tuple[SourceCoverage, ...]
    page: str


class Monitor(Struct, frozen=True):
    """A saved query with its text, and its page."""

    name: str
    query: str
    page: str


class MonitorsAnswer(Struct, frozen=True):
    """The saved queries, in the playbook's order."""

    monitors: tuple[Monitor, ...]
