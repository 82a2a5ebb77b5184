"""Campaigns, gaps, sources that return, changes of the clock, and what weighs in beside the volume."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from core.time import bucket_of, start_of
from picture.detector import Counts, Detector, Level
from picture.detector.clock import week_before
from picture.detector.counts import DAY, HOUR, WEEK
from picture.detector.past import QUARTER
from tests.picture.detector.made import AMSTERDAM, counts, flat, volume

TOLD = {Level.WATCH, Level.ALARM}
CAMPAIGN = slice(20 * DAY + 10 * HOUR, 20 * DAY + 16 * HOUR)


def levels(given: Counts) -> list[Level]:
    return [one.level for one in Detector(AMSTERDAM).advance(given)]


def changed(given: Counts, **arrays: np.ndarray) -> Counts:
    return msgspec.structs.replace(given, **arrays)


def campaign(times: float) -> Counts:
    seen = flat(21)
    seen[CAMPAIGN] = flat(21, rate=20 * times, seed=2)[CAMPAIGN]
    factor = np.ones(len(seen))
    factor[CAMPAIGN] = 5.0
    return changed(counts(seen), factor=factor)


def test_a_campaign_of_the_calendar_is_expected():
    given = campaign(5)
    assert not TOLD & set(levels(given)[2 * DAY :])
    assert Level.ALARM in levels(changed(given, factor=np.ones(len(given.seen))))


def test_more_than_a_campaign_brings_is_a_watch_and_no_alarm():
    verdicts = Detector(AMSTERDAM).advance(campaign(20))
    told = [one for one in verdicts if one.level in TOLD]
    assert {one.level for one in told} == {Level.WATCH}
    assert {one.weighed for one in told} <= {("campaign",), ("velocity", "campaign")}


def test_a_campaign_that_turns_negative_is_an_alarm():
    given = campaign(20)
    negative = (flat(21) * 0.1).astype(np.int64)
    negative[CAMPAIGN] = given.seen[CAMPAIGN] * 3 // 4
    assert Level.ALARM in levels(changed(given, negative=negative))


def test_a_campaign_does_not_become_the_usual():
    given = campaign(5)
    after = Detector.after(given, AMSTERDAM)
    verdict = after.advance(Counts.of(given.end, flat(1, seed=2)[:HOUR]))[-1]
    assert verdict.expected == pytest.approx(verdict.window // 5 * 20, rel=0.15)


def test_a_gap_neither_alarms_nor_teaches():
    seen = volume(21)
    gap = slice(15 * DAY, 17 * DAY)
    seen[gap] = 0
    learn = np.ones(len(seen), dtype=np.bool_)
    learn[gap] = False
    given = changed(counts(seen), learn=learn, judge=learn)
    found = Detector(AMSTERDAM).advance(given)
    assert not TOLD & {one.level for one in found[2 * DAY :]}
    whole = Detector(AMSTERDAM).advance(counts(volume(21)))
    assert found[-1].expected == pytest.approx(whole[-1].expected, rel=0.05)


def test_a_source_that_returns_is_not_judged_for_a_while():
    seen = flat(21)
    returned = 20 * DAY
    seen[returned : returned + 2 * HOUR] *= 10
    assert Level.ALARM in levels(counts(seen))
    judge = np.ones(len(seen), dtype=np.bool_)
    judge[returned : returned + 5 * HOUR] = False
    learn = judge.copy()
    assert not TOLD & set(levels(changed(counts(seen), judge=judge, learn=learn))[2 * DAY :])


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
def test_a_change_of_the_clock_brings_no_alarm_and_hides_none(change):
    moment = bucket_of(change)
    start = moment - 4 * WEEK
    seen = _by_the_clock(start, 5 * WEEK)
    quiet = Detector(AMSTERDAM).advance(Counts.of(start, seen))
    assert Level.ALARM not in {one.level for one in quiet}
    assert sum(one.level is Level.WATCH for one in quiet) <= HOUR
    crisis = moment - start - HOUR
    seen[crisis : crisis + 3 * HOUR] *= 6
    told = Detector(AMSTERDAM).advance(Counts.of(start, seen))
    assert Level.ALARM in {one.level for one in told[crisis : crisis + HOUR]}
    assert {one.since for one in told if one.level is Level.ALARM} == {
        told[crisis].bucket + n for n in _first(told, crisis)
    }


def _first(told: list, crisis: int) -> list[int]:
    return [next(n for n, one in enumerate(told[crisis:]) if one.level in TOLD)]


def _by_the_clock(start: int, buckets: int) -> np.ndarray:
    """Loud at nine by the wall clock, so that the hour of the clock matters."""
    local = np.array([start_of(start + n - n % HOUR).astimezone(AMSTERDAM).hour for n in range(buckets)])
    return np.asarray(
        np.random.default_rng(7).poisson(np.where((local >= 8) & (local < 10), 40.0, 10.0)), dtype=np.int64
    )


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=AMSTERDAM), datetime(2026, 10, 25, tzinfo=AMSTERDAM)])
def test_a_week_before_is_the_same_time_of_the_wall_clock(day):
    first = bucket_of(day)
    for bucket, before in enumerate(week_before(first, first + 2 * DAY, AMSTERDAM).tolist(), first):
        now, then = (start_of(one).astimezone(AMSTERDAM).replace(tzinfo=None) for one in (bucket, before))
        assert now - then == timedelta(days=7)


def _doubled(share: float) -> list[Level]:
    seen = flat(21, rate=40.0)
    negative = np.random.default_rng(2).binomial(seen, 0.2)
    seen[-2 * HOUR :] *= 2
    negative[-2 * HOUR :] = (seen[-2 * HOUR :] * share).astype(np.int64)
    return levels(changed(counts(seen), negative=negative))[-2 * HOUR :]


def test_a_doubling_that_turns_negative_is_an_alarm():
    assert Level.ALARM in _doubled(0.8)


def test_a_doubling_that_is_all_positive_is_a_watch_only():
    assert Level.WATCH in _doubled(0.0)
    assert Level.ALARM not in _doubled(0.0)


def test_negative_messages_make_an_alarm_come_sooner():
    first = {share: _doubled(share).index(Level.ALARM) for share in (0.2, 0.8)}
    assert first[0.8] <= first[0.2]


def test_reach_and_velocity_together_make_a_watch_an_alarm():
    seen = np.random.default_rng(9).negative_binomial(0.5, 0.5 / 20.5, 21 * DAY)
    seen[-3 * HOUR :] = 35
    seen[-QUARTER:] = 100
    plain = counts(seen)
    verdict = Detector(AMSTERDAM).advance(plain)[-1]
    reach = seen * 100.0
    reach[-3 * HOUR :] *= 20
    heard = Detector(AMSTERDAM).advance(changed(plain, reach=reach))[-1]
    assert (verdict.level, verdict.weighed) == (Level.WATCH, ("velocity",))
    assert (heard.level, heard.weighed) == (Level.ALARM, ("reach", "velocity"))
