"""How much one asker may ask: a token bucket each, refilled with time."""

from datetime import datetime

from core.time import Clock

BURST = 60
A_MINUTE = 300
WRONG_BURST = 10
WRONG_A_MINUTE = 10


class Allowance:
    """`burst` requests at once and `a_minute` after that, a name. Names are bounded by the caller."""

    def __init__(self, clock: Clock, *, burst: int = BURST, a_minute: int = A_MINUTE) -> None:
        self._clock, self._burst, self._a_second = clock, burst, a_minute / 60
        self._left: dict[str, tuple[float, datetime]] = {}

    def take(self, name: str) -> float:
        """Seconds until that name may ask again; 0 where it may now, which takes one from it."""
        now = self._clock()
        left, at = self._left.get(name, (float(self._burst), now))
        left = min(float(self._burst), left + max(0.0, (now - at).total_seconds()) * self._a_second)
        if left < 1:
            self._left[name] = left, now
            return (1 - left) / self._a_second
        self._left[name] = left - 1, now
        return 0.0
