"""When what failed is tried again. Pure.

The schedule is the example of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, "Deliverability and
reliability"): ten tries in 75 hours and 35 minutes.
"""

from datetime import datetime, timedelta
from random import Random

DELAYS = (5.0, 5 * 60.0, 30 * 60.0, *(hours * 3600.0 for hours in (2, 5, 10, 14, 20, 24)))
"""Seconds after the first, the second, ... try of one event."""

PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds between looks whether a receiver that fails as a whole is back; the last one again and again."""

JITTER = 0.05
"""Added at the most, as a share, so that not all that failed at once comes back at once."""

ALL = timedelta(seconds=sum(DELAYS) * (1 + JITTER))


def next_try(
    tries: int, since: datetime, now: datetime, *, random: Random, after: float | None, within: timedelta
) -> datetime | None:
    """When to try again after that many tries, the first of them `since`; None where it is given up.

    after  seconds that the receiver asked to wait; never shorter than that, and never later than `within` of `since`
    """
    if tries > len(DELAYS):
        return None
    delay = DELAYS[tries - 1] * random.uniform(1.0, 1.0 + JITTER)
    at = now + timedelta(seconds=max(delay, after or 0.0))
    return at if at <= since + within else None


def pause(failed: int, *, random: Random, after: float | None) -> float:
    """Seconds until a receiver that failed as a whole that often is looked at again."""
    grown = PAUSES[min(failed, len(PAUSES)) - 1] * random.uniform(1.0, 1.0 + JITTER)
    return max(grown, after or 0.0)
