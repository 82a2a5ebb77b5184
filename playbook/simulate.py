"""History replayed under other rules: what each unit would have had, and what nobody would.

Nothing of a person is counted. A unit is told apart only where enough people answer in it; the rest are one line together, so that
no figure is somebody's own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from core.types import Enriched, Routing
from playbook._values import Severity
from playbook.facts import by_name
from playbook.keeping import Waiting
from playbook.organisation import Model
from playbook.routing import Router
from playbook.sections import Playbook

QUARTER = 900
TOGETHER = "*"
"""The units that are too small to be told apart."""


@dataclass(kw_only=True)
class Load:
    """What came of the mentions under one set of rules.

    units    answers that each unit owns; `waiting` each of these with when it was asked for, where they are kept
    quarters the same by unit and quarter of an hour since 1970, in which it was asked for
    unowned  answers that nobody owns; `none` mentions that ask for none
    """

    mentions: int = 0
    units: Counter[str] = field(default_factory=Counter)
    waiting: list[Waiting] | None = None
    quarters: Counter[tuple[str, int]] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    unowned: int = 0
    none: int = 0


class Replay:
    """Rules that stored mentions are routed by again, from what was found in them; the monitors that they have stay theirs."""

    def __init__(self, playbook: Playbook) -> None:
        self._router = Router(playbook)
        self._answered = frozenset(
            name for name, outcome in (playbook.triage.outcomes.items() if playbook.triage else ()) if outcome.answer
        )

    def routing(self, record: Enriched) -> Routing:
        findings = by_name(record.findings)
        return self._router.route(record.mention, record.known_language, findings, record.routing.monitors)

    def add(self, records: Iterable[Enriched], load: Load) -> None:
        for record in records:
            routing = self.routing(record)
            load.mentions += 1
            load.outcomes[routing.outcome or ""] += 1
            if routing.outcome not in self._answered:
                load.none += 1
            elif routing.team is None:
                load.unowned += 1
            else:
                load.units[routing.team] += 1
                load.quarters[routing.team, int(record.mention.created_at.timestamp()) // QUARTER] += 1
                if load.waiting is not None:
                    severity = Severity(routing.severity or Severity.MINOR)
                    load.waiting.append(Waiting(record.mention.created_at, routing.team, severity))


def by_hour(load: Load, zone: tzinfo) -> Mapping[str, Sequence[int]]:
    """How many answers were asked of each unit in each hour of the day, as clocks there show it."""
    found: dict[str, list[int]] = {}
    for (unit, quarter), count in load.quarters.items():
        hour = datetime.fromtimestamp(quarter * QUARTER, zone).hour
        found.setdefault(unit, [0] * 24)[hour] += count
    return found


def under(playbook: Playbook, model: Model) -> Playbook:
    """The same playbook with another organisation model. Raises ValueError where it has no organisation, or no centre for it."""
    if playbook.organisation is None:
        raise ValueError("the playbook has no organisation, so that there is nothing to try another model on")
    organisation = playbook.organisation.model_copy(update={"model": model})
    for path, sentence in organisation.mistakes():
        raise ValueError(f"organisation.{path}: {sentence}")
    return playbook.model_copy(update={"organisation": organisation})


def possible(playbook: Playbook) -> list[str]:
    """The models that its organisation has all for. Raises ValueError where it has no organisation."""
    found = []
    for model in Model:
        try:
            under(playbook, model)
        except ValueError:
            continue
        found.append(model.value)
    if not found:
        under(playbook, Model.HOLISTIC)
    return found


def told_apart(counts: Mapping[str, int], small: Collection[str]) -> Mapping[str, int]:
    """What was counted a unit; of the `small` units as one, last."""
    large = {unit: count for unit, count in counts.items() if unit not in small}
    rest = sum(count for unit, count in counts.items() if unit in small)
    return {**large, TOGETHER: rest} if rest else large


def small_units(units: Collection[str], people: Mapping[str, int], smallest: int) -> frozenset[str]:
    """The units that are not told apart: those of fewer people than `smallest`, where nobody said how many there are none; and
    larger ones, the smallest first, until they are so many together, for else their line would be a few people's own.
    """
    found: list[str] = []
    for unit in sorted(units, key=lambda unit: people.get(unit, 0)):
        together = sum(people.get(one, 0) for one in found)
        if people.get(unit, 0) >= smallest and (not found or together >= smallest):
            break
        found.append(unit)
    return frozenset(found)
