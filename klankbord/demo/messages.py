"""What the demo's people say and do, before it takes any source's native form."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """The demo's sources, by the name of the connector that reads them."""

    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    NEWS = "rss"
    HACKERNEWS = "hackernews"
    REVIEWS = "webhook"
    CONTACT = "file"


class Event(StrEnum):
    """What can happen to an account."""

    DELETED = "deleted"
    DEACTIVATED = "deactivated"
    REACTIVATED = "active"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An invented account; `number` is unique over all sources, `own` marks the organisation's own."""

    number: int
    handle: str
    name: str
    followers: int
    own: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A text with what its writer meant: the labels a careful reader would give, whatever a model says."""

    text: str
    language: str
    topic: str
    sentiment: str
    sarcasm: bool = False
    title: str | None = None
    rating: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message of the timeline.

    number     unique, in order of `at`
    reply_to   number of the message it answers; `boost_of` of the one it passes on as it is
    copy_of    number of the message whose text it repeats as its own
    public     False where only followers may read it
    wanted     whether a monitor of the demo asks for it
    crisis     whether it is about the day around Utrecht
    edited_at  when `edited_text` took the place of the text
    deleted_at when its author took it back
    """

    number: int
    source: Source
    at: datetime
    author: Person
    wording: Wording
    reply_to: int | None = None
    boost_of: int | None = None
    copy_of: int | None = None
    public: bool = True
    wanted: bool = True
    crisis: bool = False
    edited_at: datetime | None = None
    edited_text: str | None = None
    deleted_at: datetime | None = None

    @property
    def final_text(self) -> str:
        return self.wording.text if self.edited_text is None else self.edited_text


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountChange:
    """An account goes, hides or comes back."""

    source: Source
    author: Person
    at: datetime
    event: Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A stretch of time, half open."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Everything that happens in the demo's 28 days, which end at `now`."""

    seed: int
    now: datetime
    messages: tuple[Said, ...]
    accounts: tuple[AccountChange, ...]
    crisis: Stretch
    gap: Stretch
    gap_source: Source = Source.BLUESKY
