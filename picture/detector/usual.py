"""What is usual: a level that follows slowly, times the hour of the day, times the weekend.

Learned once an hour from what was collected. What is far from the expected is drawn in first (winsorised), so that a crisis
does not become the usual while it lasts.
"""

from typing import NamedTuple

from picture.detector.clock import Place

FAR = 3.0
"""An hour counts for at most so many times the expected and `SOME` more, and at least for its inverse."""
SOME = 3.0
LEVEL_HOURS, CLOCK_DAYS, WEEKEND_DAYS = 72.0, 10.0, 14.0
"""Over how many the averages go (weight 1 / n of the newest), once there are as many."""


class Around(NamedTuple):
    """What is expected an hour, at the middle of an hour and of its two neighbours."""

    before: float
    here: float
    after: float


class Usual:
    """Learns hour by hour; made again from the hours of some weeks."""

    def __init__(self) -> None:
        self._level = 0.0
        self._hours = 0
        self._clock, self._clock_days = [1.0] * 24, [0] * 24
        self._weekend, self._weekend_hours = [1.0, 1.0], [0, 0]

    def around(self, at: Place) -> Around:
        scale = self._level * self._weekend[at.weekend]
        clock, hour = self._clock, at.hour
        return Around(scale * clock[hour - 1], scale * clock[hour], scale * clock[(hour + 1) % 24])

    def learn(self, at: Place, count: float) -> None:
        """One hour's count, a campaign's factor taken out."""
        hour, weekend = at.hour, int(at.weekend)
        here = self._clock[hour] * self._weekend[weekend]
        if self._hours >= 24:
            expected = self._level * here
            count = min(max(count, (expected - SOME) / FAR), FAR * expected + SOME)
        self._hours += 1
        self._level += (count / max(here, 0.05) - self._level) / min(self._hours, LEVEL_HOURS)
        if self._level <= 0:
            return
        self._clock_days[hour] += 1
        share = count / self._level
        self._clock[hour] += (share / self._weekend[weekend] - self._clock[hour]) / min(
            self._clock_days[hour] + 1, CLOCK_DAYS
        )
        self._weekend_hours[weekend] += 1
        self._weekend[weekend] += (share / max(self._clock[hour], 0.05) - self._weekend[weekend]) / min(
            self._weekend_hours[weekend] + 24, WEEKEND_DAYS * 24
        )
