"""What passed between a customer and the organisation as one list over all its accounts, the newest first, page by page."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from core.document import Stored
from core.errors import Reject
from desk.customers.asked import Customers
from desk.customers.one import Known
from desk.customers.said import said
from desk.store import facts, happenings, history
from desk.store.cases import Case, Event, Happened
from desk.store.customers import Merged
from desk.store.facts import Fact
from desk.store.happenings import DRAWN, Happening
from desk.store.identities import Account
from desk.store.inbox import Looking
from picture.collected import Gap, reduce_coverage

SIZE = 30
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)
"""Archives keep times of events in whole ms."""


class Kind(StrEnum):
    """What stands in a timeline."""

    SAID = "said"  # a message of an account of theirs
    ANSWERED = "answered"  # a message of an own account to one of theirs
    CASE = "case"  # opened, closed, and what became of its promises
    NOTE = "note"  # what somebody of the staff wrote with a case
    FACT = "fact"  # the latest that another system says of them
    ACCOUNT = "account"  # linked, taken away, merged
    HAPPENING = "happening"  # what befell the organisation meanwhile: outages, campaigns


OF_CASES = frozenset({Kind.CASE, Kind.NOTE})
"""What only those see who may see the cases."""
_EVENTS: Mapping[Kind, frozenset[Happened]] = {
    Kind.NOTE: frozenset({Happened.NOTED}),
    Kind.CASE: frozenset(
        {
            Happened.OPENED, Happened.RISEN, Happened.HANDED_OVER, Happened.OVERDUE, Happened.CLOSED, Happened.SPAM,
            Happened.HANDLED_ELSEWHERE, Happened.REOPENED, Happened.UNANSWERED,
        }
    ),
}  # fmt: skip


class CaseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and the case as it stands now."""

    event: Event
    case: Case


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, by its own time. `id` is one of its kind.

    about  what it was; of an answer that the archive does not hold its words, None where nobody has them
    away   of an account: it was taken away, not linked
    """

    kind: Kind
    at: datetime
    id: str
    about: Stored | CaseEvent | Fact | Account | Merged | Happening | str | None
    away: bool = False

    @property
    def place(self) -> tuple[datetime, str, str]:
        return self.at, self.kind.value, self.id


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """One page.

    after     continues it; None at its end
    gaps      what sources of these accounts could not give in the time of this page
    tickets   what other systems say of messages on it, by mention id
    """

    entries: tuple[Entry, ...]
    after: str | None
    gaps: tuple[Gap, ...]
    tickets: Mapping[str, Sequence[Fact]]


Source = Callable[[datetime, int], Awaitable[Sequence[Entry]]]
"""The newest so many entries up to and at a moment, the newest first; fewer are all there are."""


async def timeline(
    asked: Customers, known: Known, looking: Looking | None, *, kinds: Collection[Kind] = tuple(Kind), after: str = ""
) -> Timeline:
    """One page of these kinds. `looking` is who asks for cases, None where they may see none. Raises Reject where `after` is no mark
    of a timeline.
    """
    mark = _mark(after) if after else None
    reading = _Reading(asked, known)
    if looking and reading.authors and OF_CASES & set(kinds):
        reading = replace(
            reading, looking=looking, cases=await history.cases_of(asked.database, reading.authors, looking)
        )
    found = [entry for source in reading.sources(frozenset(kinds)) for entry in await _before(source, mark, SIZE + 1)]
    entries = sorted(found, key=lambda one: one.place, reverse=True)
    shown = entries[:SIZE]
    more = len(entries) > SIZE
    return Timeline(
        entries=tuple(shown),
        after=_marked(shown[-1]) if more else None,
        gaps=await reading.gaps(shown, newest=mark[0] if mark else asked.clock()) if shown else (),
        tickets=await facts.of_mentions(asked.database, [one.id for one in shown if one.kind is Kind.SAID]),
    )


@dataclass(frozen=True)
class _Reading:
    asked: Customers
    known: Known
    looking: Looking | None = None
    cases: Mapping[str, Case] = field(default_factory=dict)

    @property
    def authors(self) -> list[str]:
        return [one.author for one in self.known.linked if self.asked.counts(one.author)]

    def sources(self, kinds: frozenset[Kind]) -> list[Source]:
        every: dict[Kind, Source] = {
            Kind.FACT: self._facts,
            Kind.ACCOUNT: self._accounts,
            Kind.HAPPENING: self._happenings,
        }
        if self.authors:
            every |= {Kind.SAID: self._said, Kind.ANSWERED: self._answered}
            if self.looking and self.cases:
                every |= {kind: self._cases(kind, self.looking) for kind in OF_CASES}
        return [source for kind, source in every.items() if kind in kinds]

    async def gaps(self, shown: Sequence[Entry], *, newest: datetime) -> tuple[Gap, ...]:
        sources = sorted({one.author.partition(":")[0] for one in self.known.linked})
        oldest = min(shown[-1].at, newest)
        rows = await self.asked.archive.coverage(oldest, newest) if sources else ()
        collected = reduce_coverage(rows, sources=sources)
        return tuple(gap for gap in collected.gaps if gap.until > oldest and gap.since < newest)

    async def _said(self, until: datetime, most: int) -> Sequence[Entry]:
        found = await said(self.asked, self.authors, until=_beyond(until), most=most)
        return [
            Entry(kind=Kind.SAID, at=one.enriched.mention.created_at, id=one.enriched.mention.id, about=one)
            for one in found
        ]

    async def _answered(self, until: datetime, most: int) -> Sequence[Entry]:
        found = await history.answers(self.asked.database, self.authors, until=until, most=most)
        stored = await self.asked.archive.several([mention for mention, _ in found])
        written = await history.words_of(self.asked.database, [mention for mention, _ in found])
        return [
            Entry(kind=Kind.ANSWERED, at=at, id=mention, about=stored.get(mention) or written.get(mention))
            for mention, at in found
        ]

    def _cases(self, kind: Kind, looking: Looking) -> Source:
        async def events(until: datetime, most: int) -> Sequence[Entry]:
            found = await history.events(
                self.asked.database, self.authors, looking, _EVENTS[kind], until=until, most=most
            )
            return [
                Entry(
                    kind=kind,
                    at=one.at,
                    id=f"{one.case} {one.number:09}",
                    about=CaseEvent(event=one, case=self.cases[one.case]),
                )
                for one in found
                if one.case in self.cases
            ]

        return events

    async def _facts(self, until: datetime, most: int) -> Sequence[Entry]:
        told = [Entry(kind=Kind.FACT, at=one.at, id=f"{one.system} {one.name}", about=one) for one in self.known.facts]
        return _newest(told, until, most)

    async def _happenings(self, until: datetime, most: int) -> Sequence[Entry]:
        since = self.known.said.first_at if self.known.said else self.known.customer.made_at
        found = await happenings.within(self.asked.database, since, until + _TICK, DRAWN, most)
        return [
            Entry(kind=Kind.HAPPENING, at=one.since, id=f"{one.source} {one.key}", about=one) for one in found[::-1]
        ]

    async def _accounts(self, until: datetime, most: int) -> Sequence[Entry]:
        linked = [
            Entry(kind=Kind.ACCOUNT, at=one.at, id=f"linked {one.author}", about=one) for one in self.known.linked
        ]
        away = [
            Entry(kind=Kind.ACCOUNT, at=one.withdrawn_at, id=f"withdrawn {one.author}", about=one, away=True)
            for one in self.known.withdrawn
            if one.withdrawn_at is not None
        ]
        merged = [Entry(kind=Kind.ACCOUNT, at=one.at, id=f"merged {one.id}", about=one) for one in self.known.merged]
        return _newest([*linked, *away, *merged], until, most)


async def _before(source: Source, mark: tuple[datetime, str, str] | None, size: int) -> Sequence[Entry]:
    """At least so many of the newest that come after `mark` in the list, or all there are. Where a source has more, those of the last
    moment it gave may be some of it alone: they are left for a longer look.
    """
    most = 2 * size
    while True:
        found = await source(mark[0] if mark else _LAST, most)
        whole = len(found) < most
        left = [
            one for one in found if (mark is None or one.place < mark) and (whole or one.at >= found[-1].at + _TICK)
        ]
        if whole or len(left) >= size:
            return left
        most *= 2


def _newest(entries: Iterable[Entry], until: datetime, most: int) -> Sequence[Entry]:
    held = (one for one in entries if one.at <= until)
    return sorted(held, key=lambda one: one.place, reverse=True)[:most]


def _beyond(until: datetime) -> datetime | None:
    """The end of a filter that holds that moment too."""
    return None if until == _LAST else until + _TICK


def _marked(entry: Entry) -> str:
    return f"{entry.at.isoformat()} {entry.kind.value} {entry.id}"


def _mark(after: str) -> tuple[datetime, str, str]:
    at, _, rest = after.partition(" ")
    kind, _, name = rest.partition(" ")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Reject("that is no place in a timeline", reason="after") from None
    if moment.tzinfo is None or not _FIRST <= moment < _LAST:
        raise Reject("that is no place in a timeline", reason="after")
    return moment, kind, name
