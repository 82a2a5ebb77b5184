"""What last week explains: it is compared the same however counts are cut, and it teaches the tail nothing."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from core.time import bucket_of, start_of
from picture.detector import Counts, Detector, Level
from picture.detector.counts import DAY, HOUR, WEEK
from picture.detector.past import KEPT, QUARTER, THREE_HOURS, Past
from tests.picture.detector.made import AMSTERDAM, START, counts, volume

PEAK = 2 * DAY + 10 * HOUR
"""Where in a week it is."""


def peaks(days: int, times: int = 4) -> np.ndarray:
    """Volume with two loud hours each week, from the second week on."""
    seen = volume(days, rate=10.0)
    for start in range(WEEK + PEAK, len(seen), WEEK):
        seen[start : start + 2 * HOUR] *= times
    return seen


def past(given: Counts, *, cut: int) -> Past:
    """Of counts of which ten a bucket are expected, taken by so many buckets."""
    made = Past(AMSTERDAM)
    for first in range(given.start, given.end, cut):
        part = given.part(first, first + cut)
        made = made.grown(part, np.full(len(part.seen), 10.0), np.ones(len(part.seen), dtype=np.bool_))
    return made


def most(given: Counts, bucket: int, window: int) -> int:
    """That such a window held within two hours of the same time of the week before, told one by one."""
    middle = bucket_of(start_of(bucket).astimezone(AMSTERDAM) - timedelta(days=7))
    ends = [end - given.start + 1 for end in range(middle - 2 * HOUR, middle + 2 * HOUR + 1)]
    return max(int(given.seen[max(0, end - window) : max(0, end)].sum()) for end in ends)


@pytest.mark.parametrize("begin", [datetime(2026, 3, 18, tzinfo=AMSTERDAM), datetime(2026, 10, 14, tzinfo=AMSTERDAM)])
def test_buckets_compared_at_once_are_those_compared_one_by_one(begin):
    given = counts(np.random.default_rng(6).negative_binomial(1, 1 / 11, 20 * DAY), start=bucket_of(begin))
    found = past(given, cut=len(given.seen)).compared(len(given.seen))
    for place, bucket in enumerate(range(given.start, given.end)):
        sums = {window: int(given.seen[max(0, place + 1 - window) : place + 1].sum()) for window in (HOUR, QUARTER)}
        usual = {window: 10 * min(window, place + 1) for window in sums}
        more = any(sums[each] >= 1.5 * usual[each] + 3 for each in sums)
        new = any(sums[each] >= 1.5 * max(usual[each], most(given, bucket, each)) + 3 for each in sums)
        assert (found.more[place], found.new[place], found.explained[place]) == (more, new, more and not new)


@pytest.mark.parametrize("cut", [1, 5, HOUR, DAY, KEPT, KEPT + 1])
def test_residuals_are_the_same_however_counts_are_cut(cut):
    given = counts(np.random.default_rng(8).negative_binomial(1, 1 / 11, 20 * DAY))
    whole, pieces = past(given, cut=len(given.seen)), past(given, cut=cut)
    for window in (QUARTER, THREE_HOURS):
        np.testing.assert_array_equal(pieces.residuals[window], whole.residuals[window])
    assert np.isnan(whole.residuals[QUARTER]).mean() > 0.1


def test_a_peak_teaches_the_tail_once():
    given = counts(peaks(21))
    residuals = past(given, cut=len(given.seen)).residuals[QUARTER]
    first, second = (residuals[len(residuals) - 21 * DAY + week * WEEK + PEAK + QUARTER :][:HOUR] for week in (1, 2))
    assert not np.isnan(first).any()
    assert np.isnan(second).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_known_peak_hides_no_crisis(seed):
    seen = peaks(35, times=6)
    crisis = 33 * DAY + int(np.random.default_rng(seed).integers(8 * HOUR, 18 * HOUR))
    seen[crisis : crisis + 3 * HOUR] *= 5
    told = Detector(AMSTERDAM).advance(counts(seen))
    assert Level.ALARM in {one.level for one in told[crisis : crisis + HOUR]}


def test_weeks_with_peaks_in_one_go_one_by_one_and_made_again():
    seen = peaks(24)
    seen[-2 * HOUR :] *= 8
    whole = Detector(AMSTERDAM).advance(counts(seen))
    detector = Detector(AMSTERDAM)
    single = [one for n in range(len(seen)) for one in detector.advance(Counts.of(START + n, seen[n : n + 1]))]
    assert whole == single
    history = counts(seen[:-HOUR])
    again = Detector.after(history, AMSTERDAM).advance(Counts.of(history.end, seen[-HOUR:]))
    assert again == whole[-HOUR:]
    assert Level.ALARM in {one.level for one in whole[-2 * HOUR :]}
