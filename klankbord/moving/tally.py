"""What was moved, counted and compared: equal counts, and equal content behind them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.document import Filter, Group, Order
from core.ports import ArchiveReader, Cut, Ended, Held, Past
from core.types import Coverage, Judgement, Mute

EVERYTHING = Filter(irrelevant=True, muted=True, drills=True)
GROUPS = (Group.LANGUAGE, Group.KIND, Group.MONITOR, Group.SENTIMENT, Group.EMOTION, Group.TOPIC, Group.TAG, Group.SITE)
MOST_VALUES = 10_000
SAMPLE = 200
_BITS = 1 << 64

_encode = msgspec.json.Encoder(order="sorted").encode


class Row(msgspec.Struct, frozen=True):
    """One line of the table at the end; `same` is False also where equal counts hide different content."""

    what: str
    here: int
    there: int
    same: bool

    @classmethod
    def of(cls, what: str, here: int, there: int) -> "Row":
        return cls(what, here, there, here == there)


ENDED = "deletions remembered"
KINDS: Mapping[type, str] = {
    Held: "mentions",
    Ended: ENDED,
    Judgement: "judgements",
    Mute: "mutes",
    Cut: "retention cuts",
    Coverage: "coverage",
}


class Tally:
    """Counts what an archive holds, kind by kind, with a sum over its content that no order changes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.ended: dict[bytes, tuple[int, int, int]] = {}
        """By target: an archive may keep what it knows of one in two places."""

    def add(self, past: Iterable[Past]) -> int:
        """Count these; returns how many of them are mentions."""
        mentions = 0
        for one in past:
            if isinstance(one, Ended):
                self._end(one)
                continue
            kind = KINDS[type(one)]
            self.counts[kind] += 1
            self.sums[kind] = (self.sums[kind] + _number(one)) % _BITS
            mentions += isinstance(one, Held)
        return mentions

    def compared(self, there: "Tally") -> list[Row]:
        """A row a kind."""
        return [Row(kind, self.count(kind), there.count(kind), self._equal(there, kind)) for kind in KINDS.values()]

    def count(self, kind: str) -> int:
        return len(self.ended) if kind == ENDED else self.counts[kind]

    def _end(self, one: Ended) -> None:
        removed, hidden, lifted = self.ended.get(one.target, (-1, -1, -1))
        self.ended[one.target] = max(removed, one.removed), max(hidden, one.hidden), max(lifted, one.lifted)

    def _equal(self, there: "Tally", kind: str) -> bool:
        if kind == ENDED:
            return self.ended == there.ended
        return (self.counts[kind], self.sums[kind]) == (there.counts[kind], there.sums[kind])


def _number(past: Past) -> int:
    return int.from_bytes(hashlib.blake2b(_encode(past), digest_size=8).digest(), "big")


async def answers(here: ArchiveReader, there: ArchiveReader) -> list[Row]:
    """What both archives answer to the questions of the page, compared."""
    rows = [Row.of("mentions that count", await here.count(Filter()), await there.count(Filter()))]
    sources = await _values(here, there, Group.SOURCE)
    rows += [Row.of(f"  of {name}", one, other) for name, (one, other) in sorted(sources.items())]
    pairs = [pair for group in GROUPS for pair in (await _values(here, there, group)).values()]
    rows.append(Row.of("figures by language, monitor and so on", len(pairs), sum(one == other for one, other in pairs)))
    sample = (await here.search(EVERYTHING, order=Order.NEWEST, size=SAMPLE)).mentions
    equal = [await there.get(stored.enriched.mention.id) == stored for stored in sample]
    return [*rows, Row.of("mentions looked at one by one", len(equal), sum(equal))]


async def _values(here: ArchiveReader, there: ArchiveReader, group: Group) -> dict[str, tuple[int, int]]:
    one, other = [dict(await archive.terms(EVERYTHING, by=group, size=MOST_VALUES)) for archive in (here, there)]
    return {name: (one.get(name, 0), other.get(name, 0)) for name in one.keys() | other.keys()}


def verdict(rows: Sequence[Row]) -> str | None:
    """What differs, in a sentence; None where nothing does."""
    short = [f"{row.what.strip()} ({row.here:,} here, {row.there:,} there)" for row in rows if row.here != row.there]
    other = [row.what.strip() for row in rows if row.here == row.there and not row.same]
    said = [f"not all of it is there: {', '.join(short)}"] if short else []
    said += [f"equal in number, not in content: {', '.join(other)}"] if other else []
    return "; ".join(said) or None
