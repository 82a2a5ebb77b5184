"""The history that a real archive gives: whole hours, gaps, drills, and what lies before the first message."""

from datetime import timedelta

import numpy as np
import pytest

from core.document import Filter
from core.types import Coverage, Mark
from picture.collected import reduce_coverage
from picture.forecast import outlook
from picture.forecast.comparable import BEFORE
from picture.forecast.history import HOUR, hour_of, hour_start
from picture.forecast.hourly import history, known
from tests.desk.serving import fill, opened
from tests.picture.forecast.made import AMSTERDAM
from tests.sinks.messages import START, enriched, judgement

WHERE = Filter(monitors=("merk",))
NOW = START + timedelta(days=2, minutes=20)


def said(hour, native, **fields):
    return enriched(f"{hour}-{native}", minute=60 * hour + 5, monitors=("merk",), **fields)


def covers(since, until, gap=None, source="file"):
    return Coverage(source=source, stream="all", cursor_to=f"{until}", since=since, until=until, gap=gap)


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as found:
        yield found


async def last_hours(archive, count):
    return (await history(archive, WHERE, zone=AMSTERDAM, now=NOW)).counts[-count:].tolist()


async def test_whole_hours_count_and_the_running_one_does_not(archive):
    await fill(archive, [covers(START, NOW), *(said(47, n) for n in range(3)), said(46, "a"), said(48, "b")])
    one = await history(archive, WHERE, zone=AMSTERDAM, now=NOW)
    assert (len(one.counts), one.end) == (BEFORE, hour_of(NOW))
    assert one.counts[-2:].tolist() == [1, 3]


async def test_an_hour_without_a_message_is_known_where_it_was_collected(archive):
    await fill(archive, [covers(START, START + 46 * HOUR), said(44, "a"), said(47, "b")])
    nobody_knows = float("nan")
    assert await last_hours(archive, 4) == pytest.approx([1, 0, nobody_knows, 1], nan_ok=True)


async def test_an_hour_with_a_gap_in_it_is_not_known(archive):
    at = START + 45 * HOUR + timedelta(minutes=50)
    gap = covers(at, at + timedelta(minutes=20), gap="away")
    await fill(archive, [covers(START, NOW), gap, *(said(hour, "a") for hour in (44, 45, 46, 47))])
    assert await last_hours(archive, 4) == pytest.approx([1, float("nan"), float("nan"), 1], nan_ok=True)


async def test_before_the_first_message_nothing_is_known(archive):
    await fill(archive, [covers(START - timedelta(weeks=8), NOW), said(40, "a")])
    counts = (await history(archive, WHERE, zone=AMSTERDAM, now=NOW)).counts
    assert np.isnan(counts[:-8]).all()
    assert counts[-8:].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


async def test_drills_and_other_monitors_never_count_and_history_does(archive):
    drill, past = said(47, "a", marks=(Mark.DRILL,)), said(47, "b", marks=(Mark.HISTORY,))
    await fill(archive, [covers(START, NOW), said(40, "c"), drill, past, enriched("d", minute=47 * 60)])
    assert await last_hours(archive, 1) == [1]


async def test_a_monitor_that_is_young_has_no_forecast(archive):
    await fill(archive, [covers(START, NOW), *(said(hour, "a") for hour in range(48))])
    assert outlook(await history(archive, WHERE, zone=AMSTERDAM, now=NOW)).forecast is None


async def test_what_a_source_collects_that_never_brought_the_monitor_anything_proves_no_silence(archive):
    away = START + 42 * HOUR
    other = [covers(START, NOW, source="rss"), covers(START + 41 * HOUR, away, gap="away", source="rss")]
    await fill(archive, [*other, covers(START, away), *(said(hour, "a") for hour in (*range(30), 41))])
    assert await last_hours(archive, 7) == pytest.approx([1, *[float("nan")] * 6], nan_ok=True)


async def test_what_is_irrelevant_still_tells_which_source_delivers(archive):
    await fill(archive, [covers(START, NOW, source="rss"), said(40, "a"), said(41, "b", source="rss")])
    await fill(archive, [judgement("rss:41-b", "relevance", ("irrelevant",), 60 * 42)])
    assert (await last_hours(archive, 6)) == [0] * 6


def hours(*days):
    """What is known of so many hours that were covered as a whole."""
    start = hour_of(START)
    counts = np.array([count for day in days for count in day], np.float64)
    rows = [covers(hour_start(start), hour_start(start + len(counts)))]
    return known(counts, reduce_coverage(rows), start)


def test_silence_up_to_now_where_something_usually_came_is_not_known():
    day = [0] * 8 + [3] * 12 + [0] * 4
    found = hours(*[day] * 6, day[:14] + [0] * 8)
    assert np.isnan(found[-8:-2]).all()
    assert found[-2:].tolist() == [0, 0]
    assert np.nansum(found) == 6 * 36 + 18


def test_silence_that_lasts_longer_than_a_day_is_believed():
    found = hours(*[[3] * 24] * 6, [0] * 30)
    assert found[-30:-24].tolist() == [0] * 6
    assert np.isnan(found[-24:]).all()


def test_what_reaches_beyond_the_hours_changes_only_those_inside():
    start = hour_of(START)
    begin = hour_start(start)
    rows = [covers(begin - 9 * HOUR, begin + 2 * HOUR), covers(begin + 3 * HOUR, begin + 99 * HOUR, gap="away")]
    found = known(np.array([5.0, 0, 0, 4, 4]), reduce_coverage(rows), start)
    assert found.tolist() == pytest.approx([5, 0, *[float("nan")] * 3], nan_ok=True)
    assert np.isnan(known(np.array([5.0]), reduce_coverage(rows[1:]), start + 4)).all()
    before = [covers(begin - 9 * HOUR, begin - 8 * HOUR, gap="away"), covers(begin - 9 * HOUR, begin - 8 * HOUR)]
    assert known(np.array([5.0, 3.0]), reduce_coverage(before), start).tolist() == [5, 3]
