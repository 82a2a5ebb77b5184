"""The order key: one signed 64-bit number that says which version of a stored document wins.

Compared as (time of this content in ms, deletion, judgements, generation), packed as 44 + 1 + 8 + 10 bits, so that a
plain integer comparison decides everywhere, also as Elasticsearch's external version. A greater key wins, an equal
one is a no-op, a smaller one is a late replay and loses.
"""

from datetime import datetime

from core.time import milliseconds
from core.types import Deletion, Enriched, Mention

GENERATION_BITS, JUDGEMENT_BITS, TIME_BITS = 10, 8, 44
MOST_JUDGEMENTS = (1 << JUDGEMENT_BITS) - 1
LATEST = (1 << TIME_BITS) - 1


def content_time(mention: Mention) -> datetime:
    """When this content came to be: the edit's time, else its creation, never later than its first sight."""
    return min(mention.edited_at or mention.created_at, mention.seen_at)


def pack(time_ms: int, *, deletion: bool = False, judgements: int = 0, generation: int = 0) -> int:
    """Order key of the given parts. Raises ValueError where a part does not fit its bits (judgements saturate)."""
    if not 0 <= time_ms <= LATEST:
        raise ValueError(f"time {time_ms} ms does not fit an order key")
    if not 0 <= generation < 1 << GENERATION_BITS:
        raise ValueError(f"generation {generation} does not fit an order key")
    key = (time_ms << 1) | deletion
    key = (key << JUDGEMENT_BITS) | min(judgements, MOST_JUDGEMENTS)
    return (key << GENERATION_BITS) | generation


def within(time_ms: int) -> int:
    """The nearest time an order key can hold (1970 to 2527): an absurd date sorts first or last and breaks nothing."""
    return time_ms if 0 <= time_ms <= LATEST else max(0, min(time_ms, LATEST))


def of_enriched(enriched: Enriched, judgements: int = 0) -> int:
    """Order key of a processed mention that `judgements` corrections were applied to."""
    time_ms = within(milliseconds(content_time(enriched.mention)))
    return pack(time_ms, judgements=judgements, generation=enriched.generation)


def of_deletion(deletion: Deletion) -> int:
    """Order key of a tombstone: it beats every version of content up to its own time."""
    return pack(within(milliseconds(deletion.at)), deletion=True, judgements=MOST_JUDGEMENTS)
