"""What a tracker of work is told of a rising topic, and what a tracker is: the port of sinks/_trackers.

A topic is one *item* there (an issue, a task), found again by its marker. The other side's own id of it is called native.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

MARK = "klankbord:"
"""What a marker begins with."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the topic, without its author: what it says, and where it stands on the page where that may be told."""

    text: str
    link: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as it is to be there. Nothing of it is markup: whoever renders it sees to that.

    title   one line
    told    our own sentences, in which nobody else's words stand
    words   those that tell the topic, out of what people said
    quotes  the messages that show it
    link    the address of the topic on the page, and what it is called
    marker  by which it is found again
    """

    title: str
    told: tuple[str, ...]
    words: tuple[str, ...]
    quotes: tuple[Quote, ...]
    link: tuple[str, str]
    marker: str


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An item as it stands there. `spelled` is its text in the form of Tracker.spelled."""

    state: State
    title: str
    spelled: str


class Tracker(Protocol):
    """One system and place in it. Every act raises Retry where it is away, busy, or did not say what became of it, Denied where
    a person must act there, Reject where it refuses what it is told, with its own words.

    settles  how long after an act whose end is not known `find` and `said` may miss what it made
    """

    settles: timedelta

    def spelled(self, item: Item) -> str:
        """The text that stands there once this item is written, and a second time nothing else. Pure."""
        ...

    async def find(self, marker: str, since: datetime) -> str | None:
        """The native id of the oldest item with that marker of those made since then, open or closed."""
        ...

    async def make(self, item: Item) -> str:
        """Make it, whether or not there is one; its native id. Raises Denied where the project itself is not there for us."""
        ...

    async def look(self, native: str) -> Seen | None:
        """As it stands now; None where it is not there any more, though its project is. Raises Denied where that is not there for us."""
        ...

    async def write(self, native: str, item: Item, *, titled: bool) -> None:
        """Let its text be this, and its title where `titled`. Its state and labels are not touched: people file it as they like."""
        ...

    async def said(self, native: str, marker: str) -> bool:
        """Whether a comment with that marker stands there."""
        ...

    async def comment(self, native: str, text: str, marker: str) -> None: ...

    async def reopen(self, native: str) -> None: ...
