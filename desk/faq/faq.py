"""What people ask most of one filter, with what we answered and the best practices that say it: asked anew each time.

Nothing is kept. What was deleted, erased, muted or judged irrelevant is in no group, figure or wording from then on; what an
own account answered counts though that account is muted.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from core.document import Filter, Placed, Stored
from core.ports import ArchiveReader
from core.query import And, Field, FieldName, Not, by_accounts
from core.types import Kind
from desk.cases.hearing import OwnAccounts
from desk.cases.promised import Promised
from desk.faq.ours import Answer, answers_of, written_by
from desk.faq.wording import Wording, answered, worded
from desk.nameless import names_of
from desk.ports import Leaving, Rulebook
from desk.practices.cleaning import Cleaner
from desk.store import accounts, people, practices
from desk.store.database import Database
from desk.store.practices import Practice
from picture.asked import Often, often, sampled
from picture.collected import Gap
from picture.extent import extent_of
from picture.moved import narrowed
from picture.overview import comparable
from picture.similar import Ordinary, Similar, Text

MOST = 100_000
"""Questions that are read of one stretch: of more, one in so many is. Of more messages of ours, answers are not known."""
FRESH = timedelta(minutes=1)
"""How long what was read is kept, as long as as many messages stand."""
READ = 24
"""Texts of a question that its wording is chosen among."""


class Read(NamedTuple):
    """What was read of a filter at a moment; `known` is what it rests on: how many messages stood, and which practices."""

    at: datetime
    known: tuple[object, ...]
    total: int
    one_in: int
    found: Sequence[Often]
    answers: Mapping[str, Answer] | None


class Frequent(msgspec.Struct, frozen=True, kw_only=True):
    """One question.

    questions  messages that ask it, shares and spam left out; `askers` the accounts behind them
    before     messages in the period before; None where that was not collected
    wording    how somebody put it; None where no policy lets a text of it be told
    answered   of `questions`, how many an own account answered directly; None where no own account is known
    answer     the latest of those answers, without names
    latest     the messages that were asked last, newest first
    """

    questions: int
    askers: int
    before: int | None
    languages: tuple[tuple[str, int], ...]
    wording: Wording | None
    answered: int | None
    answer: Wording | None
    practice: Practice | None
    latest: tuple[Stored, ...]

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.questions - self.before


class Faq(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked most in a stretch: `total` questions, without our own, of which one in `one_in` was read; what of it was not collected."""

    since: datetime
    until: datetime
    total: int
    one_in: int
    gaps: tuple[Gap, ...]
    whole: bool
    questions: tuple[Frequent, ...]


class Frequently:
    """Asks for one organisation. `ordinary` is what texts look like before any is known."""

    def __init__(
        self,
        database: Database,
        archive: ArchiveReader,
        *,
        ordinary: Callable[[], Ordinary],
        rules: Rulebook,
        leaving: Leaving,
        organisation: str,
        languages: Sequence[str],
    ) -> None:
        self._database, self._archive, self._rules, self._leaving = database, archive, rules, leaving
        self._ordinary, self._name, self._cleaner = ordinary, organisation, Cleaner(languages)
        self._turn, self._kept = asyncio.Lock(), dict[Filter, Read]()

    async def asked(self, where: Filter, *, now: datetime, most: int, latest: int = 0) -> Faq:
        """The `most` asked of a filter with a bounded range, each with its `latest` messages. Raises Retry where an engine is away."""
        if where.since is None or where.until is None:
            raise ValueError("what is asked most needs a range with a start and an end")
        until = min(where.until, now)
        of = msgspec.structs.replace(narrowed(where, _QUESTION), spam=False, irrelevant=False, muted=False)
        before = await comparable(self._archive, of, until=until)
        async with self._turn:
            read = await self._read(of, before, now)
        total, one_in, answers = read.total, read.one_in, read.answers
        extent = await extent_of(self._archive, where, until=until)
        staff = [one.name for one in await people.every(self._database)]
        told = [await self._told(one, answers, staff, one_in, latest) for one in read.found[:most]]
        return Faq(
            since=where.since,
            until=until,
            total=total,
            one_in=one_in,
            gaps=extent.gaps,
            whole=extent.whole,
            questions=tuple(told),
        )

    async def _read(self, of: Filter, before: Filter | None, now: datetime) -> Read:
        """What was read of it less than a minute ago, where as many messages still stand; else anew."""
        inventory, named = await accounts.every(self._database), Promised(self._rules.playbook).accounts
        ours = written_by(inventory, named, of)
        placed = await practices.placed(self._database)
        counted = [0 if one is None else await self._archive.count(one) for one in (of, before, ours)]
        known = (*counted, *(f"{one.practice} {one.language}" for one in placed))
        self._kept = {one: kept for one, kept in self._kept.items() if timedelta(0) <= now - kept.at < FRESH}
        key = msgspec.structs.replace(of, since=_minute(of.since), until=_minute(of.until))
        if key not in self._kept or self._kept[key].known != known:
            one_in = -(-counted[0] // MOST) or 1
            own, answers = await answers_of(self._archive, ours, OwnAccounts(inventory, named), most=MOST)
            guides = [Text(f"{one.practice} {one.language}", one.vector, one.language) for one in placed]
            found = await self._found(of, before, own, one_in, guides)
            too_many = ours is None or counted[2] > MOST
            asked = counted[0] - (await self._archive.count(narrowed(of, by_accounts(own))) if own else 0)
            self._kept[key] = Read(now, known, asked, one_in, found, None if too_many else answers)
        return self._kept[key]

    async def _found(
        self, of: Filter, before: Filter | None, own: frozenset[str], one_in: int, guides: Sequence[Text]
    ) -> Sequence[Often]:
        now = await self._placed(of, own, one_in)
        earlier = None if before is None else await self._placed(before, own, one_in)
        return await asyncio.to_thread(lambda: often(now, earlier, guides, Similar(self._ordinary())))

    async def _placed(self, of: Filter, own: frozenset[str], one_in: int) -> list[Placed]:
        """Those that people asked, and not we."""
        return [
            one
            async for chunk in self._archive.placed(of)
            for one in chunk
            if one.author not in own and sampled(one.mention, one_in)
        ]

    async def _told(
        self, one: Often, answers: Mapping[str, Answer] | None, staff: Sequence[str], one_in: int, latest: int
    ) -> Frequent:
        replied = {} if answers is None else {each: answers[each] for each in one.mentions if each in answers}
        said = await self._archive.several(one.mentions[:READ])
        asked = [said[each] for each in one.mentions[:READ] if each in said and self._leaving.texts(said[each])]
        return Frequent(
            questions=len(one.mentions) * one_in,
            askers=one.askers,
            before=None if one.before is None else one.before * one_in,
            languages=tuple((language, count * one_in) for language, count in one.languages),
            wording=worded(asked, self._cleaner, staff, ours=[self._name]),
            answered=None if answers is None else len(replied) * one_in,
            answer=await self._answer(replied, staff),
            practice=await self._practice(one.guides),
            latest=await self._latest(one.mentions, latest),
        )

    async def _answer(self, replied: Mapping[str, Answer], staff: Sequence[str]) -> Wording | None:
        """The latest that may be told, without names of whoever it was given to."""
        latest = sorted(replied.items(), key=lambda pair: (pair[1].at, pair[1].mention), reverse=True)[:READ]
        said = await self._archive.several([each for question, answer in latest for each in (question, answer.mention)])
        for question, answer in latest:
            ours, theirs = said.get(answer.mention), said.get(question)
            if ours is not None and theirs is not None and self._leaving.texts(ours):
                names = [name for name in names_of(theirs) if name.casefold() != self._name.casefold()]
                text = answered(ours, self._cleaner, [*names, *staff])
                return Wording(text=text, language=ours.enriched.language) if text else None
        return None

    async def _practice(self, guides: Sequence[str]) -> Practice | None:
        """The one whose question is most like it."""
        ids = [one.partition(" ")[0] for one in guides]
        known = await practices.several(self._database, ids)
        return next((known[one] for one in ids if one in known), None)

    async def _latest(self, mentions: Sequence[str], most: int) -> tuple[Stored, ...]:
        if not most:
            return ()
        found = list((await self._archive.several(mentions[:MOST_LATEST])).values())
        found.sort(key=lambda one: one.enriched.mention.created_at, reverse=True)
        return tuple(found[:most])


MOST_LATEST = 500
"""Messages of a question, the most usual first, that its latest are taken of."""
_QUESTION = And(
    parts=(
        Field(name=FieldName.INTENT, value="question"),
        Not(part=Field(name=FieldName.KIND, value=Kind.REPOST.value)),
    )
)


def _minute(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(second=0, microsecond=0)
