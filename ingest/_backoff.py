"""How long to wait before the next try: exponential, capped, jittered, and never less than the other side asked for."""

from random import Random

import msgspec

MOST_ASKED = 24 * 3600.0


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: the first wait, and the longest one of our own choosing."""

    first: float = 1.0
    most: float = 300.0

    def wait(self, attempt: int, *, random: Random, asked: float | None = None) -> float:
        """Seconds to wait before try `attempt` (1 is the first one again).

        Half of the wait is jitter, so that many streams do not come back together. What the other side asked for is
        honoured in full, up to a day, with up to a tenth (at most 10 s) on top.
        """
        if asked is not None and asked > 0:
            wished = min(asked, MOST_ASKED)
            return wished + random.uniform(0, min(wished / 10, 10))
        longest = min(self.most, self.first * 2.0 ** min(attempt - 1, 30))
        return random.uniform(longest / 2, longest)
