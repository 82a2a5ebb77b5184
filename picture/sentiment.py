"""Sentiment as shares: positive, negative, neutral, uncertain, and what nobody has judged yet."""

from collections.abc import Mapping

import msgspec

from core.document import Filter, Group
from core.findings import FEELINGS, UNCERTAIN
from core.ports import ArchiveReader


class Sentiment(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one set of mentions. `uncertain` were looked at without a decision and are never spread over the others;
    `unjudged` carry no sentiment finding: nobody looked.
    """

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    uncertain: int = 0
    unjudged: int = 0

    @property
    def total(self) -> int:
        return self.positive + self.neutral + self.negative + self.uncertain + self.unjudged

    @property
    def net(self) -> float | None:
        """(positive - negative) / (positive + negative), -1 to 1; None where there is neither."""
        told = self.positive + self.negative
        return (self.positive - self.negative) / told if told else None

    def share(self, label: str) -> float | None:
        """Share of one label in all, 0 to 1; None where there are no mentions."""
        return int(getattr(self, label)) / self.total if self.total else None


UNJUDGED = "unjudged"
"""Mentions that carry no such finding: without text, or understood by an earlier release."""

FELT = (*FEELINGS, UNCERTAIN)
LABELS = (*FELT, UNJUDGED)


def sentiment_of(counts: Mapping[str, int]) -> Sentiment:
    """From a bucket's counts by label, "" the whole. A label outside the three is counted as uncertain."""
    positive, neutral, negative = (counts.get(label, 0) for label in ("positive", "neutral", "negative"))
    known = ("", "positive", "neutral", "negative")
    uncertain = sum(count for label, count in counts.items() if label not in known)
    told = positive + neutral + negative + uncertain
    return Sentiment(
        positive=positive,
        neutral=neutral,
        negative=negative,
        uncertain=uncertain,
        unjudged=max(0, counts.get("", told) - told),
    )


async def sentiment_in(archive: ArchiveReader, where: Filter) -> Sentiment:
    """Sentiment of the filter's range, which must be bounded at both ends; its total is the filter's count."""
    if where.since is None or where.until is None:
        raise ValueError("sentiment needs a range with a start and an end")
    (bucket,) = await archive.histogram(where, starts=[where.since, where.until], by=Group.SENTIMENT)
    return sentiment_of(bucket.counts)
