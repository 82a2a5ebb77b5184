"""What people ask most of one filter, with what we answered and the best practices that say it: asked anew each time.

Nothing is kept. What was deleted, erased, muted or judged irrelevant is in no group, figure or wording from then on.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from core.document import Filter, Placed, Stored
from core.ports import ArchiveReader
from core.query import And, AnyNode, Field, FieldName, Not, Or
from core.types import OPEN, Kind, Mention
from desk.cases.hearing import OwnAccounts
from desk.cases.promised import Promised
from desk.faq.wording import Wording, answered, worded
from desk.nameless import names_of
from desk.ports import Leaving, Rulebook
from desk.practices.cleaning import Cleaner
from desk.store import accounts, people, practices
from desk.store.database import Database
from desk.store.practices import Practice
from picture.asked import Often, often
from picture.collected import Gap
from picture.extent import extent_of
from picture.moved import narrowed
from picture.overview import comparable
from picture.similar import Ordinary, Similar, Text
from playbook.accounts import plain

MOST = 100_000
"""Questions that are read of one stretch: of more, one in so many is."""
READ = 24
"""Texts of a question that its wording is chosen among."""
ANSWERED_WITHIN = timedelta(days=14)
"""How long after the stretch an answer still counts."""


class Answer(NamedTuple):
    """When a message was answered, and the id of what answered it."""

    at: datetime
    mention: str


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
    """What is asked most in a stretch: `total` questions, of which one in `one_in` was read; what of it was not collected."""

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
        self._turn = asyncio.Lock()

    async def asked(self, where: Filter, *, now: datetime, most: int, latest: int = 0) -> Faq:
        """The `most` asked of a filter with a bounded range, each with its `latest` messages. Raises Retry where an engine is away."""
        if where.since is None or where.until is None:
            raise ValueError("what is asked most needs a range with a start and an end")
        until = min(where.until, now)
        of = msgspec.structs.replace(narrowed(where, _QUESTION), spam=False)
        total = await self._archive.count(of)
        one_in = -(-total // MOST) or 1
        own, answers = await self._answers(of.since or until, until + ANSWERED_WITHIN)
        before = await comparable(self._archive, of, until=until)
        async with self._turn:
            found = await self._found(of, before, own, one_in)
        extent = await extent_of(self._archive, where, until=until)
        staff = [one.name for one in await people.every(self._database)]
        told = [await self._told(one, answers, staff, one_in, latest) for one in found[:most]]
        return Faq(
            since=where.since,
            until=until,
            total=total,
            one_in=one_in,
            gaps=extent.gaps,
            whole=extent.whole,
            questions=tuple(told),
        )

    async def _found(self, of: Filter, before: Filter | None, own: frozenset[str], one_in: int) -> list[Often]:
        now = await self._placed(of, own, one_in)
        earlier = None if before is None else await self._placed(before, own, one_in)
        placed = await practices.placed(self._database)
        guides = [Text(f"{one.practice} {one.language}", one.vector, one.language) for one in placed]
        return await asyncio.to_thread(lambda: often(now, earlier, guides, Similar(self._ordinary())))

    async def _placed(self, of: Filter, own: frozenset[str], one_in: int) -> list[Placed]:
        """Those that people asked, and not we."""
        found = [one async for chunk in self._archive.placed(of) for one in chunk if one.author not in own]
        return found if one_in == 1 else sorted(found, key=lambda one: one.mention)[::one_in]

    async def _answers(self, since: datetime, until: datetime) -> tuple[frozenset[str], Mapping[str, Answer] | None]:
        """Our accounts as authors, and our latest answer to each message; None where no account of ours is known."""
        inventory = await accounts.every(self._database)
        named = Promised(self._rules.playbook).accounts
        at = [(one.source, plain(one.handle)) for one in inventory if one.official]
        if not at and not named:
            return frozenset(), None
        ours, authors, found = OwnAccounts(inventory, named), set[str](), dict[str, Answer]()
        where = Filter(since=since, until=until, query=_written_by(at, named))
        async for chunk in self._archive.scan(where):
            for mention in (one.enriched.mention for one in chunk):
                if ours.wrote(mention):
                    authors.add(mention.author.id)
                    _take(mention, found)
        return frozenset(authors), found

    async def _told(
        self, one: Often, answers: Mapping[str, Answer] | None, staff: Sequence[str], one_in: int, latest: int
    ) -> Frequent:
        replied = {} if answers is None else {each: answers[each] for each in one.mentions if each in answers}
        said = await self._archive.several(one.mentions[:READ])
        asked = [said[each] for each in one.mentions[:READ] if each in said and self._may_be_told(said[each])]
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
            if ours is not None and theirs is not None and self._may_be_told(ours):
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

    def _may_be_told(self, stored: Stored) -> bool:
        return stored.enriched.mention.visibility in OPEN and self._leaving.texts(stored)


MOST_LATEST = 500
"""Messages of a question, the most usual first, that its latest are taken of."""
_QUESTION = And(
    parts=(
        Field(name=FieldName.INTENT, value="question"),
        Not(part=Field(name=FieldName.KIND, value=Kind.REPOST.value)),
    )
)


def _written_by(at: Sequence[tuple[str, str]], named: frozenset[str]) -> AnyNode:
    """What accounts of these sources and handles wrote, or of these names anywhere: a little more than is ours."""
    authors = [Field(name=FieldName.AUTHOR, value=name) for name in sorted(named)]
    pairs = [
        And(parts=(Field(name=FieldName.SOURCE, value=source), Field(name=FieldName.AUTHOR, value=handle)))
        for source, handle in at
    ]
    return Or(parts=(*pairs, *authors))


def _take(mention: Mention, found: dict[str, Answer]) -> None:
    if mention.reply_to is None:
        return
    before = found.get(mention.reply_to)
    if before is None or before.at <= mention.created_at:
        found[mention.reply_to] = Answer(mention.created_at, mention.id)
