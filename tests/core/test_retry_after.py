"""How long another system asks to wait."""

from datetime import UTC, datetime

import pytest

from core.retry_after import MOST, asked_wait

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), ("0", 0), ("1.5", 1.5), (" 7 ", 7), ("999999", MOST),
        ("Mon, 02 Mar 2026 08:05:00 GMT", 300), ("Mon, 02 Mar 2026 07:00:00 GMT", 0), ("Tue, 02 Mar 2027 08:00:00 GMT", MOST),
        ("2026-03-02T08:01:00.250Z", 60.25), ("2026-03-02T08:01:00", 60), (str(int(NOW.timestamp()) + 30), 30),
    ],
)  # fmt: skip
def test_a_wait_is_read_in_each_of_its_spellings(value, seconds):
    assert asked_wait(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "soon", "-5", "nan", "inf", "1e400", ",", "Mon, 02 Mar 2026 25:61:00 GMT", "Mon, 02 Mar 9999999 08:05:00 GMT"],
)
def test_what_is_neither_a_number_nor_a_date_asks_for_nothing(value):
    assert asked_wait(value, NOW) is None
