"""How the parts of a running klankbord speak: lines for a person, or one JSON object a line for whoever collects logs.

A line says what happened to which trace, never what a message holds: of an exception that nobody expected only its class
and its place are told, for its words may be somebody's.
"""

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

import msgspec

from core.time import Clock, now
from core.trace import place
from klankbord.configuration import Configuration

VARIABLE = "KLANKBORD_LOG"
_KEY = re.compile(r"\?key=\S+")


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line as JSON. `time` is RFC 3339 in UTC, `trace` that of the record it is about (core.trace)."""

    time: str
    level: str
    part: str
    message: str
    trace: str = ""


class Voice(logging.Handler):
    """Says lines; what libraries and components log from "warning" on is said too."""

    def __init__(self, part: str, *, json: bool, clock: Clock = now, out: TextIO | None = None) -> None:
        super().__init__(logging.WARNING)
        self.json = json
        self._part, self._clock, self._out = part, clock, out

    def __call__(self, line: str, *, level: str = "info", trace: str = "") -> None:
        moment = self._clock()
        out = self._out or sys.stderr
        if self.json:
            said = Line(time=_stamp(moment), level=level, part=self._part, message=_KEY.sub("", line), trace=trace)
            out.write(msgspec.json.encode(said).decode() + "\n")
        else:
            out.write(f"{moment:%H:%M:%S} {line}{f' ({trace})' if trace else ''}\n")
        out.flush()

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            said = f"{said}: {place(record.exc_info[1])}"
        self(said, level=record.levelname.lower(), trace=getattr(record, "trace", ""))


@contextmanager
def speaking(part: str, configuration: Configuration) -> Iterator[Voice]:
    """The voice of this process, as the configuration or KLANKBORD_LOG has it."""
    voice = Voice(part, json=(os.environ.get(VARIABLE) or configuration.log_format) == "json")
    root = logging.getLogger()
    root.addHandler(voice)
    try:
        yield voice
    finally:
        root.removeHandler(voice)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
