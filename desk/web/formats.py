"""Numbers and times as a reader of that language writes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from desk.web.words import Words

_NARROW_SPACE, _MINUS = "\u202f", "\u2212"


class Formats:
    """Formats of one reader: a language and the organisation's zone. Times given are aware."""

    def __init__(self, words: Words, zone: ZoneInfo, now: datetime) -> None:
        self._words, self._zone, self._now = words, zone, now
        self._thousands, self._decimal = (".", ",") if words.language == "nl" else (",", ".")

    def number(self, value: float, *, decimals: int = 0) -> str:
        text = (
            f"{abs(value):,.{decimals}f}".replace(",", "\0").replace(".", self._decimal).replace("\0", self._thousands)
        )
        return f"{_MINUS}{text}" if value < 0 and text.strip("0.,") else text

    def signed(self, value: float, *, decimals: int = 0) -> str:
        """With its sign, also a plus."""
        text = self.number(value, decimals=decimals)
        return text if value <= 0 or not text.strip("0.,") else f"+{text}"

    def percent(self, share: float | None) -> str:
        """A share of 0 to 1 as a percentage; below one percent with one decimal; a dash for what is unknown."""
        if share is None:
            return "–"
        decimals = 1 if 0 < abs(share) < 0.0095 else 0
        return f"{self.number(share * 100, decimals=decimals)}{_NARROW_SPACE}%"

    def hundredths(self, value: float) -> str:
        """So many in a hundred, with one decimal where it has one."""
        rounded = round(value, 1)
        return f"{self.number(rounded, decimals=0 if rounded == int(rounded) else 1)}{_NARROW_SPACE}%"

    def points(self, share: float) -> str:
        """A change of share in percentage points, with its sign."""
        return self.signed(round(share * 100))

    def times(self, ratio: float) -> str:
        return f"{self.number(ratio, decimals=1 if ratio < 10 else 0)}{_NARROW_SPACE}×"

    def short(self, value: int | None) -> str:
        """Large counts in thousands: 12.4k; a dash for what is unknown."""
        if value is None:
            return "–"
        if value < 10_000:
            return self.number(value)
        if value < 1_000_000:
            return f"{self.number(value / 1000, decimals=1 if value < 100_000 else 0)}k"
        return f"{self.number(value / 1_000_000, decimals=1)}M"

    def either(self, names: Sequence[str]) -> str:
        """The names of which any one will do: a, b or c."""
        return f" {self._words('word.or')} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

    def weekday(self, moment: datetime) -> str:
        return str(self._words(f"weekday.{moment.astimezone(self._zone).weekday()}"))

    def clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%H:%M}"

    def day(self, moment: datetime) -> str:
        """Tue 24 Nov, with the year where it is another one."""
        local = moment.astimezone(self._zone)
        text = f"{self._words(f'weekday.short.{local.weekday()}')} {local.day} {self._words(f'month.{local.month}')}"
        return text if local.year == self._now.astimezone(self._zone).year else f"{text} {local.year}"

    def moment(self, moment: datetime) -> str:
        """The clock alone for today, else day and clock."""
        today = moment.astimezone(self._zone).date() == self._now.astimezone(self._zone).date()
        return self.clock(moment) if today else f"{self.day(moment)} {self.clock(moment)}"

    def absolute(self, moment: datetime) -> str:
        """Everything, with seconds and the zone."""
        local = moment.astimezone(self._zone)
        return f"{self.day(moment)} {local.year}, {local:%H:%M:%S} ({self._zone.key})"

    def stretch(self, since: datetime, until: datetime) -> str:
        """From – to, the day said once where it is the same."""
        same = since.astimezone(self._zone).date() == until.astimezone(self._zone).date()
        end = self.clock(until) if same else self.moment_with_day(until)
        return f"{self.moment_with_day(since)} – {end}"

    def days(self, since: datetime, until: datetime) -> str:
        """The day of [since, until), or its first – its last."""
        first, last = self.day(since), self.day(until - timedelta(seconds=1))
        return first if first == last else f"{first} – {last}"

    def moment_with_day(self, moment: datetime) -> str:
        return f"{self.day(moment)} {self.clock(moment)}"

    def duration(self, span: timedelta) -> str:
        """Roughly how long: 45 s, 12 min, 3 h, 2 d."""
        seconds = max(0, int(span.total_seconds()))
        for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
            if seconds >= 2 * size or (size == 60 and seconds >= 60):
                return f"{seconds // size} {self._words(f'unit.{unit}')}"
        return f"{seconds} {self._words('unit.s')}"
