"""What else weighs in beside the volume: how negative it is, how far it reaches, how fast it grows, whether it was planned.

    negative  in the hour there are three times, and five more, negative messages than usual, at half as much again of all
    reach     the authors of the hour reach five times as many followers as usual
    velocity  the quarter brings three times the usual, and half as much again as the quarter before
    positive  some sentiment is known, and negative messages are less than half as many again as usual
    campaign  a campaign of the calendar ran in the last three hours

Of negative, or of reach and velocity together, a watch becomes an alarm. Positive and campaign hold an alarm back to a watch; a
campaign does not where it turns negative. Where no sentiment and no reach is known nothing but the campaign changes a level.
"""

from typing import NamedTuple

from picture.detector.counts import HOUR
from picture.detector.past import QUARTER, THREE_HOURS, Past
from picture.detector.verdict import Level

NEGATIVE_TIMES, NEGATIVE_MORE, SHARE_TIMES = 3.0, 5.0, 1.5
REACH_TIMES = 5.0
FAST_TIMES, FASTER = 3.0, 1.5
RISEN = 1.5


class Weighed(NamedTuple):
    """Which of them hold."""

    negative: bool = False
    reach: bool = False
    velocity: bool = False
    positive: bool = False
    campaign: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, holds in self._asdict().items() if holds)

    def level(self, *, alarmed: bool) -> Level:
        """Of a bucket whose volume is worth a watch, or an alarm."""
        if self.negative:
            return Level.ALARM
        held = self.positive or self.campaign
        return Level.ALARM if (alarmed or (self.reach and self.velocity)) and not held else Level.WATCH


def weigh(past: Past, bucket: int) -> Weighed:
    """At a bucket that is remembered."""
    seen, usual = past.of(past.seen, bucket, HOUR), past.of(past.usual, bucket, HOUR)
    before = past.total(past.seen, bucket)
    known = past.total(past.negative, bucket)
    negative, share = past.of(past.negative, bucket, HOUR), known / max(before, 1.0)
    reach, each = past.of(past.reach, bucket, HOUR), past.total(past.reach, bucket) / max(before, 1.0)
    quarter, earlier = past.of(past.seen, bucket, QUARTER), past.of(past.seen, bucket - QUARTER, QUARTER)
    return Weighed(
        negative=known > 0
        and negative >= NEGATIVE_TIMES * share * usual + NEGATIVE_MORE
        and negative >= SHARE_TIMES * share * seen,
        reach=each > 0 and reach >= REACH_TIMES * each * usual,
        velocity=quarter >= FAST_TIMES * past.of(past.usual, bucket, QUARTER) and quarter >= FASTER * earlier,
        positive=known > 0 and negative < RISEN * share * usual,
        campaign=past.planned(bucket, THREE_HOURS),
    )
