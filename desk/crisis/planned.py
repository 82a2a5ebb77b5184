"""The plan of one playbook, as crises ask it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from desk.crisis.telling import LEAD
from desk.store.crises import Step
from playbook.crisis import Crisis, filled
from playbook.sections import Playbook
from playbook.service import Rung

LADDER = (Rung(to="agent", within=timedelta(minutes=10)), Rung(to="lead"))
"""Whom an alarm asks where the playbook has no ladder for it."""


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

    @property
    def ladder(self) -> tuple[str | None, Sequence[Rung]]:
        """Its name in the playbook and its rungs; None for LADDER, which is where the playbook has none for it."""
        units = self._playbook.organisation.units if self._playbook.organisation else {}
        unit = units.get(self.unit or "")
        named = self.section.ladder or (unit.ladder if unit else None)
        rungs = self._playbook.ladders.get(named or "")
        return (named, rungs) if rungs else (None, LADDER)

    @property
    def on_call(self) -> Sequence[str]:
        """Roles that hear of it where the rota of its unit has nobody, the first that somebody holds."""
        _, rungs = self.ladder
        return tuple(dict.fromkeys((rungs[0].to, LEAD)))

    def rung(self, place: int) -> Rung | None:
        """Who has to acknowledge at that place of the ladder; None above its top."""
        _, rungs = self.ladder
        return rungs[place] if place < len(rungs) else None

    def roles(self, language: str) -> Mapping[str, str]:
        """What the playbook calls each role."""
        return {name: role.called(language) for name, role in self._playbook.all_roles().items()}

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
