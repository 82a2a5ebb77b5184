"""How often something may be asked."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from core.time import Clock

MOST_NAMES = 1000


class Rate:
    """At most `most` within `span` for each name; of the names asked last, MOST_NAMES are remembered."""

    def __init__(self, most: int, span: timedelta, clock: Clock) -> None:
        self._most, self._span, self._clock = most, span, clock
        self._asked: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allows(self, name: str) -> bool:
        """Whether it may be asked now, which then counts."""
        now = self._clock()
        asked = self._asked.setdefault(name, deque())
        self._asked.move_to_end(name)
        if len(self._asked) > MOST_NAMES:
            self._asked.popitem(last=False)
        while asked and now - asked[0] >= self._span:
            asked.popleft()
        if len(asked) >= self._most:
            return False
        asked.append(now)
        return True
