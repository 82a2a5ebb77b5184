"""How mentions divide over the labels of a finding, so that all of them are told: the undecided and those nobody looked at too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from core.document import Filter, Group
from core.findings import ANY, FEELINGS, UNCERTAIN
from core.ports import ArchiveReader
from core.query import Field, FieldName
from picture.moved import narrowed
from picture.sentiment import UNJUDGED, Sentiment, sentiment_of
from picture.shares import Share, shares

MOST_LABELS = 1000


class Aspect(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is spoken of, with what is felt about it; its share is of all mentions, and one may speak of several."""

    name: str
    felt: Sentiment
    share: float

    @property
    def mentions(self) -> int:
        return self.felt.total


async def divided(archive: ArchiveReader, where: Filter, *, by: Group, size: int = MOST_LABELS) -> tuple[Share, ...]:
    """The `size` most frequent labels of a finding that has one, then UNCERTAIN and UNJUDGED: all of them are the whole.

    The filter's range must be bounded at both ends.
    """
    if where.since is None or where.until is None:
        raise ValueError("a whole that is divided needs a range with a start and an end")
    (bucket,) = await archive.histogram(where, starts=[where.since, where.until], by=by)
    return shares(_whole(bucket.counts, size), of=bucket.counts.get("", 0))


def _whole(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    labels = {label: count for label, count in counts.items() if label not in ("", UNCERTAIN)}
    told = sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))
    uncertain = counts.get(UNCERTAIN, 0)
    left = counts.get("", 0) - uncertain - sum(labels.values())
    return [*told[:size], (UNCERTAIN, uncertain), *([(UNJUDGED, left)] if left > 0 else [])]


async def aspects(archive: ArchiveReader, where: Filter, *, size: int, total: int) -> tuple[Aspect, ...]:
    """The `size` aspects spoken of most, ties by name. `total` is the count of the filter."""
    found = felt(await archive.terms(where, by=Group.ASPECT, size=MOST_LABELS))
    most = sorted(found.items(), key=lambda pair: (-pair[1].total, pair[0]))[:size]
    return tuple(Aspect(name=name, felt=told, share=told.total / total if total else 0.0) for name, told in most)


def felt(labels: Sequence[tuple[str, int]]) -> dict[str, Sentiment]:
    """By aspect; what is felt about it is uncertain where a label does not say."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for label, count in labels:
        name, _, feeling = label.rpartition(":")
        if not name or feeling not in (*FEELINGS, UNCERTAIN):
            name, feeling = label, UNCERTAIN
        counts[name][feeling] = counts[name].get(feeling, 0) + count
    return {name: sentiment_of(told) for name, told in counts.items()}


async def spam_in(archive: ArchiveReader, where: Filter) -> int:
    """How many of them are marked as spam."""
    return await archive.count(narrowed(where, Field(name=FieldName.SPAM, value=ANY))) if where.spam else 0
