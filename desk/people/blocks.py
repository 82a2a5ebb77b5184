"""The rota as people write it: days like mon-fri, sat or 2026-12-24, and blocks like 08:00-12:00 or 22:00-06:00."""

import re
from collections.abc import Sequence
from datetime import date

from core.errors import Reject
from core.settings import nearest
from playbook.rota import DAY_MINUTES, Shift

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


def shifts_of(person: str, unit: str, days: str, blocks: Sequence[str]) -> list[Shift]:
    """A shift a day and block. `days` are names or dates, parted by commas. Raises Reject where something is no day or block."""
    return [
        Shift(person=person, unit=unit, weekday=weekday, day=day, starts=starts, ends=ends)
        for weekday, day in _days(days)
        for starts, ends in map(_block, blocks)
    ]


def written(shift: Shift) -> tuple[str, str]:
    """Its day and its block, as they are written."""
    day = shift.day.isoformat() if shift.day else WEEKDAYS[shift.weekday or 0]
    return day, f"{_clock(shift.starts)}-{_clock(shift.ends)}"


def _days(text: str) -> list[tuple[int | None, date | None]]:
    return [one for part in text.split(",") for one in _day(part.strip().lower())]


def _day(text: str) -> list[tuple[int | None, date | None]]:
    if text[:1].isdigit():
        try:
            return [(None, date.fromisoformat(text))]
        except ValueError:
            raise Reject(f'"{text}" is no date; write one like 2026-12-24', reason="day") from None
    first, _, last = text.partition("-")
    start, end = _weekday(first), _weekday(last or first)
    return [((start + number) % 7, None) for number in range((end - start) % 7 + 1)]


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise Reject(f'"{text}" is no day; {nearest(text, WEEKDAYS)}', reason="day")
    return WEEKDAYS.index(text)


def _block(text: str) -> tuple[int, int]:
    read = _BLOCK.fullmatch(text.strip())
    starts, ends = (int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])) if read else (-1, -1)
    if not (0 <= starts < DAY_MINUTES and 0 <= ends <= DAY_MINUTES):
        raise Reject(f'"{text}" is no block; write one like 08:00-12:00, or 22:00-06:00 over midnight', reason="block")
    return starts, ends


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
