"""How a drill is judged: against the plan's targets, from the first message and from the opening on."""

from datetime import UTC, datetime, timedelta

from desk.drills.score import Measure, Reached, Score, Verdict, closed, longest, over_at, read, score, written
from playbook.crisis import Drill as Targets

BEGAN = datetime(2026, 3, 4, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TARGETS = Targets()


def judged(at, **reached):
    lines = score(Reached(**reached), TARGETS, began_at=BEGAN, at=BEGAN + at * MINUTE)
    return {line.measure: line for line in lines}


def test_each_is_measured_from_its_own_beginning():
    found = judged(
        40,
        detected_at=BEGAN + 10 * MINUTE,
        notified_at=BEGAN + 11 * MINUTE,
        acknowledged_at=BEGAN + 21 * MINUTE,
    )
    assert found[Measure.DETECT].took == 600
    assert found[Measure.NOTIFY].took == 60
    assert found[Measure.ACKNOWLEDGE].took == 660
    assert found[Measure.NOTIFY].verdict is Verdict.MET
    assert found[Measure.ACKNOWLEDGE].verdict is Verdict.LATE
    assert found[Measure.CLAIM].verdict is Verdict.MISSED
    assert found[Measure.STATEMENT].verdict is Verdict.WAITING


def test_all_is_over_once_the_last_target_is_that_runs_from_the_detection():
    last = TARGETS.statement
    late = BEGAN + 40 * MINUTE
    assert over_at(TARGETS, began_at=BEGAN, detected_at=late) == late + last
    assert over_at(TARGETS, began_at=BEGAN, detected_at=None) == BEGAN + TARGETS.detect + last


def test_what_was_reached_on_the_second_of_its_target_is_met():
    found = judged(15, detected_at=BEGAN + TARGETS.detect)
    assert found[Measure.DETECT].verdict is Verdict.MET


def test_without_detection_the_rest_is_waited_for_until_it_could_have_been_reached():
    early, late = judged(19), judged(200)
    assert early[Measure.DETECT].verdict is Verdict.MISSED
    assert early[Measure.NOTIFY].verdict is Verdict.WAITING
    assert {line.verdict for line in late.values()} == {Verdict.MISSED}
    assert longest(TARGETS) == timedelta(minutes=75)


def test_nothing_waits_once_it_is_over_and_what_was_reached_stays():
    lines = tuple(judged(1, detected_at=BEGAN + MINUTE).values())
    found = closed(lines)
    assert found[0] == lines[0]
    assert {line.verdict for line in found[1:]} == {Verdict.MISSED}


def test_only_detection_notice_and_acknowledgement_make_it_evidence():
    some = judged(30, detected_at=BEGAN, notified_at=BEGAN)
    assert not Score(lines=tuple(some.values())).counts
    some = judged(30, detected_at=BEGAN, notified_at=BEGAN, acknowledged_at=BEGAN)
    told = Score(lines=tuple(some.values()), crisis=3, said=40)
    assert told.counts
    assert not told.reached
    assert read(written(told)) == told
