"""Calls of a source: how long one may take, and that whoever is away is known from what is wrong here."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar

from core.errors import KlankbordError, Retry
from desk.store.answers import Answer, State

TRY = timedelta(seconds=60)
"""How long one call of the source may take."""
LEASE = timedelta(minutes=3)
"""How long a worker has the turn: longer than two calls, so that only one that was killed is followed by another."""
WAITS = (
    timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30),
)  # fmt: skip
"""How long a source that is away is left alone, each time longer; and how long what came to nothing, before it is tried again."""

Said = TypeVar("Said")


class Away(KlankbordError):  # noqa: N818 - named after what is so
    """The source itself asks for patience, or lets us in no more: `retry` says why."""

    def __init__(self, retry: Retry) -> None:
        super().__init__(str(retry))
        self.retry = retry


async def call(asked: Awaitable[Said]) -> Said:
    """What the source answers. Raises Away where it does so later, and TimeoutError after TRY."""
    try:
        async with asyncio.timeout(TRY.total_seconds()):
            return await asked
    except Retry as retry:
        raise Away(retry) from None


def soonest(answer: Answer, at: datetime) -> datetime:
    """From when on, at that moment or later, one that is on its way may be tried. For one that may stand there the source is asked once the try is
    over for sure, and as long has passed again, in which a source may be behind.
    """
    if answer.state is not State.SENDING or answer.tried_at is None:
        return at
    return max(at, answer.tried_at + 2 * TRY)


def longer(since: datetime, at: datetime) -> timedelta:
    """How long to wait now for what failed since then: about as long again, the longest of WAITS at most."""
    return max((one for one in WAITS if one <= at - since), default=WAITS[0])
