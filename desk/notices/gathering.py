"""Which messages tell of which notices: one a receiver and channel for what came up within a short window. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from desk.notices.receivers import Staff, falls_through, receivers
from desk.notices.rules import EMAIL, Rule, ways
from desk.store.notice_messages import APART, Parcel, Place
from desk.store.notices import RESULTS, URGENT, Kind, Notice

LEISURE = APART
"""How long a result waits for others, unless something else goes to the same place sooner."""


class Plan(msgspec.Struct, frozen=True):
    """What is to be sent, and by a notice's id why nobody is told of it."""

    parcels: Sequence[Parcel]
    unreached: Mapping[str, str]


def plan(
    owed: Sequence[Notice], rules: Sequence[Rule], staff: Staff, at: datetime, *, window: timedelta, mails: bool
) -> Plan:
    """Where these go; `mails` says whether e-mail is sent. What is new waits `window`, so that what comes up meanwhile is told with it; an
    alarm does not, a result LEISURE.

    What no rule is about reaches nobody, and is no mistake; nor is what concerns one person where no e-mail is sent. A crisis without any
    channel is one.
    """
    parcels: list[Parcel] = []
    unreached: dict[str, str] = {}
    for notice in owed:
        due = at + _waits(notice.kind, window)
        each = [_way(notice, channels, staff, due, None) for channels in ways(notice, rules, mails=mails)]
        parcels += [parcel for found in each for parcel in found]
        if not any(each) and (why := _nobody(notice, staff) if each else _no_way(notice)):
            unreached[notice.id] = why
    return Plan(_joined(parcels), unreached)


def _waits(kind: Kind, window: timedelta) -> timedelta:
    if kind in URGENT:
        return timedelta()
    return max(window, LEISURE) if kind in RESULTS else window


def instead(owed: Sequence[Notice], failed: Place, staff: Staff, at: datetime) -> Collection[Parcel]:
    """Where these go now that a channel failed; nowhere where no other is left, or it reaches nobody."""
    parcels: list[Parcel] = []
    for notice in owed:
        named = msgspec.structs.replace(notice, to_person=failed.person) if failed.person else notice
        parcels += _way(named, failed.then, staff, at, failed.channel)
    return _joined(parcels)


def _way(notice: Notice, channels: tuple[str, ...], staff: Staff, due: datetime, failed: str | None) -> list[Parcel]:
    """By the first channel that reaches anybody."""
    for place, channel in enumerate(channels):
        then = channels[place + 1 :]
        if channel != EMAIL:
            place_of_all = Place(channel=channel, crisis=notice.crisis, then=then, instead=failed)
            return [Parcel(place=place_of_all, due_at=due, notices=(notice.id,))]
        found = [
            Parcel(
                place=Place(channel=channel, crisis=notice.crisis, person=person, then=then, instead=failed),
                due_at=max(due, moment),
                notices=(notice.id,),
            )
            for person, moment in receivers(notice, staff, due, reaches=lambda person: person.email).items()
        ]
        if found:
            return found
    return []


def _joined(parcels: Sequence[Parcel]) -> Sequence[Parcel]:
    """One a place for what is due about then, due when the first of it is."""
    found: list[Parcel] = []
    for parcel in sorted(parcels, key=lambda one: one.due_at):
        near = (one for one in found if one.place == parcel.place and parcel.due_at - one.due_at <= APART)
        before = next(near, None)
        if before is None:
            found.append(parcel)
        else:
            together = tuple(dict.fromkeys((*before.notices, *parcel.notices)))
            found[found.index(before)] = Parcel(place=before.place, due_at=before.due_at, notices=together)
    return found


def _no_way(notice: Notice) -> str | None:
    """Why no channel is for it; None where that is meant."""
    return None if notice.crisis is None else "no channel is configured, and `mail` names no server"


def _nobody(notice: Notice, staff: Staff) -> str:
    if notice.to_person is not None:
        return "the person has no e-mail address, or does not work here any more"
    first = f"is on the rota of {notice.to_unit} within a week"
    sought = [f"holds the role {notice.to_role}" if notice.to_role else first]
    sought += [f"holds the role {role}" for role in staff.on_call if falls_through(notice)]
    return f"nobody who can be written to {' or '.join(dict.fromkeys(sought))}"
