"""The crisis detector: what is expected of a monitor's volume, what was seen, and whether somebody has to look."""

from picture.detector.counts import Counts
from picture.detector.detector import Detector
from picture.detector.verdict import Level, Settings, Verdict

__all__ = ["Counts", "Detector", "Level", "Settings", "Verdict"]
