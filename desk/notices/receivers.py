"""Who a notice is for: whoever is on duty, holds a role, or is named. Pure: staff, rota and wishes are lent."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from desk.alerts.quiet import allowed_at
from desk.crisis.telling import LEAD
from desk.store.notices import URGENT, Notice
from desk.store.people import Person
from desk.store.roles import EVERYWHERE, Held
from desk.store.wishes import Wish
from playbook.rota import Absence, Shift, Stretch, on_duty, worked

AHEAD = timedelta(days=7)
"""How far the rota is looked through for who is next, where nobody is on duty."""


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """The people of the desk at a moment; of those who left none.

    on_call  roles that hear of a crisis where the rota of its unit has nobody, in this order
    """

    people: Mapping[str, Person]
    held: Sequence[Held]
    shifts: Sequence[Shift]
    absences: Sequence[Absence]
    wishes: Mapping[str, Wish]
    on_call: Sequence[str]
    zone: ZoneInfo


def receivers(
    notice: Notice, staff: Staff, at: datetime, *, reaches: Callable[[Person], object]
) -> Mapping[str, datetime]:
    """The people who are told, and from when on; none where there is nobody. Whoever is not reached counts as nobody.

    A role: who holds it, those who are away only where all are. A unit: who is on duty, else whoever is next within AHEAD,
    from then on. Of a crisis else, where it `falls_through`, the first role of `on_call` that somebody holds there, or the last of them anywhere. What somebody wishes comes on top. An alarm is told at once, whatever anybody wishes, also to who is next.
    """
    there = _those({name for name, person in staff.people.items() if reaches(person)}, staff)
    if notice.to_person is not None:
        found = dict.fromkeys({notice.to_person} & there.people.keys(), at)
    elif notice.to_role is not None:
        found = dict.fromkeys(_holders(notice.to_role, notice.to_unit, there, at), at)
    else:
        found = dict(_duty(notice.to_unit or "", there, at))
    if not found and falls_through(notice):
        found = dict.fromkeys(_on_call(notice.to_unit, there, at), at)
    if notice.kind in URGENT:
        return dict.fromkeys(found, at)
    return {person: wished(moment, person, there) for person, moment in found.items()}


def falls_through(notice: Notice) -> bool:
    """Whether the roles of `on_call` hear of it where it reaches nobody else: of a crisis what is for the rota, or for whoever leads
    where no unit owns it.
    """
    if notice.crisis is None or notice.to_person is not None:
        return False
    return notice.to_role is None or (notice.to_role == LEAD and notice.to_unit is None)


def _those(names: Container[str], staff: Staff) -> Staff:
    """As if nobody else worked here."""
    return msgspec.structs.replace(
        staff,
        people={name: person for name, person in staff.people.items() if name in names},
        held=[one for one in staff.held if one.person in names],
        shifts=[one for one in staff.shifts if one.person in names],
    )


def _holders(role: str, unit: str | None, staff: Staff, at: datetime) -> Sequence[str]:
    holding = _holding(role, unit, staff)
    return _there(holding, staff, at) or holding


def _on_call(unit: str | None, staff: Staff, at: datetime) -> Sequence[str]:
    """Those who are away only where all are."""
    asked = [*((role, unit) for role in staff.on_call), *((role, None) for role in staff.on_call[-1:])]
    each = [_holding(role, where, staff) for role, where in asked]
    return next((found for found in (*(_there(one, staff, at) for one in each), *each) if found), ())


def _holding(role: str, unit: str | None, staff: Staff) -> Sequence[str]:
    return [one.person for one in staff.held if one.role == role and (unit is None or one.unit in (EVERYWHERE, unit))]


def _there(people: Sequence[str], staff: Staff, at: datetime) -> Sequence[str]:
    return [person for person in people if not _away(person, staff.absences, at)]


def _away(person: str, absences: Iterable[Absence], at: datetime) -> bool:
    return any(one.person == person and one.since <= at < one.until for one in absences)


def _duty(unit: str, staff: Staff, at: datetime) -> Iterable[tuple[str, datetime]]:
    if now := on_duty(at, unit, staff.shifts, staff.absences, staff.zone):
        return [(person, at) for person in now]
    ahead = Stretch(at, at + AHEAD)
    mine = (shift for shift in staff.shifts if shift.unit == unit)
    coming = [
        (stretch.since, shift.person) for shift in mine for stretch in worked(shift, ahead, staff.absences, staff.zone)
    ]
    first = min(coming, default=None)
    return [(person, since) for since, person in coming if first and since == first[0]]


def wished(moment: datetime, person: str, staff: Staff) -> datetime:
    """The first moment from then on that is outside their quiet hours and mutes."""
    wish = staff.wishes.get(person, Wish())
    return allowed_at(max(moment, wish.muted_until or moment), wish.quiet, staff.zone)
