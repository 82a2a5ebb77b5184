"""What a person asks to be told: a view, what of it is worth a message, and who gets it."""

import re
from datetime import time, timedelta
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_serializer, field_validator, model_validator

from core.settings import Settings, Span
from desk.alerts.addresses import addresses
from desk.naming import Name
from desk.web.view import View

MOST_RECEIVERS = 50
LONGEST = timedelta(days=7)


class When(StrEnum):
    """What sets an alert off."""

    EACH = "each"  # each new match
    ABOVE = "above"  # more than `number` within `within`
    BELOW = "below"  # fewer than `number` within `within`
    UNUSUAL = "unusual"  # at least `number` times the usual of that time of the week, and outside of what is normal


class Asked(Settings):
    """Which mentions a view shows: every part narrows, as on the page. `query` is a search; `copies` can be counted `once`."""

    monitor: str = ""
    source: str = ""
    language: str = ""
    query: str = Field(default="", max_length=10_000)
    sentiment: str = ""
    topic: str = ""
    copies: Literal["", "once"] = ""

    def view(self) -> View:
        return View(
            monitor=self.monitor,
            source=self.source,
            language=self.language,
            q=self.query,
            sentiment=self.sentiment,
            topic=self.topic,
            copies=self.copies,
        )


class Alert(Asked):
    """One alert.

    when     each, above, below or unusual; `number` and `within` belong to the last three
    group    with `each`: how long matches are gathered into one message
    pause    how long nothing new is said after a message; matches go on being gathered
    quiet    hours in which nothing is sent, in the organisation's time zone: 22:00-07:00
    over     whether it is said when a threshold is no longer passed
    late     how old a message may be when it arrives and still count; more for a source that is asked once an hour
    to       e-mail addresses
    webhook  an address that gets it as signed JSON
    written_in  the language of the message; the organisation's first where there is none
    """

    name: Name
    when: When = When.EACH
    number: float = Field(default=1, ge=0, le=1e9)
    within: Span = Field(default=timedelta(hours=1), ge=timedelta(minutes=5), le=LONGEST)
    group: Span = Field(default=timedelta(minutes=15), le=LONGEST)
    pause: Span = Field(default=timedelta(hours=1), le=LONGEST)
    quiet: str = ""
    over: bool = False
    late: Span = Field(default=timedelta(minutes=15), ge=timedelta(minutes=1), le=LONGEST)
    to: tuple[str, ...] = Field(default=(), max_length=MOST_RECEIVERS)
    webhook: str = ""
    written_in: Literal["", "nl", "en"] = ""

    @field_validator("to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return addresses(value)

    @field_validator("webhook")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not _is_web_address(value):
            raise ValueError("should be an address that begins with https://")
        return value

    @field_validator("quiet")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value:
            quiet_hours(value)
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Alert":
        if not self.to and not self.webhook:
            raise ValueError("says nothing to anybody: give `to` addresses or a `webhook`")
        if self.copies and self.when is When.EACH:
            raise ValueError("copies: that copies count once belongs to a number; each match is told whoever shares it")
        if self.when is When.UNUSUAL and self.number <= 1:
            raise ValueError("number: how many times the usual is unusual should be more than 1")
        return self

    @field_serializer("within", "group", "pause", "late", when_used="json")
    def _span(self, value: timedelta) -> str:
        """As people write it: in the largest unit that it is a whole number of."""
        seconds = round(value.total_seconds())
        size, unit = next(
            (size, unit) for size, unit in ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s")) if not seconds % size
        )
        return f"{seconds // size}{unit}" if seconds else "0s"

    @property
    def receivers(self) -> tuple[str, ...]:
        return (*self.to, *([self.webhook] if self.webhook else []))


def quiet_hours(text: str) -> tuple[time, time]:
    """Begin and end of "22:00-07:00". Raises ValueError with a sentence."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise ValueError("should be two times of day, like 22:00-07:00")
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise ValueError("begins and ends at the same time; leave it out where nothing is quiet")
    return start, end


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0 and value.isprintable()
    except ValueError:
        return False
