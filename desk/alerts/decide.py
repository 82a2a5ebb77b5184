"""When an alert says something: pure rules over what was seen."""

from datetime import datetime, timedelta

import msgspec

from desk.alerts.alert import Alert, When
from desk.alerts.state import State
from picture.expected import Band

FIRED, OVER, FOUND = "fired", "over", "found"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived within the alert's stretch. `whole`: all of it was collected; `usual` None while learning or not asked."""

    count: int
    whole: bool
    usual: Band | None = None


def passed(alert: Alert, seen: Seen) -> bool | None:
    """Whether the threshold is passed; None where that cannot be said: not collected as a whole, or still learning.

    What has been heard already can pass an upper threshold whatever is missing; that little was heard proves nothing
    unless all of it was collected.
    """
    match alert.when:
        case When.ABOVE:
            is_passed = seen.count > alert.number
        case When.UNUSUAL if seen.usual is None:
            return None
        case When.UNUSUAL:
            assert seen.usual is not None  # noqa: S101 - told apart above
            least = alert.number * max(seen.usual.middle, 1)
            is_passed = seen.count > seen.usual.high and seen.count >= least
        case _:
            return seen.count < alert.number if seen.whole else None
    return True if is_passed else False if seen.whole else None


USUAL_STANDS = timedelta(minutes=15)
"""How long what was usual is shown before it is asked for again; whatever is said is measured anew."""

OF_A_STRETCH = 360
"""A threshold is looked at once in that part of its stretch: one hour every ten seconds, a week every half hour."""


def due(alert: Alert, state: State, at: datetime) -> bool:
    """Whether it is time to look again."""
    if alert.when is When.EACH or state.looked_at is None:
        return True
    return at - state.looked_at >= alert.within / OF_A_STRETCH


def quiet(alert: Alert, state: State, count: int, at: datetime) -> bool:
    """Whether the count alone tells that nothing is to be said, whatever of the stretch was collected or is usual."""
    if alert.when is When.BELOW or state.active or not 0 < count < alert.number:
        return False
    return alert.when is When.ABOVE or (state.usual_at is not None and at - state.usual_at < USUAL_STANDS)


def threshold(alert: Alert, state: State, seen: Seen, at: datetime) -> tuple[State, str]:
    """How the alert stands after this look, and what is to be said: "fired", "over" or nothing.

    Said once when the threshold is passed, not again while it stays so, nor before the pause is over.
    """
    now = msgspec.structs.replace(
        state,
        count=seen.count if seen.whole or seen.count else None,
        usual=seen.usual.middle if seen.usual else None,
        known=seen.whole or alert.when is not When.BELOW,
        looked_at=at,
        usual_at=at if alert.when is When.UNUSUAL else None,
    )
    is_passed = passed(alert, seen)
    if is_passed and not state.active and not _pauses(state, at):
        return msgspec.structs.replace(now, active=True, paused_until=at + alert.pause), FIRED
    if is_passed is False and state.active:
        return msgspec.structs.replace(now, active=False), OVER if alert.over else ""
    return now, ""


def gathered(alert: Alert, state: State, waiting: int, first: datetime | None, at: datetime) -> tuple[State, str]:
    """The same for each match: "found" once the first that waits is as old as the group is long, and no pause is on."""
    now = msgspec.structs.replace(state, count=waiting, looked_at=at)
    if first is None or at - first < alert.group or _pauses(state, at):
        return now, ""
    return msgspec.structs.replace(now, paused_until=at + alert.pause), FOUND


def _pauses(state: State, at: datetime) -> bool:
    return state.paused_until is not None and at < state.paused_until


WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3),
    timedelta(hours=6), timedelta(hours=12), timedelta(hours=24), timedelta(hours=24),
)  # fmt: skip
"""How long a message that failed for now waits before each next try: about three days together, then it is given up."""
