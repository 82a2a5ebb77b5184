"""Compares an archive with the demo's ground truth and says every difference in a sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

from core.codec import decode
from core.document import Filter, Group, Stored
from core.ports import ArchiveReader, Record
from core.types import DeadLetter
from klankbord.demo.truth import Truth

INGEST = "ingest"  # the stage that connectors set inputs aside at
MOST_NAMED = 5


async def compare(reader: ArchiveReader, truth: Truth, *, dead: Mapping[str, int] | None = None) -> list[str]:
    """The differences, none where all is as it must be.

    dead  how many inputs of each source were set aside, where the caller counted them
    """
    stored = await _stored(reader, truth)
    differences = _identities(truth, stored)
    differences += _texts(truth, stored)
    differences += await _counts(reader, truth)
    differences += await _crisis(reader, truth)
    differences += await _coverage(reader, truth)
    if dead is not None:
        differences += _unequal("set aside from", truth.dead, dead)
    return differences


async def agreement(reader: ArchiveReader, truth: Truth) -> dict[str, float]:
    """How often language and sentiment are what the writer meant, 0-1: for reporting, it decides nothing."""
    stored = await _stored(reader, truth)
    same: Counter[str] = Counter()
    for key, meant in truth.found.items():
        if key in stored:
            enriched = stored[key].enriched
            for name, label in (("language", meant.language), ("sentiment", meant.sentiment)):
                finding = enriched.finding(name)
                same[name] += bool(finding and finding.labels and finding.labels[0] == label)
    return {name: count / max(1, len(truth.found)) for name, count in sorted(same.items())}


def dead_by_source(letters: Iterable[Record]) -> dict[str, int]:
    """How many inputs of each source are set aside, from the records of the log topic of dead letters."""
    found = (decode(letter.value) for letter in letters if letter.value)
    return Counter(one.origin.partition("/")[0] for one in found if isinstance(one, DeadLetter) and one.stage == INGEST)


async def _stored(reader: ArchiveReader, truth: Truth) -> dict[tuple[str, str], Stored]:
    """What the archive holds up to the truth's moment, by source and native id. Twice the same id would be one."""
    found: dict[tuple[str, str], Stored] = {}
    async for chunk in reader.scan(Filter(until=truth.now)):
        for stored in chunk:
            found[native(stored.enriched.mention.id)] = stored
    return found


def native(mention: str) -> tuple[str, str]:
    """Source and native id of a mention id, without the instance or file it stands under."""
    source, _, rest = mention.partition(":")
    return source, rest if source in ("bluesky", "rss") else rest.rpartition("/")[2]


def _identities(truth: Truth, stored: Mapping[tuple[str, str], Stored]) -> list[str]:
    return [
        f"{len(some)} {what}, such as {_named(some)}"
        for what, some in (
            ("messages are missing", truth.found.keys() - stored.keys()),
            ("deleted messages are still there", truth.deleted & stored.keys()),
            ("messages are there that should not be", stored.keys() - truth.found.keys() - truth.deleted),
        )
        if some
    ]


def _named(keys: AbstractSet[tuple[str, str]]) -> str:
    return ", ".join(f"{source}:{name}" for source, name in sorted(keys)[:MOST_NAMED])


def _texts(truth: Truth, stored: Mapping[tuple[str, str], Stored]) -> list[str]:
    """Texts that are not the latest ones; white space does not count."""
    wrong = {
        key
        for key, meant in truth.found.items()
        if key in stored and stored[key].enriched.mention.text.split() != meant.text.split()
    }
    late = {
        key
        for key, meant in truth.found.items()
        if key in stored and stored[key].enriched.mention.created_at != meant.at
    }
    said = [f"{len(wrong)} messages have another text, such as {_named(wrong)}"] if wrong else []
    return said + ([f"{len(late)} messages have another time, such as {_named(late)}"] if late else [])


async def _counts(reader: ArchiveReader, truth: Truth) -> list[str]:
    where = Filter(until=truth.now)
    by_source = dict(await reader.terms(where, by=Group.SOURCE, size=50))
    differences = _unequal("kept from", truth.kept, by_source)
    total, wanted = await reader.count(where), len(truth.found)
    if total != wanted:
        differences.append(f"the archive counts {total} messages, there must be {wanted}")
    return differences


async def _crisis(reader: ArchiveReader, truth: Truth) -> list[str]:
    """The spike's hours must count what the truth says, also when they are counted one by one."""
    hours = [truth.crisis_time.since + timedelta(hours=hour) for hour in range(len(truth.crisis) + 1)]
    buckets = await reader.histogram(Filter(), starts=hours)
    counted = tuple(bucket.counts.get("", 0) for bucket in buckets)
    listed = await reader.count(Filter(since=truth.crisis_time.since, until=truth.crisis_time.until))
    differences = (
        [] if counted == truth.crisis else [f"the crisis has {counted} messages an hour, it must be {truth.crisis}"]
    )
    if listed != sum(truth.crisis):
        differences.append(f"the crisis lists {listed} messages, it must be {sum(truth.crisis)}")
    return differences


async def _coverage(reader: ArchiveReader, truth: Truth) -> list[str]:
    """The stretch that was off must be told as not collected, and no other source may claim a gap inside it."""
    gap = truth.gap
    told = [found for found in await reader.coverage(gap.since, gap.until) if found.gap is not None]
    own = [found for found in told if found.source == truth.gap_source]
    reached = any((found.since or gap.since) <= gap.since and (found.until or gap.until) >= gap.until for found in own)
    if not reached:
        return [f"nothing says that {truth.gap_source} was not collected from {gap.since} to {gap.until}"]
    return []


def _unequal(what: str, wanted: Mapping[str, int], counted: Mapping[str, int]) -> list[str]:
    sources: Sequence[str] = sorted(wanted.keys() | counted.keys())
    return [
        f"{counted.get(source, 0)} messages were {what} {source}, there must be {wanted.get(source, 0)}"
        for source in sources
        if counted.get(source, 0) != wanted.get(source, 0)
    ]
