"""How a receiver does as a whole: it is up, it is left alone for a while, or nothing is sent until a person says so."""

import asyncio
from datetime import datetime, timedelta

import msgspec

from core.outward import WHOLE, Kept, Shelf, Standing
from core.ports import Tools
from sinks._post import Answer
from sinks._schedule import pause

FAILS = 3
"""Mentions in a row that fail, each for the receiver's sake, until it counts as failing as a whole."""

_standing = msgspec.json.Decoder(Standing).decode
_encode = msgspec.json.Encoder().encode


class Receiver:
    """What came of the requests so far. Remembered: since when it fails, and why nothing is sent; the rest is of this process.

    known   whether what is remembered was read
    within  how long it may fail before nothing is sent any more until a person enables it
    """

    def __init__(self, name: str, shelf: Shelf, *, within: timedelta, tools: Tools) -> None:
        self._name, self._shelf, self._within = name, shelf, within
        self._random, self._report = tools.random, tools.report
        self._alone = asyncio.Lock()
        """What is remembered is read and written by one at a time: several requests end at once."""
        self._standing = Standing()
        self.known = False
        self._failing: set[str] = set()
        self._failed = 0
        self._until: datetime | None = None
        self._rests: datetime | None = None

    async def look(self) -> None:
        """Read what is remembered: a person may have enabled it."""
        async with self._alone:
            row = (await self._shelf.get([WHOLE])).get(WHOLE)
            was, self._standing = self._standing, _standing(row.value) if row else Standing()
            self.known = True
            if was.stopped and not self.stopped:
                self._failed, self._until = 0, None
                self._failing.clear()
                self._say("sends again")

    @property
    def stopped(self) -> str | None:
        """Why nothing is sent until a person says so."""
        return self._standing.stopped

    @property
    def failing(self) -> bool:
        """Whether it fails as a whole: then one request at a time asks whether it is back."""
        return self._until is not None

    def open(self, now: datetime) -> bool:
        """Whether a request may be sent now."""
        return not self.stopped and all(at is None or now >= at for at in (self._until, self._rests))

    async def took(self) -> None:
        """It took what it was sent."""
        async with self._alone:
            self._failing.clear()
            self._failed, was_failing, self._until = 0, self.failing, None
            if self._standing.at is not None and not self.stopped:  # what was under way then starts nothing anew
                await self._remember(Standing())
            if was_failing:
                self._say("goes on")

    async def failed(self, mention: str, answer: Answer, now: datetime) -> None:
        """It did not take what it was sent of that mention."""
        async with self._alone:
            if self.stopped:  # another of the requests that were under way was told so
                return
            if answer.gone:
                await self._stop("the receiver answered 410 Gone: it wants no more events", now)
            elif answer.of_all:
                self._failing.add(mention)
                if answer.after is not None:
                    self._rests = now + timedelta(seconds=answer.after)
                alone = self._until is not None and now < self._until  # what ends together is one failure
                if not alone and (self.failing or len(self._failing) >= FAILS):
                    await self._leave_alone(answer, now)

    async def _leave_alone(self, answer: Answer, now: datetime) -> None:
        self._failed += 1
        if self._failed == 1:
            self._say(f"waits and tries again: the receiver fails: {told(answer)}")
        if self._standing.at is None:
            await self._remember(Standing(at=now))
        self._until = now + timedelta(seconds=pause(self._failed, random=self._random, after=answer.after))
        since = self._standing.at or now
        if now - since > self._within:
            hours = self._within / timedelta(hours=1)
            await self._stop(f"the receiver has taken nothing for {hours:.0f} hours: {told(answer)}", now)

    async def _stop(self, why: str, now: datetime) -> None:
        await self._remember(Standing(stopped=why, at=now))
        self._say(f"sends nothing until a person enables it: {why}")

    def _say(self, what: str) -> None:
        self._report(f"{self._name}: {what}")

    async def _remember(self, standing: Standing) -> None:
        self._standing = standing
        if standing == Standing():
            await self._shelf.drop([WHOLE])
        else:
            await self._shelf.put([Kept(mention=WHOLE, author="", value=_encode(standing))])


def told(answer: Answer) -> str:
    """An answer that is no success, in words."""
    if answer.status is None:
        return answer.said
    return f"it answered {answer.status}" + (f": {answer.said}" if answer.said else "")
