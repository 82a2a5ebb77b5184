"""The messages that travel through klankbord.

All times are timezone-aware UTC datetimes. Every struct is frozen, new fields have defaults, a field is never
retyped, and readers ignore fields they do not know, so that releases can read one another's records.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec


class Visibility(StrEnum):
    """Who could see the message at its source. Anything but PUBLIC and UNLISTED is dropped unless a policy admits it."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"
    UNKNOWN = "unknown"


OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
"""What everybody could read at its source."""


class Kind(StrEnum):
    """What sort of message it is, in the source's own terms reduced to one list."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    QUOTE = "quote"
    COMMENT = "comment"
    REVIEW = "review"
    ARTICLE = "article"
    MESSAGE = "message"


class Mark(StrEnum):
    """Why a record is not ordinary live traffic: such records fill the archive and wake nobody."""

    HISTORY = "history"  # backfill, reprocessing, a demo's past
    DRILL = "drill"  # part of an exercise


class Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Base of every message: immutable, keyword-only, defaults left out on the wire; never part of a reference cycle."""


class VerifiedLink(Struct, frozen=True):
    """An address that the account's own service has proved to be the account's too, and when it says it did."""

    url: str
    at: datetime


class Author(Struct, frozen=True):
    """The account behind a message. `id` is "source:native"; unknown facts are None, never 0 or False.

    links  what the service says it has verified; () where it was asked and says nothing. None too where the source's policy
           lets no account become part of a customer
    """

    id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None
    followers: int | None = None
    followers_at: datetime | None = None
    verified: bool | None = None
    bot: bool | None = None
    links: tuple[VerifiedLink, ...] | None = None


class Media(Struct, frozen=True):
    """An attachment: `kind` is image, video, audio, link or other; `alt` is its text for those who cannot see it."""

    kind: str
    url: str | None = None
    alt: str | None = None


class Engagement(Struct, frozen=True):
    """Counts as read at `read_at`. A count the source did not give is None, never 0."""

    read_at: datetime
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


class Mention(Struct, frozen=True, tag="mention"):
    """One message heard at a source.

    id          "source:native"; native is global (instance/id for Mastodon, the at:// URI for Bluesky)
    source      the connector's name ("bluesky"); `stream` the configured stream it came from
    text        plain text, markup removed; `title` where the source has one
    language    as stated by the source (BCP 47), not detected
    created_at  when the author published it, by the source; never later than seen_at
    edited_at   the source's time of the last edit, or the first sight of changed content where it has none
    seen_at     first sight by the source's own event time where it has one, else by our clock
    thread      id of the conversation's first message; reply_to, repost_of, quote_of are mention ids
    mentions    handles addressed, without "@"; `tags` hashtags without "#"
    rating      1-5 as the source gives it
    own_account the organisation's own account it reached, if it did
    """

    id: str
    source: str
    author: Author
    text: str
    created_at: datetime
    seen_at: datetime
    kind: Kind = Kind.POST
    stream: str = ""
    title: str | None = None
    language: str | None = None
    edited_at: datetime | None = None
    url: str | None = None
    site: str | None = None
    country: str | None = None
    reply_to: str | None = None
    thread: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    mentions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    content_warning: str | None = None
    rating: float | None = None
    engagement: Engagement | None = None
    own_account: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    marks: tuple[Mark, ...] = ()


class Scope(StrEnum):
    """What a deletion takes away."""

    MENTION = "mention"
    AUTHOR = "author"


class Deletion(Struct, frozen=True, tag="deletion"):
    """A message or an account is gone.

    target      a mention id or an author id, by `scope`
    at          by the source's own event time where it has one
    reason      deleted, account gone, account inactive, erasure, retention
    reversible  True where the source may bring it back (a deactivated account): it hides instead of removing
    lifted      True when the source brought it back: what was hidden shows again
    """

    target: str
    scope: Scope
    at: datetime
    reason: str
    reversible: bool = False
    lifted: bool = False


class Span(Struct, frozen=True):
    """Characters [start, end) of the mention's text that carry a label."""

    start: int
    end: int
    label: str


class Finding(Struct, frozen=True):
    """What one enricher makes of one mention; `name` is chosen by the enricher and drives mapping and dashboards.

    labels  one for a classifier, several for a tagger; empty means the enricher abstained
    confidence  probability of the first label, 0-1; `scores` probability a label
    truncated   only the beginning of the text was read, for it is longer than the enricher takes
    """

    name: str
    model: str
    labels: tuple[str, ...] = ()
    confidence: float | None = None
    scores: dict[str, float] | None = None
    spans: tuple[Span, ...] = ()
    number: float | None = None
    truncated: bool = False


class Judgement(Struct, frozen=True, tag="judgement"):
    """A person's correction. The latest by `at` for a (mention, name) counts; it outranks the model for ever.

    name    the finding it corrects (sentiment, topics), or "irrelevant", or "tags"
    labels  what is true instead; for "irrelevant" ("yes",); None withdraws the earlier judgement (undo)
    """

    mention: str
    name: str
    labels: tuple[str, ...] | None
    by: str
    at: datetime


class Mute(Struct, frozen=True, tag="mute"):
    """A person no longer wants to see an author or a word: such mentions stay stored and leave every count.

    author   an author id, or None
    word     a word or phrase, compared as a query's is, or None
    lifted   True takes the mute back
    """

    by: str
    at: datetime
    author: str | None = None
    word: str | None = None
    lifted: bool = False


class Routing(Struct, frozen=True):
    """Where a mention goes, and by which version of the rules: `monitors` matched, triage outcome and path, routes."""

    monitors: tuple[str, ...] = ()
    outcome: str | None = None
    path: tuple[str, ...] = ()
    severity: str | None = None
    team: str | None = None
    due: str | None = None
    routes: tuple[str, ...] = ()
    playbook: str = ""
    model: str = ""


UNSPOKEN = "und"
"""The language of a mention of which nobody knows it (ISO 639-2)."""


def spoken(detected: tuple[str, ...], stated: str | None) -> str | None:
    """A mention's language: as detected (the labels of the finding), else as its source states it."""
    return detected[0] if detected else stated


class Enriched(Struct, frozen=True, tag="enriched"):
    """A mention with all that was made of it.

    skipped     enrichers that rejected this text
    vector      the encoder's vector: 4-byte float scale, then 384 signed bytes; never in search results or events
    generation  how many times it was processed on purpose (reprocessing adds one), 0-1023
    """

    mention: Mention
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    routing: Routing = Routing()
    vector: bytes = b""
    generation: Annotated[int, msgspec.Meta(ge=0, le=1023)] = 0

    def finding(self, name: str) -> Finding | None:
        """The finding of that name, if an enricher gave one."""
        return next((f for f in self.findings if f.name == name), None)

    @property
    def known_language(self) -> str | None:
        """Its language, where there is one."""
        detected = self.finding("language")
        return spoken(detected.labels if detected else (), self.mention.language)

    @property
    def language(self) -> str:
        """What it is counted under."""
        return self.known_language or UNSPOKEN


class Parent(Struct, frozen=True):
    """Of a mention what an answer to it needs; kept with the answer, for the mention itself may be gone by then.

    author  its author's id; `handle` as a mention of theirs is written, without "@"
    """

    id: str
    author: str
    created_at: datetime
    handle: str | None = None
    url: str | None = None
    visibility: Visibility = Visibility.PUBLIC

    @classmethod
    def of(cls, mention: Mention) -> "Parent":
        return cls(
            id=mention.id,
            author=mention.author.id,
            created_at=mention.created_at,
            handle=mention.author.handle,
            url=mention.url,
            visibility=mention.visibility,
        )


class Reply(Struct, frozen=True):
    """One answer as it goes out.

    key     the answer's id: 32 hexadecimal digits, never used again, also not for another attempt with other words
    at      when it was made ready: what stood at the source more than CLOCKS_APART before is not this answer
    taken   ids, as in Published, of other answers of ours: none of them is taken for this one
    """

    key: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    at: datetime
    parent: Parent
    text: str
    language: str | None = None
    taken: tuple[str, ...] = ()


CLOCKS_APART = timedelta(minutes=10)
"""So far a source's clock may be from ours."""


class Published(Struct, frozen=True):
    """An answer as it stands at its source.

    id      as the mention's would be that a connector hears of it
    at      when, by the source, where it says so
    copies  ids of the same answer where the source has it more than once: what stands there too much
    author  id of the own account there, as its mention's author would be
    """

    id: str
    url: str | None = None
    at: datetime | None = None
    copies: tuple[str, ...] = ()
    author: str | None = None


class Can(StrEnum):
    """What an own account may do at its source beside answering."""

    HIDE = "hide"  # what others wrote beneath what is ours
    DELETE = "delete"  # the same
    WITHDRAW = "withdraw"  # an answer of its own


class Refusal(StrEnum):
    """Why an answer can never go out as it is: the reason of a Reject."""

    GONE = "gone"  # what it answers is not there any more
    CLOSED = "window closed"  # the time for answering is over
    BLOCKED = "blocked"  # its author lets us not answer
    LONG = "too long"
    REPEATED = "said before"  # the source takes the same words only once
    FORBIDDEN = "not allowed"


class Coverage(Struct, frozen=True, tag="coverage"):
    """What one batch collected, or why a stretch was not: stored with the cursor, in one record.

    source, stream   whose
    cursor_from/to   opaque connector cursors, as strings
    since, until     the covered time, half open; None while unknown
    seen, kept       messages that came, and those that a monitor may want
    gap              why [since, until) was not collected; None where it was
    """

    source: str
    stream: str
    cursor_to: str | None
    cursor_from: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    seen: int = 0
    kept: int = 0
    gap: str | None = None


class Failure(Struct, frozen=True):
    """One input that could not become a message, or one record that a stage refused.

    reason   one of a bounded set of words: the class of the error
    detail   a sentence for a person
    payload  the input itself, as bytes
    """

    reason: str
    detail: str
    payload: bytes = b""
    key: str = ""


class DeadLetter(Struct, frozen=True, tag="dead"):
    """A record set aside with its reason.

    origin   "source/stream" of a connector's input, or "topic@offset" of a log position
    stage    the stage that refused it: ingest, stream, or a sink's name; replay goes back to that stage only
    error    bounded class of the error; `detail` a sentence
    payload  at most 64 KiB of it; `size` and `sha256` are of the whole
    """

    origin: str
    stage: str
    error: str
    detail: str
    at: datetime
    key: str = ""
    payload: bytes = b""
    size: int = 0
    sha256: str = ""


Message = Mention | Deletion | Judgement | Mute | Enriched | Coverage | DeadLetter
