"""The plan of one playbook, as crises ask it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from desk.entry.rights import Right
from desk.store.crises import Step
from playbook.crisis import Crisis, filled
from playbook.sections import Playbook
from playbook.service import Rung

LADDER = (Rung(to="agent", within=timedelta(minutes=10)), Rung(to="lead"))
"""Whom an alarm asks where the playbook has no ladder for it."""


def powerless(playbook: Playbook, rights: Mapping[Right, frozenset[str]]) -> str | None:
    """A sentence where who would have to approve first statements may not work in a crisis by that table of rights."""
    role = playbook.crisis.approves if playbook.crisis else None
    if role is None or role in rights[Right.CASES]:
        return None
    return f'the role "{role}" may not work in a crisis, so nobody could approve; give it the right `cases` in sign_in.rights'


class Plan:
    """The `crisis:` section, and what it names. Where a playbook has none, it is the one that ships."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self.section = playbook.crisis or Crisis()
        self.version = playbook.version

    @property
    def rings(self) -> bool:
        """Whether an alarm opens a crisis: only where the playbook has a plan."""
        return self._playbook.crisis is not None

    @property
    def monitors(self) -> Sequence[str]:
        """Those that ring."""
        return self.section.monitors or tuple(self._playbook.monitors)

    @property
    def unit(self) -> str | None:
        """Whose rota is on call."""
        organisation = self._playbook.organisation
        return self.section.unit or (organisation.centre if organisation else None)

    @property
    def lull(self) -> timedelta:
        return self.section.lull

    @property
    def over(self) -> timedelta:
        return self.section.over

    @property
    def approves(self) -> str:
        return self.section.approves

    @property
    def a_minute(self) -> int:
        return self.section.a_minute

    def rung(self, place: int) -> Rung | None:
        """Who has to acknowledge at that place of the ladder; None above its top."""
        units = self._playbook.organisation.units if self._playbook.organisation else {}
        unit = units.get(self.unit or "")
        named = self.section.ladder or (unit.ladder if unit else None)
        rungs = self._playbook.ladders.get(named or "", LADDER)
        return rungs[place] if place < len(rungs) else None

    def steps(self, at: datetime) -> Sequence[Step]:
        """As they stand at an opening at that moment: those that are for every severity have clocks."""
        return [
            Step(
                step=name,
                place=place,
                says={"": one.says} if isinstance(one.says, str) else dict(one.says),
                owner=one.owner,
                from_=one.from_,
                within=int(one.within.total_seconds()) if one.within else None,
                due_at=at + one.within if one.within and one.from_ == 1 else None,
            )
            for place, (name, one) in enumerate(self.section.steps.items())
        ]

    def statement(self, language: str, values: Mapping[str, str]) -> str | None:
        """The first draft in that language; None where the plan has none. `values` are those of playbook.crisis.VARIABLES."""
        text = self.section.statements.get(language)
        return filled(text, values) if text else None
