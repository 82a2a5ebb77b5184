"""A part's sign of life, for those who look from outside: a file that says when it was last awake, and what it said last.

`klankbord health` reads it. The environment variable KLANKBORD_HEALTH names the file; without it nothing is written.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from core.tasks import end
from core.time import now
from klankbord.lending import Report

VARIABLE = "KLANKBORD_HEALTH"
EVERY = 5.0
SILENT = 45.0
"""Seconds without a sign after which a part is taken for stuck: its loop is blocked, or it is gone."""


class Beat(msgspec.Struct, frozen=True):
    """The sign of one part: its name, when it was awake, and its last line."""

    part: str
    at: datetime
    said: str = ""


@asynccontextmanager
async def beating(part: str, report: Report) -> AsyncIterator[Report]:
    """Give signs of life as long as this is open. Lends a report that remembers the last line beside telling it."""
    path = os.environ.get(VARIABLE)
    if not path:
        yield report
        return
    last = [""]

    def remembering(line: str) -> None:
        last[0] = "" if "?key=" in line else line  # a one-time link is for the terminal alone
        report(line)

    task = asyncio.create_task(_beat(part, Path(path), last))
    try:
        yield remembering
    finally:
        await end([task])


async def _beat(part: str, path: Path, last: list[str]) -> None:
    while True:
        made = path.with_suffix(".new")
        with suppress(OSError):  # a full disk is told by those who need it
            made.write_bytes(msgspec.json.encode(Beat(part, now(), last[0])))
            made.replace(path)
        await asyncio.sleep(EVERY)


def condition(path: Path, at: datetime) -> tuple[bool, str]:
    """Whether the part that writes there is well, and a sentence."""
    try:
        beat = msgspec.json.decode(path.read_bytes(), type=Beat)
    except FileNotFoundError:
        return False, f"no part has given a sign of life in {path}"
    except (OSError, msgspec.DecodeError) as error:
        return False, f"{path} cannot be read: {error}"
    age = (at - beat.at).total_seconds()
    said = f"; it said last: {beat.said}" if beat.said else ""
    if age > SILENT:
        return False, f"the part {beat.part} gave its last sign of life {age:.0f} s ago{said}"
    return True, f"the part {beat.part} is awake{said}"
