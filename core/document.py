"""The stored document: the fields every archive can filter, group and count by, whatever its engine."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from core.query import AnyNode
from core.types import Enriched, Judgement


class Group(StrEnum):
    """What counts can be split by. Of a finding it is the finding's name: core.findings.KNOWN."""

    SOURCE = "source"
    LANGUAGE = "language"  # the detected language, else the stated one, else "und"
    KIND = "kind"
    AUTHOR = "author"
    MONITOR = "monitor"
    SENTIMENT = "sentiment"
    EMOTION = "emotion"
    TOPIC = "topics"
    TAG = "tags"
    INTENT = "intent"
    ASPECT = "aspects"
    SPAM = "spam"
    TOXICITY = "toxicity"
    OUTCOME = "outcome"  # what triage came to, or a person said instead
    SEVERITY = "severity"
    UNIT = "unit"  # that owns it
    ANSWER = "answers"  # on the way through triage: "question/where the answer led"
    CHECKED = "checked"  # what a person said of the outcome: agreed, otherwise
    SITE = "site"


class Order(StrEnum):
    """How a list of mentions is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    REACH = "reach"
    RELEVANCE = "relevance"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which mentions a question is about: every part narrows. The same filter gives the same figure everywhere.

    since, until  event time (created_at), half open
    monitors, sources, languages  any of these; empty means all
    query         a parsed query on top
    irrelevant    whether mentions judged irrelevant count (they do not unless asked for)
    muted         whether muted authors and words count (they do not unless asked for)
    copies        whether copies of a text count each (they do unless told otherwise)
    spam          whether mentions marked as spam count (they do unless told otherwise)
    drills        whether drill records count (they do not unless asked for; marked history always counts)
    hidden        whether what is out of sight for now counts, as of a deactivated account (never in what people are shown:
                  it is for telling somebody what is held of them, and for erasing it)
    arrived       after the first and up to the second of these times the archive first took it in: a later version
                  changes nothing about that
    prompt        it arrived at most that long after it was published (whole seconds); what is marked as history never did
    """

    since: datetime | None = None
    until: datetime | None = None
    monitors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    query: AnyNode | None = None
    irrelevant: bool = False
    muted: bool = False
    copies: bool = True
    spam: bool = True
    drills: bool = False
    hidden: bool = False
    arrived: tuple[datetime, datetime] | None = None
    prompt: timedelta | None = None


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One mention as the archive holds it: judgements applied to its findings and listed beside them.

    highlights  [start, end) characters of the text that matched the search's words
    arrived_at  when the archive first took it in
    """

    enriched: Enriched
    judgements: tuple[Judgement, ...] = ()
    highlights: tuple[tuple[int, int], ...] = ()
    arrived_at: datetime | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Where the encoder places one mention, without a word of it: `vector` as in Enriched, never empty.

    language  as detected, else as stated, else "und"
    history   whether it is marked as no live traffic
    """

    mention: str
    author: str
    vector: bytes
    language: str
    created_at: datetime
    arrived_at: datetime
    history: bool = False


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list: `total` of the whole filter, `after` continues it (None at the end)."""

    mentions: tuple[Stored, ...]
    total: int
    after: str | None = None


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a histogram: `start` and the counts by label; the key "" is the whole."""

    start: datetime
    counts: dict[str, int]


class Arrivals(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one monitor heard in one bucket of arrivals (core.time.BUCKET).

    negative  of those seen, felt to be so
    reach     followers of their authors as last read, together, where known
    behind    of those seen, that arrived more than one BUCKET after they were published
    """

    monitor: str
    bucket: int
    seen: int
    negative: int = 0
    reach: int = 0
    behind: int = 0


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A person's dated note beside the charts, on [since, until) or on `since` alone."""

    id: str
    since: datetime
    until: datetime | None
    text: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of one day to "would you recommend us", of which some are for and some against. `at` is its noon."""

    at: datetime
    answers: int
    promoters: int
    detractors: int


class AuthorCount(msgspec.Struct, frozen=True, kw_only=True):
    """One author in a list of who is heard: volume, followers as last read, sentiment counts."""

    id: str
    handle: str | None
    name: str | None
    mentions: int
    followers: int | None = None
    counts: dict[str, int] = {}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What is archived of one account, counted anew each time it is asked for. Emotion is not counted by person.

    first_at, last_at  event times of its first and last mention
    trend     its mentions by sentiment in each stretch asked for; the key "" is the whole of it
    topics, channels   its mentions by topic, and by source
    followers as last read; `engagement` likes, reposts, replies and quotes of all its mentions, those known
    """

    id: str
    handle: str | None
    name: str | None
    mentions: int
    first_at: datetime
    last_at: datetime
    trend: tuple[Bucket, ...] = ()
    topics: dict[str, int] = {}
    channels: dict[str, int] = {}
    followers: int | None = None
    engagement: int | None = None
