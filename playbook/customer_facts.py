"""What is known of a customer that a next best action can ask for, and how it says it."""

from datetime import timedelta
from enum import StrEnum

import msgspec


class Trend(StrEnum):
    """Where the sentiment of a customer goes."""

    FALLING = "falling"
    STEADY = "steady"
    RISING = "rising"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One customer over all its accounts. None is not known: what asks for that does not hold, whatever it asks.

    case       whether a case of theirs is not closed
    severity   of the worst of those
    due        until what is promised next in those is due; negative is how long it has been over
    crisis     whether one of those belongs to a crisis that runs
    waits      since their latest message, where no answer of ours was seen after it
    answered   since our latest answer that was seen
    silent     since their latest message
    sentiment, intent  labels of that message
    trend      of their sentiment
    net        net sentiment of the weeks shown, -1 to 1
    mentions   how many messages of theirs are archived
    segment    what other systems say of it; () where they say none
    """

    case: bool | None = None
    severity: str | None = None
    due: timedelta | None = None
    crisis: bool | None = None
    waits: timedelta | None = None
    answered: timedelta | None = None
    silent: timedelta | None = None
    sentiment: tuple[str, ...] | None = None
    intent: tuple[str, ...] | None = None
    trend: Trend | None = None
    net: float | None = None
    mentions: int | None = None
    segment: tuple[str, ...] | None = None
