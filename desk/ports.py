"""What the page needs of the program around it, as the wiring hands it in."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from core.document import Stored
from core.ports import TopicState
from core.query import AnyNode
from core.types import Judgement, Mute
from picture.trial import Trial
from playbook.sections import Playbook


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """Whose page it is. `week_start` counts from Monday 0; `ribbon` is a sentence shown on every page, by language.

    sources_in  the file in which a source is added, while none is configured; "" where there is one
    """

    name: str
    zone: ZoneInfo
    week_start: int = 0
    languages: tuple[str, ...] = ("nl", "en")
    ribbon: Mapping[str, str] = {}
    sources_in: str = ""

    def ribbon_in(self, language: str) -> str:
        """The ribbon in that language, else in the first it has; "" where there is none."""
        return self.ribbon.get(language) or next(iter(self.ribbon.values()), "")


class Landmark(msgspec.Struct, frozen=True, kw_only=True):
    """Something to see in a demonstration: what it is, by language, and the address that shows it, after the host."""

    says: Mapping[str, str]
    opens: str

    def told(self, language: str) -> str:
        """In that language, else in the first it has."""
        return self.says.get(language) or next(iter(self.says.values()))


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor was saved: how many archived mentions it was given, and since when each source was collected."""

    tagged: int
    collected_since: tuple[tuple[str, datetime], ...] = ()


class Monitors(Protocol):
    """The saved queries. `try_out` and `save` raise a KlankbordError where the query cannot be read; where it knows the
    place it carries a `column`, counted from 1.
    """

    def names(self) -> Sequence[str]: ...

    def query(self, name: str) -> str:
        """The text of a monitor's query; "" for a name that is not there."""
        ...

    async def try_out(self, query: str) -> Trial: ...

    async def save(self, name: str, query: str) -> Saved: ...


class Topics(Protocol):
    """The organisation's topics. `add` and `drop` raise Misconfigured where the playbook cannot be changed so."""

    def names(self) -> Sequence[str]: ...

    def add(self, name: str, description: Mapping[str, str], keywords: Mapping[str, Sequence[str]]) -> None:
        """Make a topic, told by language: what is understood from now on can be about it."""
        ...

    def drop(self, name: str) -> None:
        """Take it back."""
        ...


class Rulebook(Protocol):
    """The playbook in force."""

    @property
    def playbook(self) -> Playbook: ...

    @property
    def mistakes(self) -> Sequence[str]:
        """What is wrong with its file since it changed; while there is anything, the rules before stay in force."""
        ...


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the pipeline is doing: one row a log topic and group, dead letters set aside, and lines for a person."""

    topics: tuple[TopicState, ...] = ()
    dead: int | None = None
    notes: tuple[str, ...] = ()


Judge = Callable[[Sequence[Judgement | Mute]], Awaitable[None]]
"""Append what a person said to the log; returns when it is durable."""

ParseQuery = Callable[[str], AnyNode]
"""A search's text to its nodes. Raises a KlankbordError that may carry the `column` of the mistake."""

Place = Callable[[Sequence[str]], Awaitable[Sequence[bytes]]]
"""Where the encoder places each of these texts (core.types.Enriched.vector), in the same order."""

AskStatus = Callable[[], Awaitable[Status]]

Changes = Callable[[], int]
"""A number that grows whenever the archive took something in, so that the live stream asks only then."""


class Scope(StrEnum):
    """What a token opens. None includes another."""

    FIGURES = "figures"  # numbers alone: no text, no account
    MENTIONS = "mentions"  # single mentions, their texts and authors as far as each source's policy lets them leave
    CUSTOMERS = (
        "customers"  # customers, what CRM systems say of them, their accounts as far as each source's policy lets those
    )
    CASES = "cases"  # what has to be answered: whose it is and what happened to it, never the text of a note
    PRIVACY = "privacy"  # all that is held of a customer, whatever the policies let leave: for who answers requests for access
    HAPPENINGS = "happenings"  # to tell business events, and nothing to read
    STAFF = "staff"  # who works here, to read and to change: for a sign-on system, over SCIM


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A key that somebody was given for the API; `name` says who."""

    name: str
    scopes: frozenset[Scope]


class Tokens(Protocol):
    """The tokens that were given out."""

    async def find(self, secret: str) -> Token | None:
        """The token of that secret; None for one that never was, has expired or was revoked.

        Looked up so that how long it takes tells nothing of any secret. Raises Retry where that is not possible now.
        """
        ...


class Leaving(Protocol):
    """Which parts of single mentions the policies of their sources let leave the house. What is not public never does."""

    def texts(self, stored: Stored) -> bool:
        """Whether a piece of its text and title may leave."""
        ...

    def authors(self, stored: Stored) -> bool:
        """Whether its author's name and reach, and the address that shows them, may leave."""
        ...

    def accounts_of(self, source: str) -> bool:
        """Whether every configured source that reads `source` (Mention.source) lets its authors leave; no for others."""
        ...

    @property
    def admits_closed(self) -> bool:
        """Whether some source is allowed to keep what is not public, which then must be left out of every answer."""
        ...
