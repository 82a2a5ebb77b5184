"""One processed mention as archives see it, whatever their engine: its words, and what it is counted by. Pure."""

from typing import NamedTuple

from core import order
from core.findings import NAMES, known_of
from core.types import UNSPOKEN, Engagement, Enriched, Mark, Mention, spoken
from core.words import tokens

BREAK = "\u2016"
"""A token no query has, between title, text and names, so that no phrase runs over the edge."""

MOST = (1 << 63) - 1
_PACKED = order.GENERATION_BITS + order.JUDGEMENT_BITS + 1


class Labels(NamedTuple):
    """What a mention is counted by, after judgements.

    spoken  the language as detected, else as stated
    found   labels of each of core.findings.KNOWN, None where there is no such finding
    """

    source: str
    kind: str
    site: str | None
    spoken: str | None
    monitors: tuple[str, ...]
    heard: str
    found: tuple[tuple[str, ...] | None, ...]

    @property
    def language(self) -> str:
        return self.spoken or UNSPOKEN


def said_tokens(mention: Mention) -> str:
    """Words of title and text, as the index and the copy group see them."""
    said = " ".join(tokens(mention.text))
    return f"{' '.join(tokens(mention.title))} {BREAK} {said}" if mention.title else said


def labels(enriched: Enriched) -> Labels:
    """What the mention is counted by; `enriched` has its judgements applied."""
    mention = enriched.mention
    found = known_of(enriched)
    spoke = found.get("language")
    return Labels(
        mention.source,
        mention.kind,
        mention.site,
        spoken(spoke.labels if spoke else (), mention.language),
        enriched.routing.monitors,
        heard_by(mention),
        tuple(found[name].labels if name in found else None for name in NAMES),
    )


def heard_by(mention: Mention) -> str:
    """The configured source that heard it, whose retention it is under; the connector's name where none is said."""
    return mention.stream.partition("/")[0] or mention.source


def engagement(read: Engagement | None) -> int | None:
    """Likes, reposts, replies and quotes together, those known; None where none is."""
    if read is None:
        return None
    known = [count for count in (read.likes, read.reposts, read.replies, read.quotes) if count is not None]
    return bounded(sum(known)) if known else None


def bounded(number: int | None) -> int | None:
    return number if number is None or -MOST <= number <= MOST else max(-MOST, min(number, MOST))


def drill(enriched: Enriched) -> bool:
    return Mark.DRILL in enriched.mention.marks


def history(enriched: Enriched) -> bool:
    return Mark.HISTORY in enriched.mention.marks


def content_ms(order_key: int) -> int:
    """The time of content in an order key, in ms."""
    return order_key >> _PACKED
