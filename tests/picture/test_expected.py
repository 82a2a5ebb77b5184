"""What is normal: robust, seasonal, and silent while it knows too little."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from picture.expected import bands, quantile, usual_total

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE).astimezone(UTC)


def _weeks(weeks, *, start=MONDAY, by_hour=lambda local: 10 if local.hour == 8 else 2):
    hours = [start - timedelta(hours=back) for back in range(1, weeks * 168 + 1)]
    return {hour: by_hour(hour.astimezone(ZONE)) for hour in hours}


def test_the_busy_hour_is_expected_to_be_busy():
    wanted = [MONDAY + timedelta(hours=hour) for hour in (8, 9)]
    busy, calm = bands(_weeks(8), wanted, zone=ZONE)
    assert (busy.middle, calm.middle) == (10, 2)


def test_one_earlier_spike_does_not_move_the_middle():
    counts = _weeks(8)
    counts[MONDAY + timedelta(hours=8) - timedelta(weeks=1)] = 5000
    (band,) = bands(counts, [MONDAY + timedelta(hours=8)], zone=ZONE)
    assert band.middle == 10


def test_too_little_history_is_said():
    assert bands(_weeks(0), [MONDAY], zone=ZONE) == [None]
    few = {MONDAY - timedelta(days=day): 3 for day in range(1, 4)}
    assert bands(few, [MONDAY], zone=ZONE) == [None]


def test_hours_that_were_not_collected_are_not_taken_for_quiet_ones():
    counts = {hour: None if hour < MONDAY - timedelta(weeks=3) else count for hour, count in _weeks(8).items()}
    (band,) = bands(counts, [MONDAY + timedelta(hours=8)], zone=ZONE)
    assert band.middle == 10


def test_after_the_clock_changed_the_same_local_hour_is_compared():
    after = datetime(2026, 3, 30, 8, tzinfo=ZONE).astimezone(UTC)
    counts = _weeks(8, start=datetime(2026, 3, 30, tzinfo=ZONE).astimezone(UTC))
    (band,) = bands(counts, [after], zone=ZONE)
    assert band.middle == 10


def test_a_running_day_is_compared_with_as_much_of_the_others():
    window = [MONDAY + timedelta(hours=hour) for hour in range(9)]
    usual = usual_total(_weeks(8), window, [1.0] * 8 + [0.5], zone=ZONE)
    assert usual == 8 * 2 + 0.5 * 10


def test_one_earlier_week_is_not_a_norm():
    window = [MONDAY + timedelta(hours=hour) for hour in range(24)]
    assert usual_total(_weeks(1), window, [1.0] * 24, zone=ZONE) is None
    assert usual_total(_weeks(2), window, [1.0] * 24, zone=ZONE) == 23 * 2 + 10


def test_quantiles_lie_between_neighbours():
    assert [quantile([0, 10], share) for share in (0, 0.25, 1)] == [0, 2.5, 10]
