"""The practices and the answered cases that are most like a case: held in memory, made again from the desk and the archive.

What is shown is looked up each time: a case that is open again or gone, and a text that was deleted, are in no answer. What was erased, opened again
or taken back at its source leaves memory at the next look. Whatever else the archive let go or placed elsewhere is seen as CHECKED are looked up at each
look in turn; cases whose keep time is over leave within WHOLE_AFTER.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

import msgspec

from core.document import Placed, Stored
from core.ports import ArchiveReader
from core.types import OPEN
from desk.practices.ended import Went, went
from desk.store import answered, cases, practices
from desk.store.answered import Answered, teaches
from desk.store.cases import Case
from desk.store.database import Database
from desk.store.practices import Practice, State, Tally
from picture.similar import Near, Similar, Text

SHOWN = 5
SPARE = 10
"""Cases that are looked up beside those that are shown: some may be open again, or their text gone."""
AT_ONCE = 500
CHECKED = 200
"""Cases that are held and looked up again at each look."""
OVERLAP = timedelta(minutes=10)
"""How far back is looked for what happened meanwhile: clocks differ."""
WHOLE_AFTER = timedelta(minutes=10)
"""Between two looks at all of them."""
_CASE, _PRACTICE = "c:", "p:"


class Like(StrEnum):
    """How like it is, in words."""

    SAME = "same"
    VERY = "very"
    SOME = "some"


LEAST = {Like.SAME: 0.7, Like.VERY: 0.5, Like.SOME: 0.33}
"""Cosine from which on; what is less like is not shown (docs/decisions/0031-similar.md)."""


class LikePractice(msgspec.Struct, frozen=True, kw_only=True):
    practice: Practice
    like: Like
    tally: Tally


class LikeCase(msgspec.Struct, frozen=True, kw_only=True):
    went: Went
    like: Like


class Likes(msgspec.Struct, frozen=True, kw_only=True):
    """Practices first; `cases` fill up to SHOWN. `ready` is False while it is gathered what there is; `placed` where the case's
    message has no place among the others: it is gone, or was not understood yet. `language` is what that message is in.
    """

    practices: tuple[LikePractice, ...] = ()
    cases: tuple[LikeCase, ...] = ()
    ready: bool = True
    placed: bool = True
    language: str = ""


class Alike:
    """`erased` is another value whenever something was erased on request."""

    def __init__(
        self, database: Database, archive: ArchiveReader, similar: Similar, *, erased: Callable[[], object]
    ) -> None:
        self._database, self._archive, self._similar, self._erased = database, archive, similar, erased
        self._turn = asyncio.Lock()
        self._messages: dict[str, str] = {}
        self._questions: dict[str, bytes] = {}
        self._next = 0
        self._ready = False
        self._version: object = None
        self._looked_at: datetime | None = None
        self._whole_at: datetime | None = None

    @property
    def held(self) -> frozenset[str]:
        """Ids of the cases that are held."""
        return frozenset(self._messages)

    async def follow(self, at: datetime) -> None:
        """Take in what came, and let go what went. Raises Retry where an engine is away."""
        version = self._erased()
        whole = self._whole_at is None or version != self._version or at - self._whole_at >= WHOLE_AFTER
        if whole or self._looked_at is None:
            found = await answered.every(self._database)
            touched = frozenset(self._messages)
        else:
            touched, found = await answered.changed(self._database, self._looked_at - OVERLAP)
        await self._drop(touched - {one.case for one in found})
        await self._take(one for one in found if self._messages.get(one.case) != one.message)
        await self._take(self._in_turn())
        await self._practices()
        self._looked_at, self._ready = at, True
        if whole:
            self._whole_at, self._version = at, version

    def _in_turn(self) -> Sequence[Answered]:
        """The next CHECKED of those that are held; after the last the first."""
        some = list(islice(self._messages.items(), self._next, self._next + CHECKED))
        self._next = self._next + CHECKED if len(some) == CHECKED else 0
        return [Answered(case, message) for case, message in some]

    async def of_case(self, case: Case, at: datetime) -> Likes:
        """What is most like its first message."""
        if not self._ready:
            return Likes(ready=False)
        place = (await self._archive.places([case.first_message])).get(case.first_message)
        if place is None:
            return Likes(placed=False)
        async with self._turn:
            practical = await asyncio.to_thread(self._nearest, place, SHOWN, list(self._questions), "")
            most = SHOWN + SPARE + len(self._questions)
            others = await asyncio.to_thread(self._nearest, place, most, None, _CASE + case.id)
        known = await self._practical(practical)
        ended = [one for one in others if one.id.startswith(_CASE)]
        shown = await self._ended(ended, SHOWN - len(known), at)
        return Likes(practices=known, cases=shown, language=place.language)

    def _nearest(self, place: Placed, most: int, among: Sequence[str] | None, without: str) -> Sequence[Near]:
        near = self._similar.nearest(place.vector, place.language, most, among=among, without=without)
        return [one for one in near if one.likeness >= LEAST[Like.SOME]]

    async def _practical(self, near: Sequence[Near]) -> tuple[LikePractice, ...]:
        """Each once, in the language that is most like."""
        best: dict[str, float] = {}
        for one in near:
            best.setdefault(one.id.removeprefix(_PRACTICE).partition(":")[0], one.likeness)
        known, counted = await practices.several(self._database, best), await practices.tallies(self._database, best)
        return tuple(
            LikePractice(practice=known[one], like=like(value), tally=counted[one])
            for one, value in best.items()
            if one in known and known[one].state is State.APPROVED
        )

    async def _ended(self, near: Sequence[Near], most: int, at: datetime) -> tuple[LikeCase, ...]:
        """What not everybody could read at its source is for its own unit alone, and not shown here."""
        named = {one.id.removeprefix(_CASE): one.likeness for one in near}
        known = await cases.several(self._database, named)
        there = [known[one] for one in named if one in known and teaches(known[one])]
        await self._drop(named.keys() - {one.id for one in there})
        shown: list[LikeCase] = []
        for one in await went(self._database, self._archive, there[: most + SPARE], at):
            if one.asked is None:
                await self._drop([one.case.id])
            elif len(shown) < most and _is_open(one.asked):
                shown.append(LikeCase(went=_openly(one), like=like(named[one.case.id])))
        return tuple(shown)

    async def _drop(self, ids: Iterable[str]) -> None:
        gone = [one for one in list(ids) if self._messages.pop(one, None) is not None]
        async with self._turn:
            self._similar.drop(_CASE + one for one in gone)

    async def _take(self, found: Iterable[Answered]) -> None:
        """Hold these where the archive says that they lie; those of which it says nothing no more."""
        asked = list(found)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            places = await self._archive.places([one.message for one in some])
            there = [one for one in some if one.message in places]
            await self._drop({one.case for one in some}.difference(one.case for one in there))
            texts = [Text(_CASE + one.case, places[one.message].vector, places[one.message].language) for one in there]
            async with self._turn:
                await asyncio.to_thread(self._similar.put, texts)
            self._messages |= {one.case: one.message for one in there}

    async def _practices(self) -> None:
        """Those that are approved now."""
        now = {f"{_PRACTICE}{one.practice}:{one.language}": one for one in await practices.placed(self._database)}
        gone = self._questions.keys() - now.keys()
        new = [one for one in now if self._questions.get(one) != now[one].vector]
        if gone or new:
            async with self._turn:
                self._similar.drop(gone)
                texts = [Text(one, now[one].vector, now[one].language) for one in new]
                await asyncio.to_thread(self._similar.put, texts)
            self._questions = {one: now[one].vector for one in now}


def _is_open(stored: Stored) -> bool:
    """Whether everybody could read it at its source."""
    return stored.enriched.mention.visibility in OPEN


def _openly(one: Went) -> Went:
    """Without an answer that not everybody could read."""
    return one if one.answered is None or _is_open(one.answered) else msgspec.structs.replace(one, answered=None)


def like(value: float) -> Like:
    """The word for a cosine of at least LEAST[Like.SOME]."""
    return next((word for word, least in LEAST.items() if value >= least), Like.SOME)
