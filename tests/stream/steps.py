"""Messages to send through a runner, and a chain of enrichers whose failures are dialled in."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core import codec
from core.errors import Retry, Stop
from core.ports import Log, Measured, Understood
from core.time import now
from core.types import Author, DeadLetter, Deletion, Enriched, Finding, Mention, Message, Routing, Scope
from stream.step import Step, make_step

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mention(key: str, text: str = "goed bezig") -> Mention:
    author = Author(id="file:jan")
    return Mention(id=key, source="file", author=author, text=text, created_at=MOMENT, seen_at=MOMENT)


def deletion(key: str) -> Deletion:
    return Deletion(target=key, scope=Scope.MENTION, at=MOMENT, reason="deleted")


async def hear(log: Log, *messages: Mention | Deletion) -> int:
    """Put the messages in topic `mentions`, as ingest does."""
    keyed = [(message.id if isinstance(message, Mention) else message.target, message) for message in messages]
    return await log.append("mentions", [(key, codec.encode(message)) for key, message in keyed])


async def enriched(log: Log) -> list[Message]:
    return [codec.decode(record.value) for record in await log.after("enriched", 0, 100_000)]


async def texts(log: Log) -> list[str]:
    return [message.mention.text for message in await enriched(log) if isinstance(message, Enriched)]


async def dead(log: Log) -> list[DeadLetter]:
    found = [codec.decode(record.value) for record in await log.after("dead", 0, 100_000)]
    return [letter for letter in found if isinstance(letter, DeadLetter)]


@dataclass
class Enrichers:
    """A chain that finds the length of a text.

    poison      texts with this word raise ValueError, whatever their batch
    away        how many calls raise Retry before one succeeds; below 0 it stays away
    fatal       every call raises Stop
    slow        seconds a call takes, longer for the first of two calls
    """

    poison: str = "poison"
    away: int = 0
    fatal: bool = False
    slow: float = 0.0
    calls: list[list[str]] = field(default_factory=list)

    def understand(self, mentions: Sequence[Mention]) -> Sequence[Understood]:
        self.calls.append([each.text for each in mentions])
        time.sleep(self.slow * (1 + len(self.calls) % 2))
        if self.fatal:
            raise Stop("the model is damaged")
        if self.away:
            self.away -= 1
            raise Retry("the enricher is away", after=0.01)
        return [self._one(each) for each in mentions]

    def step(self) -> Step:
        return make_step(self.understand, lambda _mention, _found: Routing(), clock=now, measured=Measured())

    def _one(self, each: Mention) -> Understood:
        if self.poison in each.text:
            raise ValueError(f"{self.poison} cannot be understood")
        return Understood(findings=(Finding(name="length", model="1", number=len(each.text)),))
