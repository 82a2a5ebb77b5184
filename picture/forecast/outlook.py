"""The forecast of one monitor, and how much of it is worth showing: as many days as last week's hours were beaten on."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from picture.forecast.choosing import rolled
from picture.forecast.comparable import expected
from picture.forecast.history import DAY, HOUR, Floats, History, hour_start
from picture.forecast.rolling import DAYS, SETTLED, Rolled, Score, Total

ENOUGH = SETTLED * DAY
"""Hours compared on a day of the forecast before it can be said to be better."""


class Why(StrEnum):
    """Why nothing is shown: three weeks of known hours are not there; too few forecasts could be compared; last week's hours did
    as well or better.
    """

    HISTORY = "history"
    UNTRIED = "untried"
    NO_BETTER = "no_better"


class Forecast(NamedTuple):
    """Mentions in each of 72 hours, of which `start` is the first: low and high should hold four in five of them.

    NaN in an hour that nothing known is comparable with.
    """

    start: int
    low: Floats
    middle: Floats
    high: Floats


class Outlook(NamedTuple):
    """`shown` are the hours from the first on that are worth showing: 0, 24, 48 or 72; `why` says why none is.

    forecast  None with too little history
    rolled    the forecasts of earlier days
    """

    forecast: Forecast | None
    rolled: Rolled
    score: Score
    shown: int
    why: Why | None

    @property
    def stretch(self) -> tuple[datetime, datetime] | None:
        """[since, until) of what is shown; None where nothing is."""
        if self.forecast is None or not self.shown:
            return None
        since = hour_start(self.forecast.start)
        return since, since + self.shown * HOUR

    def total(self, first: float, end: float) -> Total | None:
        """Of the hours ahead from place `first` up to `end`, which may lie within hours; None where they are not shown, or cannot
        be told together.
        """
        if self.forecast is None or not 0 <= first < end <= self.shown:
            return None
        return self.rolled.total(self.forecast.middle, first, end)


def outlook(history: History) -> Outlook:
    """What is expected after the end of the history, and how good it was so far. The same history gives the same."""
    earlier, habit = rolled(history)
    score = earlier.score()
    found = expected(history, len(history.counts), habit)
    if found is None:
        return Outlook(None, earlier, score, 0, Why.HISTORY)
    forecast = Forecast(history.end, *earlier.widened(found, len(history.counts)))
    return Outlook(forecast, earlier, score, *worth(score))


def worth(score: Score) -> tuple[int, Why | None]:
    """`shown` and `why` of what was scored so."""
    tried = [hours >= ENOUGH for hours in score.hours]
    beats = [one < 1 for one in score.mase]
    days = next((day for day in range(DAYS) if not (tried[day] and beats[day])), DAYS)
    if days:
        return days * DAY, None
    return 0, Why.NO_BETTER if tried[0] else Why.UNTRIED
