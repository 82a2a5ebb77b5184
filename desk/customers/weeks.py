"""The last weeks of a customer: what was said in each, and what its sources could not give."""

from datetime import datetime

import msgspec

from desk.customers.asked import Customers
from picture.collected import Gap, collected_in
from picture.portrait import Portrait
from picture.sentiment import Sentiment


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """One week [start, end). `count` is None where it is 0 for all that is known; `partial` that it is not over."""

    start: datetime
    end: datetime
    count: int | None
    partial: bool
    sentiment: Sentiment


class Weeks(msgspec.Struct, frozen=True, kw_only=True):
    """The weeks, the oldest first, and the gaps of the sources on which the customer is heard."""

    weeks: tuple[Week, ...]
    gaps: tuple[Gap, ...]

    @property
    def whole(self) -> Sentiment:
        """All of them together."""
        labels = Sentiment.__struct_fields__
        return Sentiment(**{name: sum(getattr(one.sentiment, name) for one in self.weeks) for name in labels})


async def weeks_of(asked: Customers, said: Portrait) -> Weeks:
    """The trend of a portrait, held against what was collected."""
    now, end = asked.clock(), asked.weeks()[-1]
    starts = [start for start, _ in said.trend]
    sources = [name for name, _ in said.channels]
    collected = await collected_in(asked.archive, starts[0], now, sources=sources)
    return Weeks(
        weeks=tuple(
            Week(
                start=start,
                end=over,
                count=felt.total if collected.known(start, min(over, now), felt.total) else None,
                partial=over > now,
                sentiment=felt,
            )
            for (start, felt), over in zip(said.trend, [*starts[1:], end], strict=True)
        ),
        gaps=tuple(gap for gap in collected.gaps if gap.until > starts[0] and gap.since < now),
    )
