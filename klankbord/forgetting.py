"""Deleted text leaves the log too: a reader of its own follows the deletions and empties what they name.

Batched, because each pass looks through whole log topics; a deletion is honoured in the log within FORGET_EVERY seconds
or when the keeper ends.
What another reader has yet to see, the deletion itself above all, stays.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from core.codec import decode
from core.errors import Reject
from core.order import content_time
from core.ports import Log, Record
from core.topics import DEAD, ENRICHED, MENTIONS
from core.types import DeadLetter, Deletion, Enriched, Mention, Scope

GROUP = "forgetting"
FORGET_EVERY = 30.0
MOST = 5_000
_DELETION = b'{"type":"deletion"'


async def forget(log: Log, stop: asyncio.Event, *, every: float = FORGET_EVERY) -> None:
    """Follow the deletions until `stop` is set, and once more then."""
    async with log.reader(ENRICHED, GROUP) as reader:
        stopping = False
        while not stopping:
            stopping = stop.is_set()
            while records := await reader.read(MOST, 0):
                await empty(log, _gone(records))
                await reader.commit(records[-1].offset)
            if not stopping:
                await _pause(stop, every)


async def empty(log: Log, gone: dict[str, datetime]) -> None:
    """Empty what the log holds of these mentions up to their deletions."""
    if gone:
        for topic in (MENTIONS, ENRICHED, DEAD):
            await log.forget(topic, list(gone), doomed=lambda record: _doomed(record, gone[record.key]))


def _gone(records: Sequence[Record]) -> dict[str, datetime]:
    """Mention ids with the time of their deletion."""
    found = [decode(record.value) for record in records if record.value.startswith(_DELETION)]
    return {
        message.target: message.at
        for message in found
        if isinstance(message, Deletion) and message.scope is Scope.MENTION and not message.reversible
    }


def _doomed(record: Record, at: datetime) -> bool:
    try:
        message = decode(record.value)
    except Reject:
        return True
    match message:
        case Mention() as mention:
            return content_time(mention) <= at
        case Enriched(mention=mention):
            return content_time(mention) <= at
        case DeadLetter():
            return True
        case _:
            return False


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
