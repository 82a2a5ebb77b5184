"""What a channel is: a way to hand over a message, and what came of it."""

from typing import Protocol

import msgspec

from desk.notices.told import Told
from desk.store.notice_messages import Message
from desk.store.people import Person


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one try; `error` is None where it was taken.

    for_good  whether it never will be taken by this channel
    after     seconds that the other side asks to wait
    unsure    whether it may have been taken though nobody said so
    """

    error: str | None = None
    for_good: bool = False
    after: float | None = None
    unsure: bool = False


class Channel(Protocol):
    """One configured channel. `language` is in which it is written to where no person is; None is the organisation's first."""

    @property
    def language(self) -> str | None: ...

    async def send(self, message: Message, told: Told, to: Person | None) -> Outcome:
        """Try it once. `to` is None where the channel is one place for all. Never raises for what the other side does."""
        ...
