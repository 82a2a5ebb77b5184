"""When a report goes out: each day, week or month at a time on the organisation's own clock."""

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator

from core.settings import Settings
from desk.alerts.addresses import addresses
from desk.naming import Name


class Every(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def _clock(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", value):
        raise ValueError("should be a time of day, like 07:00")
    return value


Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of day on the wall, as people write it and forms send it."""


class Schedule(Settings):
    """One report.

    view  the address of an overview or a search
    at    a time of day, like 07:00
    on    with week the day, 1 is Monday; with month the day of the month, up to 28, which every month has
    """

    name: Name
    view: str
    form: Literal["pdf", "csv"] = "pdf"
    every: Every = Every.WEEK
    at: Clock = time(7)
    on: int = Field(default=1, ge=1, le=28)
    to: tuple[str, ...] = Field(min_length=1, max_length=50)
    written_in: Literal["", "nl", "en"] = ""

    @field_validator("to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return addresses(value)

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time after that moment. A time that the clock skips comes when it has been skipped."""
        day = moment.astimezone(zone).date()
        while True:
            due = datetime.combine(day, self.at.replace(tzinfo=None), zone).astimezone(UTC)
            if due > moment and self._takes(day):
                return due
            day += timedelta(days=1)

    def _takes(self, day: date) -> bool:
        match self.every:
            case Every.DAY:
                return True
            case Every.WEEK:
                return day.isoweekday() == min(self.on, 7)
            case _:
                return day.day == self.on
