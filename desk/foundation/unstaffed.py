"""What the playbook counts on and the desk database does not have: hours without anybody on duty, roles that nobody holds,
accounts that nobody answers for, or whose answers are not heard. No mistakes of the file: people mend them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from desk.crisis.able import actors
from desk.crisis.planned import Plan
from desk.store import accounts, people, roles, rota
from desk.store.accounts import Account, Wanting
from desk.store.database import Database
from desk.store.roles import EVERYWHERE, Held
from playbook.accounts import plain
from playbook.hours import opened
from playbook.organisation import Unit
from playbook.rota import Absence, Shift, Stretch, holes
from playbook.sections import Playbook

AHEAD = timedelta(weeks=3)
"""How far ahead the rota has to stand."""
MOST_HOLES = 5
"""Holes of a unit that are named one by one."""


class Lack(StrEnum):
    """What is missing."""

    ROTA = "rota"  # nobody at all is on the unit's rota
    HOLE = "hole"  # nobody is on duty in that stretch
    HOLES = "holes"  # and in so many more
    ROLE = "role"  # somebody has to hold the role, and nobody does
    OWNER = "owner"
    OWNER_LEFT = "owner_left"
    SECOND = "second"
    SECOND_LEFT = "second_left"
    UNHEARD = "unheard"  # what an own account answers is not heard


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing.

    unit           of the rota, or in which a role has to be held; "" is anywhere
    stretch        of a hole; `count` of those not named
    role, asks     the role, and what in the playbook counts on it
    account, who   the account as "handle on source", and the owner who left
    """

    lack: Lack
    unit: str = ""
    stretch: Stretch | None = None
    count: int = 0
    role: str = ""
    asks: str = ""
    account: str = ""
    who: str = ""

    def sentence(self, zone: tzinfo) -> str:
        """In English, for the terminal."""
        match self.lack:
            case Lack.ROTA:
                return f"{self.unit}: nobody is on the rota, and the unit has business hours"
            case Lack.HOLE:
                return f"{self.unit}: nobody is on duty {written(self.stretch, zone)}"
            case Lack.HOLES:
                return f"{self.unit}: and in {self.count} more stretches"
            case Lack.ROLE:
                where = f" in {self.unit}" if self.unit else ""
                return f"nobody holds the role {self.role}{where}, which {self.asks} counts on"
            case Lack.OWNER | Lack.OWNER_LEFT | Lack.SECOND | Lack.SECOND_LEFT:
                return f"{self.account}{accounts.LACKS[Wanting(self.lack.value)].format(name=self.who)}"
            case Lack.UNHEARD:
                return f"{self.account} is named by no unit of the playbook: its answers stop no clock where no monitor wants them"


async def missing(database: Database, playbook: Playbook, at: datetime, zone: tzinfo) -> Sequence[Missing]:
    """All of it, from that moment on for as long as the rota has to stand."""
    since = at.replace(second=0, microsecond=0)
    shifts, away = await rota.every_shift(database), await rota.every_absence(database, since)
    staff = {one.id: one for one in await people.every(database)}
    own = await accounts.every(database)
    wanting = [
        Missing(lack=Lack(lack.value), account=f"{one.handle} on {one.source}", who=left.name if left else "")
        for one, lack, left in accounts.wanting(own, staff)
    ]
    ahead = Stretch(since, since + AHEAD)
    return [
        *_on_rota(playbook, shifts, away, ahead, zone),
        *unheld(playbook, await roles.held(database)),
        *wanting,
        *unheard(playbook, own),
    ]


def uncovered(
    playbook: Playbook, unit: str, shifts: Iterable[Shift], away: Sequence[Absence], *, ahead: Stretch, zone: tzinfo
) -> Sequence[Stretch]:
    """The stretches in which the unit works or promises something, and nobody is on duty."""
    assert playbook.organisation is not None  # noqa: S101 - it has the unit
    calendars = [playbook.hours[name] for name in calendars_of(playbook, playbook.organisation.units[unit])]
    promised = [Stretch(*one) for calendar in calendars for one in opened(ahead.since, ahead.until, calendar)]
    return holes(promised, unit, shifts, away, zone)


def unheld(playbook: Playbook, held: Iterable[Held]) -> Iterator[Missing]:
    """Each role that something counts on and nobody holds, there or everywhere."""
    there = {(one.role, one.unit) for one in held}
    anywhere = {role for role, _ in there}
    for role, unit, asks in _counted_on(playbook):
        if not ({(role, unit), (role, EVERYWHERE)} & there if unit else role in anywhere):
            yield Missing(lack=Lack.ROLE, role=role, unit=unit, asks=asks)


def unheard(playbook: Playbook, own: Iterable[Account]) -> Iterator[Missing]:
    """Each official account whose answers are let in by monitors alone (playbook.accounts), where cases wait for them."""
    units = playbook.organisation.units.values() if playbook.organisation else ()
    named = {plain(account) for unit in units for account in unit.accounts}
    if playbook.triage and playbook.monitors:
        for one in own:
            if one.official and plain(one.handle) not in named:
                yield Missing(lack=Lack.UNHEARD, account=f"{one.handle} on {one.source}")


def written(stretch: Stretch | None, zone: tzinfo) -> str:
    """As in "Mon 2026-11-30 07:00 - 12:00"; "" for none."""
    if stretch is None:
        return ""
    since, until = stretch.since.astimezone(zone), stretch.until.astimezone(zone)
    ends = f"{until:%H:%M}" if since.date() == until.date() else f"{until:%a %Y-%m-%d %H:%M}"
    return f"{since:%a %Y-%m-%d %H:%M} - {ends}"


def _on_rota(
    playbook: Playbook, shifts: Sequence[Shift], away: Sequence[Absence], ahead: Stretch, zone: tzinfo
) -> Iterator[Missing]:
    for name in playbook.organisation.units if playbook.organisation else ():
        found = uncovered(playbook, name, shifts, away, ahead=ahead, zone=zone)
        if found and not any(one.unit == name for one in shifts):
            yield Missing(lack=Lack.ROTA, unit=name)
            continue
        yield from (Missing(lack=Lack.HOLE, unit=name, stretch=one) for one in found[:MOST_HOLES])
        if len(found) > MOST_HOLES:
            yield Missing(lack=Lack.HOLES, unit=name, count=len(found) - MOST_HOLES)


def calendars_of(playbook: Playbook, unit: Unit) -> Iterable[str]:
    """The calendar in which the unit works, and those in which it promises something besides."""
    service = playbook.service.get(unit.service or "")
    promised = [promise.hours for _, promise in service.promises()] if service else []
    return dict.fromkeys(name for name in (unit.hours, *promised) if name is not None)


def _counted_on(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    """(role, unit, what counts on it), each role and unit once."""
    seen: set[tuple[str, str]] = set()
    for role, unit, asks in _asks(playbook):
        if (role, unit) not in seen:
            seen.add((role, unit))
            yield role, unit, asks


def _asks(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    units: Mapping[str, Unit] = playbook.organisation.units if playbook.organisation else {}
    for name, unit in units.items():
        rungs = playbook.ladders.get(unit.ladder or "", ())
        yield from ((rung.to, name, f"ladders.{unit.ladder}") for rung in rungs)
    for name, goal in playbook.goals.items():
        yield goal.owner, EVERYWHERE, f"goals.{name}"
    for name, outcome in playbook.triage.outcomes.items() if playbook.triage else ():
        yield from ((role, EVERYWHERE, f"triage.outcomes.{name}.tells") for role in outcome.tells)
    yield from ((role, Plan(playbook).unit or EVERYWHERE, path) for path, role in actors(playbook))
