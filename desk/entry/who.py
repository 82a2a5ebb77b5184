"""Who asks: one of the staff with the roles that they hold now, or the operator."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from desk.entry.rights import RIGHTS, Right

EVERYWHERE = ""
_PAGE, _BROWSER = "page", "desk:"


class Held(NamedTuple):
    """A role, in one unit or EVERYWHERE."""

    role: str
    unit: str = EVERYWHERE


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as it is at this request.

    person  id of one of the staff; None is the operator, who came in by a one-time link or the page's password: has every right, and holds no role
    name    what to call the person; "" for the operator
    session what the audit calls the operator's browser
    rights  which roles bring which right along
    strong  came in by more than a password, where a role of theirs asks for that
    """

    person: str | None = None
    name: str = ""
    session: str = ""
    roles: frozenset[Held] = frozenset()
    rights: Mapping[Right, frozenset[str]] = RIGHTS
    strong: bool = True

    @property
    def by(self) -> str:
        """How the audit, the log and events name them: the person's id, or the operator's browser."""
        return self.person or (f"{_BROWSER}{self.session}" if self.session else _PAGE)

    def may(self, right: Right, unit: str | None = None) -> bool:
        """Whether they may, in that unit; without one, in any."""
        units = self.units(right)
        return units is None or (bool(units) if unit is None else unit in units)

    def units(self, right: Right) -> frozenset[str] | None:
        """The units in which they may; None is everywhere."""
        if self.person is None:
            return None
        units = (
            frozenset(unit for role, unit in self.roles if role in self.rights[right]) if self.strong else frozenset()
        )
        return None if EVERYWHERE in units else units


def is_operator(by: str) -> bool:
    """Whether `Who.by` says that of an operator: which person it was nobody knows."""
    return by == _PAGE or by.startswith(_BROWSER)
