"""Waiting for the other side: growing, jittered, capped, and never shorter than it asked for."""

from random import Random

FIRST, MOST = 0.25, 60.0
"""Seconds."""


def pause(attempt: int, random: Random, after: float | None = None) -> float:
    """Seconds to wait after the attempt of that number (from 0); `after` is what the other side asked for."""
    grown: float = min(MOST, FIRST * 2 ** min(attempt, 20))
    if after is not None:
        return after + grown * random.uniform(0.0, 0.25)
    return grown * random.uniform(0.5, 1.0)
