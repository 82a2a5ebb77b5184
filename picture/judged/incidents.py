"""What a detector said, told as detections and as incidents.

A detection is a flagged bucket at least twelve hours after the detection before it (the refractory period): each costs or
earns in the score. An incident is a run of flagged buckets with gaps of at most six hours, cut after a day: a false one is one
that touches no labelled window.
"""

from collections.abc import Iterable

from picture.detector.counts import HOUR

REFRACTORY = 12 * HOUR
GAP, LONGEST = 6 * HOUR, 24 * HOUR


def detections(flagged: Iterable[int]) -> list[int]:
    """Of flagged buckets in order."""
    found: list[int] = []
    for bucket in flagged:
        if not found or bucket - found[-1] >= REFRACTORY:
            found.append(bucket)
    return found


def incidents(flagged: Iterable[int]) -> list[list[int]]:
    """The flagged buckets of each incident, in order."""
    found: list[list[int]] = []
    for bucket in flagged:
        if found and bucket - found[-1][-1] <= GAP and bucket - found[-1][0] < LONGEST:
            found[-1].append(bucket)
        else:
            found.append([bucket])
    return found
