"""What is expected."""

from datetime import datetime
from typing import Literal

from desk.api.answers.shared import Count, Part, Struct


class Expected(Struct, frozen=True):
    """One hour [since, until): four in five of such hours hold between low and high, and half of them more than the middle.

    All three are null where no hour like it was collected.
    """

    since: datetime
    until: datetime
    low: float | None
    middle: float | None
    high: float | None


class ExpectedDay(Struct, frozen=True):
    """24 hours of the forecast together, null where they are not shown, or not each of them is told; medians of hours do not add
    up to it.

    error is the mean absolute error of earlier forecasts so far ahead over that of the same hours last week: below 1 they were
    better. It is null where nothing could be compared, and where last week's hours were never wrong and they were. compared is
    in how many hours.
    """

    low: float | None
    middle: float | None
    high: float | None
    error: float | None
    compared: Count


class ForecastAnswer(Struct, frozen=True):
    """What the monitor is expected to hear, by event time, muted and irrelevant messages and drills left out.

    hours are as many days as beat the same hours last week, none where `why` says why: history (three weeks of collected
    hours are not there), untried (not a week of forecasts could be compared), no_better (last week's hours did as well).
    forecasts is how many earlier ones were compared, a day apart, and covered the share of hours between their low and high.
    """

    at: datetime
    time_zone: str
    monitor: str
    why: Literal["history", "untried", "no_better"] | None
    hours: tuple[Expected, ...]
    days: tuple[ExpectedDay, ...]
    forecasts: Count
    covered: Part | None
    page: str
