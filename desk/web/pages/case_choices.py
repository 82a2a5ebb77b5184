"""What a person can choose while handling cases: until when to put one off, why it is closed, whom to give it to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import web

from core.errors import Reject
from desk.cases.acts import Reason
from desk.entry.operators import holding
from desk.entry.rights import Right
from desk.store import inbox
from desk.store.cases import Case
from desk.web.pages.case_lines import kept_of
from desk.web.site import WHO, unit_called, unit_names

MORNING = time(9)
_HOURS = {"1h": 1, "3h": 3}
UNTIL = (*_HOURS, "tomorrow", "monday")
KEYS = (
    ("c", "claim"), ("a", "assign"), ("n", "note"), ("s", "snooze"), ("e", "close"), ("o", "open"), ("h", "elsewhere"),
)  # fmt: skip
"""Letters of a case and the act that each is for, as static/keys.js presses them."""
REASONS = tuple(reason.value for reason in Reason if reason not in (Reason.SPAM, Reason.HANDLED_ELSEWHERE))
"""Why a case is closed; what has a button of its own is not among them."""


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a case can be given to: `to` is "person:" and an id, or "unit:" and a name of the playbook."""

    to: str
    name: str


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """For the forms: `people` and `units` are whom a case can be given to."""

    people: tuple[Receiver, ...]
    units: tuple[Receiver, ...]
    until: tuple[str, ...] = UNTIL
    reasons: tuple[str, ...] = REASONS
    keys: tuple[tuple[str, str], ...] = KEYS


async def choices(request: web.Request, case: Case | None = None) -> Choices:
    """What whoever asks can choose. One case cannot be given to who has it; to a person by whoever leads or has it."""
    who = request[WHO]
    gives = case is None or who.may(Right.LEAD, case.unit) or case.assignee == who.by
    people = await colleagues(request) if gives else ()
    units = [unit for unit in unit_names(request) if case is None or unit != case.unit]
    return Choices(
        people=tuple(one for one in people if case is None or one.to != f"person:{case.assignee}"),
        units=tuple(Receiver(to=f"unit:{unit}", name=unit_called(request, unit)) for unit in units),
    )


async def colleagues(request: web.Request, unit: str | None = None) -> list[Receiver]:
    """Those who may work on cases, of that unit or without one of any, by name."""
    database = kept_of(request).database
    names = await inbox.names(database, await holding(database, request[WHO], Right.CASES, unit))
    return [Receiver(to=f"person:{one}", name=name) for one, name in sorted(names.items(), key=lambda pair: pair[1])]


def until(name: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a choice of UNTIL stands for. Raises Reject."""
    if name in _HOURS:
        return now + timedelta(hours=_HOURS[name])
    today = now.astimezone(zone).date()
    match name:
        case "tomorrow":
            day = today + timedelta(days=1)
        case "monday":
            day = today + timedelta(days=7 - today.weekday())
        case _:
            raise Reject("choose until when the case is put off", reason="until")
    return datetime.combine(day, MORNING, zone).astimezone(UTC)
