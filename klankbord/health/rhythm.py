"""How long each source is usually silent: learnt from when it was heard, kept over restarts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

DAYS = 14
"""Two weekends."""
KNOWN_FROM = 2
"""Days with a message, before anything can be said."""


class Rhythm(msgspec.Struct):
    """One source: when it was last heard (seconds since 1970), and the longest silence that ended on each day lately.

    Nights and weekends repeat, an outage rarely does: so the second longest of these is what is usual.
    """

    heard: float = 0.0
    silences: dict[str, float] = {}

    def hear(self, at: float, *, bridged: bool) -> None:
        """It spoke. `bridged` where nobody listened in between: that silence may be ours."""
        if at <= self.heard:
            return
        if self.heard:
            moment = datetime.fromtimestamp(at, UTC)
            first = str((moment - timedelta(days=DAYS)).date())
            kept = {day: seconds for day, seconds in self.silences.items() if day > first}
            silence = 0.0 if bridged else at - self.heard
            today = str(moment.date())
            self.silences = kept | {today: max(kept.get(today, 0.0), silence)}
        self.heard = at

    @property
    def usual(self) -> float | None:
        """Seconds; None while it is not known."""
        longest = sorted(self.silences.values(), reverse=True)
        return longest[1] if len(longest) >= KNOWN_FROM else None


def read(path: Path) -> dict[str, Rhythm]:
    """By source; empty where nothing is kept, or nothing that can be read: it is learnt again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Rhythm])
    except (OSError, msgspec.DecodeError):
        return {}


def write(path: Path, rhythms: dict[str, Rhythm]) -> None:
    """Whole or not at all. Raises OSError."""
    made = path.with_suffix(".new")
    made.write_bytes(msgspec.json.encode(rhythms))
    made.replace(path)
