"""The page of the forecast says the settings that are shipped."""

from pathlib import Path

from picture.forecast.comparable import BEFORE, LAST, LEAST, RECENT, USUAL, WEEKLY
from picture.forecast.history import AHEAD, DAY, WEEK
from picture.forecast.outlook import ENOUGH

PAGE = Path(__file__).parents[3] / "docs" / "forecast.md"


def test_the_settings_of_the_page_are_the_shipped_ones():
    text = PAGE.read_text()
    assert f"the next {AHEAD} hours" in text
    assert f"its two neighbours {USUAL.clock[1]} each" in text
    assert f"other days of the sort {USUAL.other_day}; after {USUAL.half // DAY} days" in text
    assert (WEEKLY.clock, WEEKLY.other_day) == ((1.0,), 0.0)
    assert f"those of the last days, half after {RECENT.half // DAY}" in text
    assert f"what the last {LAST} hours" in text
    assert f"at least {ENOUGH} hours" in text
    assert (BEFORE, LEAST) == (8 * WEEK, 3 * WEEK)
    assert "the eight weeks before" in text
    assert "fewer than three weeks" in text
