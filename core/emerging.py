"""What is new at the moment: messages about one thing that nobody asked for, as far as they are told to others.

Ids and numbers alone: texts, and whether a message still stands, are asked of the archive each time.
"""

from datetime import datetime

import msgspec


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A message of a topic, by its id and its author's; `voice` where it is counted, and no copy or second message of one account."""

    mention: str
    author: str
    voice: bool


class Risen(msgspec.Struct, frozen=True, kw_only=True):
    """Messages about one thing, more of them than is normal.

    id       the same as long as it emerges and when it does so again, across a start too
    members  its latest messages, oldest first
    voices   in the last `hours`, of which `usual` would be normal
    trend    voices in each of the last hours, the running one last
    """

    id: str
    members: tuple[Member, ...]
    voices: int
    usual: float
    hours: int
    trend: tuple[int, ...]

    @property
    def growth(self) -> float:
        return self.voices / self.usual


class Emergence(msgspec.Struct, frozen=True, kw_only=True):
    """What emerges at one moment, by growth. `learned` says how much of what is normal is known, 0 to 1; below 1 nothing emerges."""

    at: datetime
    learned: float
    topics: tuple[Risen, ...] = ()
