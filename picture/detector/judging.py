"""From what was seen and expected to a level.

Two figures are weighed: how unlikely the volume is (-log10 p of the quarter and of the three hours that end in the bucket, each
against its own last fortnight) and how many times the usual it is (log10 over the three hours).

    watch  the mean of both unlikelihoods, and the times, reach `Settings.watch`
    alarm  that of the quarter, and the times, reach `Settings.alarm`

Neither is said where the hour and the quarter both stay under one and a half times, and three more than, what is usual or what
the same clock time held a week before: what comes every week is no crisis. What else is known of the messages moves between
the two: see `weighing`.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from core.time import BUCKET
from picture.detector.counts import DAY, HOUR, Counts, Floats
from picture.detector.past import QUARTER, THREE_HOURS, Past, anscombe
from picture.detector.tail import Tail
from picture.detector.verdict import Level, Settings, Verdict
from picture.detector.weighing import Weighed, weigh

MINUTE = timedelta(minutes=1)
FORTNIGHT = 14 * DAY
LEAST = DAY
"""Whole windows that must be known before a tail is fitted."""
GAP, LONGEST = 6 * HOUR, 24 * HOUR
"""Buckets: a run goes on over calm stretches of up to six hours, and a new one begins after a day."""


class Run(NamedTuple):
    """Watches and alarms with little between them: one incident."""

    since: int
    last: int

    def takes(self, bucket: int) -> bool:
        return bucket - self.last <= GAP and bucket - self.since < LONGEST


class Window(NamedTuple):
    """What ended in each of some buckets: counted, expected, and -log10 of how likely so much is."""

    seen: Floats
    usual: Floats
    unlikely: Floats


class Judge:
    """Says levels; remembers the tails of the running hour and the run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fitted: tuple[int, dict[int, Tail]] = -1, {}
        self._run: Run | None = None

    def say(self, counts: Counts, past: Past) -> list[Verdict]:
        """Of the buckets of one hour, which were added to `past` last."""
        found = []
        for verdict in self._verdicts(counts, past):
            if verdict.since is not None:
                self._run = Run(verdict.since, verdict.bucket)
            found.append(verdict)
        return found

    def look(self, counts: Counts, past: Past) -> Verdict:
        """Of a bucket that may still grow; the run stays as it was."""
        return next(iter(self._verdicts(counts, past)))

    def _verdicts(self, counts: Counts, past: Past) -> Iterable[Verdict]:
        tails = self._tails(counts, past)
        if not tails:
            yield from silent(counts)
            return
        quarter, hours = (_window(past, tails[each], each, len(counts.seen)) for each in (QUARTER, THREE_HOURS))
        times = np.log10((hours.seen + 1) / (hours.usual + 1))
        for_watch, for_alarm = (quarter.unlikely + hours.unlikely) / 2 + times, quarter.unlikely + times
        alarm = for_alarm >= self._settings.alarm
        told = counts.judge & (alarm | (for_watch >= self._settings.watch))
        if told.any():
            told &= past.compared(len(told)).new
        for place, bucket in enumerate(range(counts.start, counts.end)):
            level, weighed = Level.CALM, Weighed()
            if told[place]:
                weighed = weigh(past, bucket)
                level = weighed.level(alarmed=bool(alarm[place]))
            shown, minutes = (
                (quarter, QUARTER) if quarter.unlikely[place] >= hours.unlikely[place] else (hours, THREE_HOURS)
            )
            yield Verdict(
                level=level,
                bucket=bucket,
                window=minutes * BUCKET // MINUTE,
                seen=int(shown.seen[place]),
                expected=round(float(shown.usual[place]), 3),
                odds=float(10 ** shown.unlikely[place]),
                for_watch=float(for_watch[place]),
                for_alarm=float(for_alarm[place]),
                since=None if level is Level.CALM else self._since(bucket),
                weighed=weighed.names,
                judged=bool(counts.judge[place]),
            )

    def _since(self, bucket: int) -> int:
        return self._run.since if self._run is not None and self._run.takes(bucket) else bucket

    def _tails(self, counts: Counts, past: Past) -> dict[int, Tail]:
        """Fitted once an hour, on what was known when it began; empty while that is too little."""
        hour = counts.start // HOUR
        if self._fitted[0] != hour:
            known = {each: past.known(each, before=hour * HOUR, most=FORTNIGHT) for each in (QUARTER, THREE_HOURS)}
            enough = all(len(residuals) >= LEAST for residuals in known.values())
            self._fitted = hour, {each: Tail(residuals) for each, residuals in known.items()} if enough else {}
        return self._fitted[1]


def silent(counts: Counts) -> list[Verdict]:
    """Of buckets of which nothing can be said yet."""
    seen = zip(range(counts.start, counts.end), counts.seen.tolist(), strict=True)
    return [
        Verdict(
            level=Level.LEARNING,
            bucket=bucket,
            window=BUCKET // MINUTE,
            seen=count,
            expected=0.0,
            odds=1.0,
            judged=False,
        )
        for bucket, count in seen
    ]


def _window(past: Past, tail: Tail, length: int, last: int) -> Window:
    seen, usual = past.sums(past.seen, length, last), past.sums(past.usual, length, last)
    return Window(seen, usual, tail.unlikely(anscombe(seen, usual)))
