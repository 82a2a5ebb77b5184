"""Weeks of noisy talk about one monitor, collected as a whole: enough for a forecast that is worth showing."""

from datetime import datetime, timedelta

import numpy as np

from core.types import Author, Coverage, Enriched, Mention, Routing

HOUR = timedelta(hours=1)


def talk(
    now: datetime, *, weeks: float = 6, monitor: str = "Noorderlijn", rate: float = 2.0, outcome: str | None = None
) -> list[object]:
    """About `rate` messages an hour, twice as many by day, up to the hour that runs; each of them came to `outcome`."""
    until = now.replace(minute=0, second=0, microsecond=0)
    hours = round(weeks * 7 * 24)
    drawn = np.random.default_rng(5)
    found: list[object] = [
        Coverage(source="bluesky", stream="all", cursor_to="1", since=until - hours * HOUR, until=now)
    ]
    for back in range(hours, 0, -1):
        began = until - back * HOUR
        busy = 2 if 8 <= began.hour < 20 else 1
        mean = rate * busy
        for number in range(drawn.negative_binomial(2, 2 / (2 + mean))):
            at = began + timedelta(minutes=1 + number % 58)
            name = f"bluesky:{began:%m%d%H}-{number}"
            said = Mention(
                id=name, source="bluesky", author=Author(id="bluesky:anna"), text="trein", created_at=at, seen_at=at
            )
            found.append(Enriched(mention=said, routing=Routing(monitors=(monitor,), outcome=outcome)))
    return found
