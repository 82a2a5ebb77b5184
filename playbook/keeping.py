"""Whether first answers would have come in time, if each unit answered so many an hour, one after another as they came.

A statement of what is assumed, not of what people did: each answer takes a unit the same open time, and what is worse does not go first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from playbook._values import Severity
from playbook.hours import due
from playbook.sections import Playbook


class Waiting(NamedTuple):
    """An answer that a unit owes since then."""

    since: datetime
    unit: str
    severity: Severity


def late(playbook: Playbook, waiting: Iterable[Waiting], an_hour: Mapping[str, float]) -> Counter[str]:
    """First answers that come after they were promised, by unit; of units that promise nothing, or of which it is not
    said how many they answer `an_hour`, none is known.
    """
    units = playbook.organisation.units if playbook.organisation else {}
    free: dict[str, datetime] = {}
    found: Counter[str] = Counter()
    for one in sorted(waiting):
        unit = units[one.unit]
        if one.unit not in an_hour or unit.hours is None or unit.service is None:
            continue
        answered = due(
            max(one.since, free.get(one.unit, one.since)),
            timedelta(hours=1 / an_hour[one.unit]),
            playbook.hours[unit.hours],
        )
        free[one.unit] = answered
        promised = promised_by(playbook, one)
        if promised is not None and answered > promised:
            found[one.unit] += 1
    return found


def promised_by(playbook: Playbook, one: Waiting) -> datetime | None:
    """Until when its unit promises the first answer; None where it promises nothing."""
    unit = playbook.organisation.units[one.unit] if playbook.organisation else None
    promise = playbook.service[unit.service].of(one.severity) if unit and unit.service else None
    calendar = (promise.hours or (unit.hours if unit else None)) if promise else None
    return due(one.since, promise.first_response, playbook.hours[calendar]) if promise and calendar else None
