"""What the detector says of a bucket, and the settings by which it says it."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """Learning: too little is known; calm; watch: for the dashboard; alarm: for who is on call."""

    LEARNING = "learning"
    CALM = "calm"
    WATCH = "watch"
    ALARM = "alarm"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """From which score on something is said; picture/detector/judging.py says of what the scores are made."""

    watch: float = 3.1
    alarm: float = 4.1


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one bucket, and why.

    window    minutes that decided, the bucket's own the last of them
    seen      messages in that window
    expected  how many are usual then, a campaign of the calendar included; 0 while learning
    odds      once in how many such windows so many come; 1 where nothing is unusual, at most 10 ** 9
    since     the bucket in which this run of watches and alarms began; None where calm or learning
    for_watch, for_alarm  the scores that are compared with the settings
    judged    whether anything could be said: enough was learnt, and what is collected was there
    weighed   what else weighed in: "negative", "reach", "velocity", "campaign", "positive"
    """

    level: Level
    bucket: int
    window: int
    seen: int
    expected: float
    odds: float
    for_watch: float = 0.0
    for_alarm: float = 0.0
    since: int | None = None
    weighed: tuple[str, ...] = ()
    judged: bool = True

    @property
    def times(self) -> float:
        """Seen over expected; a window in which nothing is expected counts as half a message."""
        return self.seen / max(self.expected, 0.5)
