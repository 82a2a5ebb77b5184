"""What the detector says, from learning to alarm."""

import msgspec
import numpy as np
import pytest

from picture.detector import Counts, Detector, Level
from picture.detector.counts import DAY, HOUR, WEEK
from tests.picture.detector.made import AMSTERDAM, START, counts, flat, volume

TOLD = {Level.WATCH, Level.ALARM}


def after(history: Counts) -> Detector:
    return Detector.after(history, AMSTERDAM)


def test_it_learns_for_two_days():
    verdicts = Detector(AMSTERDAM).advance(counts(volume(4)))
    learning = [one.bucket - START for one in verdicts if one.level is Level.LEARNING]
    assert learning == list(range(2 * DAY))


def test_what_was_not_collected_does_not_count_as_learnt():
    given = counts(volume(4))
    learn = given.learn.copy()
    learn[:DAY] = False
    verdicts = Detector(AMSTERDAM).advance(msgspec.structs.replace(given, learn=learn))
    assert {one.level for one in verdicts[: 3 * DAY]} == {Level.LEARNING}
    assert verdicts[-1].level is Level.CALM


def test_quiet_weeks_bring_no_alarm_and_hardly_a_watch():
    verdicts = Detector(AMSTERDAM).advance(counts(volume(42)))
    levels = [one.level for one in verdicts]
    assert Level.ALARM not in levels
    assert len({one.since for one in verdicts if one.level is Level.WATCH}) <= 1


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("made", [flat, volume])
def test_a_tenfold_spike_is_an_alarm_within_ten_minutes(made, seed):
    seen = made(15, rate=34.0, seed=seed)
    spike = 14 * DAY + int(np.random.default_rng(seed).integers(9 * HOUR, 18 * HOUR))
    usual = seen[spike : spike + 2].copy()
    assert usual.min() >= 20
    detector = after(counts(seen[:spike]))
    verdicts = detector.advance(Counts.of(START + spike, usual * 10))
    assert Level.ALARM in [one.level for one in verdicts]


@pytest.mark.parametrize("day", [3, 5, 10])
@pytest.mark.parametrize("rate", [2.0, 12.0, 34.0])
def test_the_first_hours_of_a_monitor_hide_no_crisis_later(rate, day):
    seen = flat(day + 1, rate=rate)
    crisis = day * DAY + 12 * HOUR
    seen[crisis : crisis + 3 * HOUR] *= 8
    verdicts = Detector(AMSTERDAM).advance(counts(seen))
    assert Level.ALARM in {one.level for one in verdicts[crisis : crisis + 3 * HOUR]}


def test_a_verdict_says_why():
    seen = flat(21)
    seen[-HOUR:] *= 4
    verdict = Detector(AMSTERDAM).advance(counts(seen))[-1]
    assert verdict.level is Level.ALARM
    minutes = seen[-verdict.window // 5 :].sum()
    assert verdict.seen == minutes
    assert verdict.expected == pytest.approx(verdict.window // 5 * 20, rel=0.1)
    assert verdict.times == pytest.approx(verdict.seen / verdict.expected)
    assert 1000 < verdict.odds <= 1e9
    assert START + len(seen) - HOUR <= verdict.since < verdict.bucket


def test_the_same_buckets_in_one_go_or_one_by_one():
    seen = volume(20, rate=3.3)
    seen[-400:-340] *= 7
    whole = Detector(AMSTERDAM).advance(counts(seen))
    detector = Detector(AMSTERDAM)
    single = [one for n in range(len(seen)) for one in detector.advance(Counts.of(START + n, seen[n : n + 1]))]
    assert whole == single
    assert TOLD & {one.level for one in whole}


def test_it_is_made_again_from_history_in_the_middle_of_a_run():
    seen = volume(30)
    seen[-3 * HOUR :] *= 6
    history, rest = counts(seen[:-HOUR]), Counts.of(START + len(seen) - HOUR, seen[-HOUR:])
    detector = Detector(AMSTERDAM)
    detector.advance(history)
    again = after(history).advance(rest)
    assert again == detector.advance(rest)
    assert again[-1].since < rest.start


def test_a_run_goes_on_over_a_lull_and_begins_anew_after_a_day():
    seen = flat(24, seed=3)
    run = 20 * DAY
    seen[run : run + 2 * HOUR] *= 8
    seen[run + 6 * HOUR : run + 8 * HOUR] *= 12
    verdicts = Detector(AMSTERDAM).advance(counts(seen))
    since = {one.since for one in verdicts if one.level in TOLD}
    assert len(since) == 1
    seen[run : run + 2 * DAY] = seen[run] * 3 ** (1 + np.arange(2 * DAY) // (8 * HOUR))
    since = [one.since for one in Detector(AMSTERDAM).advance(counts(seen)) if one.level in TOLD]
    assert max(since) - min(since) >= DAY


def test_a_running_bucket_is_looked_at_without_a_trace():
    seen = flat(20)
    detector, other = after(counts(seen)), after(counts(seen))
    running = Counts.of(START + len(seen), [600])
    looked = detector.peek(running)
    assert looked.level is Level.ALARM
    assert detector.end == START + len(seen)
    assert detector.advance(running) == other.advance(running) == [looked]


def test_buckets_have_to_follow_one_another():
    detector = after(counts(flat(3)))
    with pytest.raises(ValueError, match="is wanted"):
        detector.advance(Counts.of(START + 5 * DAY, [1]))


def test_no_buckets_no_verdicts():
    assert Detector(AMSTERDAM).advance(Counts.of(START, [])) == []


def test_one_bucket_is_learnt_from():
    verdict = Detector(AMSTERDAM).advance(Counts.of(START, [7]))[0]
    assert (verdict.level, verdict.seen, verdict.since) == (Level.LEARNING, 7, None)


def test_silence_stays_calm():
    verdicts = Detector(AMSTERDAM).advance(counts(np.zeros(10 * DAY, dtype=np.int64)))
    assert {one.level for one in verdicts[2 * DAY :]} == {Level.CALM}


def test_a_few_messages_after_silence_are_no_alarm_and_many_are():
    seen = np.zeros(10 * DAY, dtype=np.int64)
    few = Counts.of(START + len(seen), [1, 1, 0])
    assert {one.level for one in after(counts(seen)).advance(few)} == {Level.CALM}
    many = Counts.of(START + len(seen), [40, 60, 80])
    assert after(counts(seen)).advance(many)[-1].level is Level.ALARM


def test_a_mostly_silent_monitor():
    seen = np.random.default_rng(4).poisson(0.1, 21 * DAY)
    assert Level.ALARM not in [one.level for one in Detector(AMSTERDAM).advance(counts(seen))]
    burst = Counts.of(START + len(seen), np.full(HOUR, 6))
    assert after(counts(seen)).advance(burst)[-1].level is Level.ALARM


def test_huge_counts():
    seen = np.random.default_rng(5).poisson(3_000_000, 16 * DAY)
    detector = after(counts(seen))
    assert detector.advance(Counts.of(START + len(seen), [3_000_000]))[0].level is Level.CALM
    verdict = detector.advance(Counts.of(START + len(seen) + 1, [90_000_000, 90_000_000]))[-1]
    assert verdict.level is Level.ALARM
    assert np.isfinite(verdict.odds)
    assert np.isfinite(verdict.times)


def test_a_weekly_peak_is_told_once_and_then_known():
    seen = volume(6 * 7, rate=10.0)
    for start in range(2 * WEEK + 2 * DAY + 10 * HOUR, len(seen), WEEK):
        seen[start : start + 2 * HOUR] *= 4
    verdicts = Detector(AMSTERDAM).advance(counts(seen))
    told = {(one.bucket - START) // WEEK for one in verdicts if one.level in TOLD}
    assert told == {2}
