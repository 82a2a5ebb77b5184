"""The seams: what a connector, an enricher, a log, an archive and a sink promise one another.

Components are modules with `Settings` (a frozen pydantic model that refuses unknown keys) and
`build(settings, tools)` (an async context manager: entering opens, leaving closes). Settings hold data only.
"""

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Protocol, TypeVar, runtime_checkable

import msgspec

from core.case import CaseDocument
from core.customer import CustomerDocument
from core.document import (
    Annotation,
    Answered,
    Arrivals,
    AuthorCount,
    Bucket,
    Filter,
    Group,
    Order,
    Page,
    Placed,
    Profile,
    Stored,
)
from core.query import AnyNode
from core.telemetry import Duration
from core.time import Clock
from core.types import (
    Can,
    Coverage,
    Deletion,
    Enriched,
    Failure,
    Finding,
    Judgement,
    Mention,
    Mute,
    Parent,
    Published,
    Reply,
)

# --- what is measured ------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Spread:
    """How seconds were spread: how many are up to each of `bounds` and above the one before, the last above all; their sum."""

    bounds: tuple[float, ...]
    counts: list[int]
    total: float = 0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Counters, gauges and durations of one process, by name (core.telemetry) and labels in their order there.

    Shared by every component in the process. Labels may be left out from the end. `timer` gives seconds, from anywhere.
    """

    values: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)
    spreads: dict[tuple[Duration, tuple[str, ...]], Spread] = field(default_factory=dict)
    timer: Callable[[], float] = perf_counter

    def add(self, name: str, *labels: str, by: float = 1) -> None:
        key = (name, labels)
        self.values[key] = self.values.get(key, 0) + by

    def set(self, name: str, value: float, *labels: str) -> None:
        self.values[(name, labels)] = value

    def forget(self, name: str, *labels: str) -> None:
        """Take away a name's values whose labels begin so: they are not known any more."""
        for key in [key for key in self.values if key[0] == name and key[1][: len(labels)] == labels]:
            self.values.pop(key, None)

    def observe(self, name: Duration, *labels: str, seconds: Iterable[float]) -> None:
        key = (name, labels)
        if key not in self.spreads:
            self.spreads[key] = Spread(bounds=name.bounds, counts=[0] * (len(name.bounds) + 1))
        for one in seconds:
            self.spreads[key].add(one)

    @contextmanager
    def timed(self, name: Duration, *labels: str) -> Iterator[None]:
        """Observe how long the block takes, also where it raises."""
        began = self.timer()
        try:
            yield
        finally:
            self.observe(name, *labels, seconds=[self.timer() - began])

    def total(self, name: str) -> float:
        """The sum over all labels."""
        return sum(value for (measured, _), value in list(self.values.items()) if measured == name)


# --- what a component is given -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the program lends a component when it builds it.

    clock    the time; tests pass their own
    random   for jitter; tests pass a seeded one
    cache    a folder of the component's own for what can be made again
    report   one line for the person at the terminal or in the log; never holds a secret
    measured what the process measures: a component adds to it under the names of core.telemetry
    """

    clock: Clock
    random: Random
    cache: Path
    report: Callable[[str], None]
    measured: Measured = field(default_factory=Measured)


# --- ingest ------------------------------------------------------------------------------------------------------


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector read in one go.

    cursor   where to go on after this batch, opaque; None keeps the one before
    since, until  the stretch of event time this batch covers, where the source lets one say so
    gap      why [since, until) could not be collected; None where it was
    An empty batch is a heartbeat: the source is there and quiet.
    """

    mentions: tuple[Mention, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    failed: tuple[Failure, ...] = ()
    cursor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    gap: str | None = None


class Connector(Protocol):
    """Reads one source.

    `batches` is resumed after a yield only when that batch is durable; being closed instead means it is not, and a
    later call with the same cursor gives it again. Order within a batch: mentions and deletions of one id stand in
    the order in which they happened when they are in different batches; within one batch a deletion comes after.
    Raises Retry where the source is away (the runner waits and calls again with the last durable cursor), Stop where
    a person must act (token refused).
    """

    def streams(self) -> Sequence[str]:
        """Names of the streams this connector reads, each with a cursor of its own.

        Asked again every few seconds while any is read: there may be more by then. One that is gone is read to its end.
        """
        ...

    def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]: ...


class Lookup(Protocol):
    """Optional on a connector: facts looked up in batches after the predicate kept a mention, before it is published."""

    async def lookup(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        """The same mentions, same order, with followers and engagement as read now. Never raises for one mention."""
        ...


Parsed = Mention | Deletion | Failure
Parse = Callable[[bytes, str, datetime], Iterator[Parsed]]
"""`parse(payload, name, seen_at)` of a connector module: pure; a recorded input of the source, its file name, the time
to use as seen_at where the source has none of its own. A module whose settings change what its input says has
`parse_by(settings)` beside it, which gives a Parse by those settings: dead letters are read again with it."""


# --- enrich ------------------------------------------------------------------------------------------------------


class Reading(Protocol):
    """What the encoder's own heads (sentiment, emotion) make of one text, from the same pass as its vector."""

    def logits(self, head: str) -> Sequence[float]:
        """One value a label of that head."""
        ...

    def part(self, head: str, start: int, end: int) -> Sequence[float] | None:
        """The same of the characters [start, end) of the text alone; None where they were not read."""
        ...


class Passage(msgspec.Struct, kw_only=True, gc=False):
    """A mention on its way through the enrichers: each may read what those before it found.

    text      the normalised text (core of what models see); `language` as detected so far
    vector    the encoder's vector, 384 float32 of unit length as bytes; empty where no enricher asked for it
    reading   what the encoder's own heads make of the text; None where there is no vector
    """

    mention: Mention
    text: str
    language: str | None = None
    vector: bytes = b""
    reading: Reading | None = None


class Enricher(Protocol):
    """Gives one finding: batch in, same length and order out; None abstains.

    Called from a worker thread, one call at a time. Raises Reject where a text can never pass (the caller retries
    singly to find it), Retry where it is down (the caller waits).
    """

    name: str
    needs_vector: bool

    def find(self, batch: Sequence[Passage]) -> Sequence[Finding | None]: ...


Encode = Callable[[Sequence[str]], Sequence[bytes]]
"""Vectors of texts, each as in Passage.vector."""


@runtime_checkable
class Prepared(Protocol):
    """Optional on an enricher that compares messages with texts of its own."""

    def prepare(self, encode: Encode) -> None:
        """Called once, before the first batch, where the chain has an encoder."""
        ...


@runtime_checkable
class Choosing(Protocol):
    """Optional on an enricher whose labels are known beforehand: it can be judged, and corrected, on labelled texts."""

    @property
    def classes(self) -> Sequence[str]: ...


def classes_of(enricher: Enricher) -> Sequence[str]:
    """Its labels where they are known beforehand; () elsewhere."""
    return enricher.classes if isinstance(enricher, Choosing) else ()


Reads = Callable[[Passage], Hashable]
"""All of a passage that a finding follows from, for one enricher as it was built."""


@runtime_checkable
class Repeating(Protocol):
    """Optional on an enricher whose finding follows from what `reads` gives and nothing else, not from when it is asked: where
    that is the same again, it is not asked again. None says that it is to be asked each time.
    """

    @property
    def reads(self) -> Reads | None: ...


def reads_of(enricher: Enricher) -> Reads | None:
    """What its findings follow from; None where it does not say."""
    return enricher.reads if isinstance(enricher, Repeating) else None


class Understood(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the chain of enrichers made of one mention."""

    findings: tuple[Finding, ...]
    skipped: tuple[str, ...] = ()
    vector: bytes = b""


Understand = Callable[[Sequence[Mention]], Sequence[Understood]]
"""The whole chain: CPU-bound, thread-safe, total per mention. The same text gives the same findings whatever else is in
the batch."""


# --- log ---------------------------------------------------------------------------------------------------------


class Record(msgspec.Struct, frozen=True, gc=False):
    """One entry of a log topic: `offset` grows by one or more, `at` is when it was appended (ms since 1970 UTC)."""

    offset: int
    at: int
    key: str
    value: bytes


class Reader(Protocol):
    """One consumer group's view of one log topic. One reader a group and topic at a time."""

    async def read(self, most: int, wait: float) -> Sequence[Record]:
        """Up to `most` records after the reader's position, in order; waits up to `wait` seconds for the first.

        Advances the position in memory only: after a crash reading starts again after the last commit.
        """
        ...

    async def commit(self, offset: int) -> None:
        """All records up to and including `offset` are done. Returns when that is stored."""
        ...


class TopicState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a group is: `end` the last record's offset (0 when empty), `lag` in records, and when the oldest
    uncommitted record was appended (ms since 1970 UTC), if there is one.
    """

    topic: str
    group: str
    end: int
    committed: int
    lag: int
    oldest_at: int | None = None


class Log(Protocol):
    """Durable, ordered topics that groups read independently."""

    async def append(self, topic: str, entries: Sequence[tuple[str, bytes]]) -> int:
        """Append (key, value) entries in order, all or none; returns the last offset when they are durable."""
        ...

    def reader(self, topic: str, group: str) -> AbstractAsyncContextManager[Reader]: ...

    async def since(self, topic: str, at: datetime, most: int) -> Sequence[Record]:
        """Up to `most` records appended at or after `at`, oldest first."""
        ...

    async def after(self, topic: str, offset: int, most: int) -> Sequence[Record]:
        """Up to `most` records after `offset`, oldest first."""
        ...

    async def tail(self, topic: str, most: int) -> Sequence[Record]:
        """The last `most` records, oldest first."""
        ...

    async def count(self, topic: str) -> int:
        """How many records stand in the topic, without reading what they hold."""
        ...

    async def remember(self, coverage: Coverage) -> None:
        """Store cursor and coverage of a stream in one durable record, also readable as topic `coverage`."""
        ...

    async def cursor(self, source: str, stream: str) -> str | None: ...

    async def cursors(self) -> Mapping[tuple[str, str], str]:
        """Every stored cursor, by source and stream."""
        ...

    async def state(self) -> Sequence[TopicState]:
        """One row a topic and group that ever read it."""
        ...

    async def passed(self, topic: str, group: str, offsets: Sequence[int]) -> bool:
        """Whether that group has committed all the records with these offsets; False for one that never came."""
        ...

    async def forget(
        self, topic: str, keys: Sequence[str], *, doomed: Callable[[Record], bool] = lambda _: True
    ) -> int:
        """Empty the values of every record with one of these keys, unrecoverably; returns how many. Offsets stay.

        Those of which `doomed` says False stay; it is called in another thread and may be called twice for a record.
        """
        ...

    async def retain(self, topic: str, keep: float, groups: Sequence[str]) -> int:
        """Drop records older than `keep` seconds that every one of `groups` has committed; returns how many."""
        ...


Erased = Callable[[str], bool]
"""Whether that mention id or author id was erased on request: checked when it is heard again and at each write."""

Item = Enriched | Deletion | Judgement | Mute | Coverage
"""What the end of the pipeline takes: log topics `enriched` and `judgements`."""


# --- archive -----------------------------------------------------------------------------------------------------


class ArchiveWriter(Protocol):
    """The writing side: idempotent by order key."""

    async def write(self, items: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        """Apply the items in order; returns (index, failure) of those refused. All others are durable on return.

        A mention whose author or id has a tombstone stays away; a greater order key wins; judgements made before are
        applied to whatever version comes. Raises Retry where the engine is away.
        """
        ...

    async def erase(self, *, mentions: Sequence[str] = (), authors: Sequence[str] = ()) -> int:
        """Remove text, findings and author data unrecoverably, leaving tombstones; returns how many documents."""
        ...

    async def assign(self, monitor: str, node: AnyNode) -> int:
        """Give the monitor to every stored mention that matches (a newly saved monitor's history); returns how many."""
        ...

    async def expire(self, source: str, before: datetime) -> int:
        """Remove what a configured source heard (first part of `stream`, else `source`) before that time; returns how many."""
        ...


class ArchiveReader(Protocol):
    """The asking side. Every question takes the same Filter and counts the same mentions."""

    async def get(self, mention: str) -> Stored | None: ...

    async def several(self, mentions: Sequence[str]) -> Mapping[str, Stored]:
        """As `get`, of many at once: by mention id, those that are there."""
        ...

    async def count(self, where: Filter) -> int: ...

    async def search(self, where: Filter, *, order: Order, size: int, after: str | None = None) -> Page: ...

    async def histogram(
        self, where: Filter, *, starts: Sequence[datetime], by: Group | None = None
    ) -> Sequence[Bucket]:
        """Counts in the half-open stretches between consecutive `starts` (n+1 starts give n buckets)."""
        ...

    async def arrivals(
        self, where: Filter, *, since: datetime, until: datetime, history: bool = False
    ) -> Sequence[Arrivals]:
        """Of each monitor of the filter (of all where it names none) what arrived in each bucket of [since, until), in one
        pass and in no order; nothing where nothing arrived. A mention that several monitors heard counts for each.

        `history` asks instead for what is marked as no live traffic, in the bucket in which it was published.
        """
        ...

    async def terms(self, where: Filter, *, by: Group, size: int) -> Sequence[tuple[str, int]]:
        """The most frequent values with their counts, most first, ties by name."""
        ...

    async def authors(self, where: Filter, *, size: int) -> Sequence[AuthorCount]:
        """Who is heard: by followers as last read where known, then by volume."""
        ...

    async def profiles(self, where: Filter, *, authors: Sequence[str], starts: Sequence[datetime]) -> Sequence[Profile]:
        """One of each of these accounts that has a mention here, by id; `starts` cut the trend as `histogram` does."""
        ...

    async def coverage(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        """Every stretch that touches [since, until), gaps included."""
        ...

    async def last_covered(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        """Of each source, by name, that stretch of `coverage` that ends last, then the longest; a gap covers nothing."""
        ...

    def scan(self, where: Filter) -> AsyncIterator[Sequence[Stored]]:
        """All of them in id order, in chunks, without holding a read transaction open between chunks."""
        ...

    async def places(self, mentions: Sequence[str]) -> Mapping[str, Placed]:
        """Where the encoder placed these: by mention id, those that are there, as `several`, and that it placed."""
        ...

    def placed(self, where: Filter) -> AsyncIterator[Sequence[Placed]]:
        """Where the encoder placed them, as far as it did, in chunks and no order; as `scan` it holds nothing open."""
        ...


class Dated(Protocol):
    """A document that says of what it is and when it was counted."""

    @property
    def id(self) -> str: ...

    @property
    def counted_at(self) -> datetime: ...


Counted = TypeVar("Counted", bound=Dated)


class Documents(Protocol[Counted]):
    """Documents beside the mentions of an archive, found by their ids. Raises Retry where the engine is away."""

    async def put(self, documents: Sequence[Counted]) -> None:
        """Each in the place of the one before; durable and to be found on return."""
        ...

    async def drop(self, ids: Collection[str]) -> int:
        """Remove these, unrecoverably once the archive erases or clears next; returns how many there were."""
        ...

    async def get(self, ids: Collection[str]) -> Mapping[str, Counted]:
        """Those that are there, by id."""
        ...

    async def counted(self) -> Mapping[str, datetime]:
        """When each was counted, by id."""
        ...


class CustomerDocuments(Documents[CustomerDocument], Protocol):
    """One document a customer."""

    async def caught_up(self) -> None:
        """Returns when the archive's counts know all that was durable before; asked before documents are counted anew."""
        ...

    async def holding(self, authors: Collection[str]) -> Sequence[str]:
        """The customers whose documents name any of these accounts, by id."""
        ...


class Archive(ArchiveWriter, ArchiveReader, Protocol):
    """Both sides of one engine, and its documents of customers and of cases."""

    customers: CustomerDocuments
    cases: Documents[CaseDocument]


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """What an archive remembers of the end of a message or an account: sinks/_tombstone.py says how it counts.

    target   BLAKE2b of its id, 16 bytes
    removed, hidden, lifted  ms since 1970, -1 where there is none
    """

    target: bytes
    removed: int = -1
    hidden: int = -1
    lifted: int = -1


class Cut(msgspec.Struct, frozen=True, kw_only=True, tag="cut"):
    """What that configured source saw before that time (ms since 1970) stays away."""

    source: str
    before: int


class Held(msgspec.Struct, frozen=True, kw_only=True, tag="held"):
    """One stored mention as it came, hidden or not: no judgement applied, its vector and all assigned monitors with it."""

    enriched: Enriched
    arrived_at: datetime


Past = Ended | Cut | Mute | Judgement | Held | Coverage


@runtime_checkable
class Movable(Protocol):
    """Optional on an archive: all it holds can be taken to another one."""

    def history(self) -> AsyncIterator[Sequence[Past]]:
        """All it holds, in chunks: what ended, is cut, muted and judged, then the mentions, then coverage.

        Nobody may write meanwhile. An archive that was given it by `restore` answers every question the same.
        """
        ...

    async def restore(self, past: Sequence[Past]) -> Sequence[tuple[int, Failure]]:
        """Take in a chunk of another archive's `history`; as `write`, but mentions keep when they arrived.

        Idempotent: a greater order key wins, and of equal ones this one.
        """
        ...


@runtime_checkable
class Annotated(Protocol):
    """Optional on an archive that dashboards ask by themselves: they find there what stands beside the charts."""

    async def annotate(self, notes: Sequence[Annotation], answered: Sequence[Answered] = ()) -> None:
        """Let exactly these stand there; found on return. Raises Retry where the engine is away."""
        ...


# --- sinks -------------------------------------------------------------------------------------------------------


class Sink(Protocol):
    """Takes enriched records out of the pipeline; each sink reads with a group of its own.

    takes_history, takes_drills  whether it accepts records so marked: one that reaches people or systems does not
    in_flight  batches that it is given at once at the most, in order: 1 where each has to wait for the one before
    tells_arrival  whether it measures itself when the other side has a message, for what `write` took may be sent later, or
                   not at all; else what `write` took has arrived
    """

    name: str
    takes_history: bool
    takes_drills: bool
    in_flight: int
    tells_arrival: bool

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        """Deliver; returns (index, failure) of those refused for good. Raises Retry where the other side is away."""
        ...


# --- publish -----------------------------------------------------------------------------------------------------


class Publisher(Protocol):
    """Answers at one source, as one own account.

    Whoever calls it writes down that an answer is being sent before `send`, and what became of it after. Where that second
    note is missing (a crash, Unsure), `settles` passes, `find` is asked, and only where it finds nothing `send` is called
    again with the same Reply. So an answer stands at the source once. Two calls for one account never overlap.

    source   Mention.source of what it answers
    account  whose answers they are: a handle as people write it, of Mastodon with its instance, or the number by which a source goes
    can      what it may do beside answering
    settles  how long after a send that broke off the source may not tell of it yet
    """

    @property
    def source(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def can(self) -> frozenset[Can]: ...

    @property
    def settles(self) -> timedelta: ...

    async def meet(self) -> str:
        """Ask the source who we are there and what it takes; the account's name. `send` and `find` do it by themselves.

        Raises Retry where the source is away, Denied where it lets us not in, or in as somebody else.
        """
        ...

    async def send(self, reply: Reply) -> Published:
        """Let the answer stand at the source.

        Raises Retry where it surely does not stand there and may be tried again (Denied: once a person has acted),
        Reject with a Refusal as its reason where it never will, Unsure where nobody knows: then `find` decides. So it
        is too where the call is cancelled.
        """
        ...

    async def find(self, reply: Reply) -> Published | None:
        """Whether the source has this answer. Raises Retry, Denied, and Reject or Unsure where the source will not say."""
        ...

    async def hide(self, mention: str) -> None:
        """Hide what somebody wrote from others; hidden already is fine. Raises Retry, Denied, and Reject where it cannot."""
        ...

    async def delete(self, mention: str) -> None:
        """Take a message away; gone already is fine. Raises Retry, Denied, and Reject where it cannot."""
        ...

    def window(self, parent: Parent) -> datetime | None:
        """Until when this may be answered, if it is the last thing its author said; None where there is no end."""
        ...

    def most(self, parent: Parent) -> int:
        """How long an answer to it may be, in the units of `length`: the source's usual limit until `meet` was there."""
        ...

    def length(self, text: str, parent: Parent) -> int:
        """How long that answer is as the source counts, what it is given by the way (a mention of the author) included."""
        ...
