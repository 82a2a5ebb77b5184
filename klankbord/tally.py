"""What was moved, counted and compared: equal counts, and equal content behind them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from core.document import Filter, Group, Order
from core.ports import ArchiveReader, Cut, Ended, Held, Past
from core.types import Judgement, Mute

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


class Tally:
    """Counts what an archive holds, kind by kind, with a sum over its content that no order changes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()

    def add(self, past: Iterable[Past]) -> int:
        """Count these; returns how many of them are mentions."""
        mentions = 0
        for one in past:
            kind = _kind(one)
            self.counts[kind] += 1
            self.sums[kind] = (self.sums[kind] + _number(one)) % _BITS
            mentions += isinstance(one, Held)
        return mentions

    def compared(self, there: "Tally") -> list[Row]:
        """A row a kind."""
        return [Row(kind, self.counts[kind], there.counts[kind], self._equal(there, kind)) for kind in KINDS]

    def _equal(self, there: "Tally", kind: str) -> bool:
        return (self.counts[kind], self.sums[kind]) == (there.counts[kind], there.sums[kind])


KINDS = ("mentions", "deletions remembered", "judgements", "mutes", "retention cuts", "coverage")


def _kind(past: Past) -> str:
    match past:
        case Held():
            return "mentions"
        case Ended():
            return "deletions remembered"
        case Judgement():
            return "judgements"
        case Mute():
            return "mutes"
        case Cut():
            return "retention cuts"
        case _:
            return "coverage"


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
