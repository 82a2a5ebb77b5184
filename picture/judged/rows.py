"""The figures by which the detector is known, by name."""

from picture.judged.report import Chosen, Judged, Report

BOUNDS = {
    "crisis_watch_nab_standard": (">=", 80.0),
    "crisis_watch_recall": (">=", 0.9),
    "crisis_watch_false_alarms_per_brand_week": ("<=", 0.6),
    "crisis_alarm_recall": (">=", 0.6),
    "crisis_alarm_false_alarms_per_brand_week": ("<=", 0.15),
    "crisis_weekly_peak_false_per_brand_week": ("<=", 0.1),
    "crisis_simulated_recall": (">=", 0.9),
}
"""What each has to hold."""
DIGITS = 4


def rows(report: Report) -> dict[str, float]:
    """Each brand left out in turn, all of them together; then with the shipped thresholds, `_shipped` behind the name."""
    one, simulated = report.together, report.simulated
    found = _rows(one.watch, one.alarm) | {
        "crisis_weekly_peak_false_per_brand_week": simulated.peaks / max(simulated.weeks, 1.0),
        "crisis_simulated_false_per_brand_week": simulated.false / max(simulated.weeks, 1.0),
        "crisis_simulated_recall": simulated.found / max(simulated.crises, 1),
    }
    shipped = {f"{name}_shipped": value for name, value in _shipped(one).items()}
    return {name: round(value, DIGITS) for name, value in (found | shipped).items()}


def _shipped(one: Judged) -> dict[str, float]:
    return _rows(one.watch_as_shipped, one.alarm_as_shipped)


def _rows(watch: Chosen, alarm: Chosen) -> dict[str, float]:
    return {
        "crisis_watch_nab_standard": watch.nab_standard,
        "crisis_watch_recall": watch.recall,
        "crisis_watch_false_alarms_per_brand_week": watch.false_per_week,
        "crisis_alarm_recall": alarm.recall,
        "crisis_alarm_false_alarms_per_brand_week": alarm.false_per_week,
    }
