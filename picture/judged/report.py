"""The detector judged on labelled brands: with thresholds chosen on the others, with the shipped ones, and on simulated volumes."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from picture.detector import Settings
from picture.judged.brand import TOLD, Brand, Outcome, outcome, pooled, verdicts
from picture.judged.simulated import Simulated, simulate

STEPS = 3
STEP = 0.1
"""Thresholds that may be chosen: the shipped ones, and up to so many steps under and above."""
BUDGET = 0.15
"""False alarms a brand-week that a chosen alarm threshold may bring."""
AS_GOOD_SCORE, AS_GOOD_RECALL = 1.0, 0.03
SEED, DRAWS = 20_261, 3

Tick = Callable[[], None]


class Chosen(msgspec.Struct, frozen=True):
    """What one level did on one brand, or on all, and at which threshold; None where it is not one for all."""

    threshold: float | None
    nab_standard: float
    recall: float
    false_per_week: float
    windows: int


class Judged(msgspec.Struct, frozen=True):
    """One brand, or all of them: each with the level's threshold chosen on the other brands, then with the shipped one."""

    weeks: float
    watch: Chosen
    alarm: Chosen
    watch_as_shipped: Chosen
    alarm_as_shipped: Chosen


class Report(msgspec.Struct, frozen=True):
    brands: dict[str, Judged]
    together: Judged
    simulated: Simulated


class Tried(msgspec.Struct, frozen=True):
    """One brand at each threshold in turn."""

    watch: list[Outcome]
    alarm: list[Outcome]


def steps(brands: int) -> int:
    """How often `judge` calls `tick`."""
    return brands * (1 + DRAWS)


def judge(brands: Sequence[Brand], tick: Tick) -> Report:
    """All of it. With one brand nothing can be chosen on others, and the shipped thresholds are taken."""
    shipped = Settings()
    watches, alarms = _around(shipped.watch), _around(shipped.alarm)
    tried = []
    for brand in brands:
        tried.append(_tried(brand, watches, alarms))
        tick()
    chosen = []
    for place in range(len(brands)):
        others = tried[:place] + tried[place + 1 :]
        chosen.append((_watch(others), _alarm(others)) if others else (STEPS, STEPS))
    simulated = Simulated(0, 0, 0, 0, 0.0)
    for number, brand in enumerate(brands):
        for draw in range(DRAWS):
            simulated = simulated.plus(simulate(brand, shipped, np.random.default_rng([SEED, draw, number])))
            tick()
    found = {
        brand.name: Judged(
            brand.weeks,
            _chosen(one.watch[watch], watches[watch]),
            _chosen(one.alarm[alarm], alarms[alarm]),
            _chosen(one.watch[STEPS], watches[STEPS]),
            _chosen(one.alarm[STEPS], alarms[STEPS]),
        )
        for brand, one, (watch, alarm) in zip(brands, tried, chosen, strict=True)
    }
    together = Judged(
        sum(brand.weeks for brand in brands),
        _chosen(pooled(one.watch[watch] for one, (watch, _) in zip(tried, chosen, strict=True)), None),
        _chosen(pooled(one.alarm[alarm] for one, (_, alarm) in zip(tried, chosen, strict=True)), None),
        _chosen(pooled(one.watch[STEPS] for one in tried), watches[STEPS]),
        _chosen(pooled(one.alarm[STEPS] for one in tried), alarms[STEPS]),
    )
    return Report(found, together, simulated)


def _around(threshold: float) -> list[float]:
    return [round(threshold + STEP * step, 3) for step in range(-STEPS, STEPS + 1)]


def _tried(brand: Brand, watches: Sequence[float], alarms: Sequence[float]) -> Tried:
    """Judged once by the lowest thresholds: what higher ones would say follows from the scores."""
    said = [one for one in verdicts(brand, Settings(watch=watches[0], alarm=alarms[0])) if one.level in TOLD]
    tried = Tried([], [])
    for watch, alarm in zip(watches, alarms, strict=True):
        alarmed = [one.bucket for one in said if one.for_alarm >= alarm]
        either = [one.bucket for one in said if one.for_alarm >= alarm or one.for_watch >= watch]
        tried.watch.append(outcome(brand, either))
        tried.alarm.append(outcome(brand, alarmed))
    return tried


def _watch(others: Sequence[Tried]) -> int:
    """The best score on the others; of those within a point of it, the nearest to the shipped one."""
    scores = [pooled(one.watch[n] for one in others).score.normalised for n in range(2 * STEPS + 1)]
    return _nearest([n for n, one in enumerate(scores) if one >= max(scores) - AS_GOOD_SCORE])


def _alarm(others: Sequence[Tried]) -> int:
    """The best recall on the others within the budget of false alarms, in the same way; else the highest threshold."""
    totals = [pooled(one.alarm[n] for one in others) for n in range(2 * STEPS + 1)]
    within = [n for n, one in enumerate(totals) if one.false_per_week <= BUDGET]
    if not within:
        return 2 * STEPS
    best = max(totals[n].recall for n in within)
    return _nearest([n for n in within if totals[n].recall >= best - AS_GOOD_RECALL])


def _nearest(places: Sequence[int]) -> int:
    return min(places, key=lambda place: abs(place - STEPS))


def _chosen(one: Outcome, threshold: float | None) -> Chosen:
    return Chosen(threshold, one.score.normalised, one.recall, one.false_per_week, one.score.windows)
