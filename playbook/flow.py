"""The flow of triage at work: the way one message takes through it."""

from collections.abc import Mapping
from typing import NamedTuple

from playbook._rules import Rules
from playbook._values import RANK, Severity
from playbook.facts import Check, Facts
from playbook.triage import Outcome, Triage


class Way(NamedTuple):
    """Where a message went: ids of the questions it was asked, the outcome last; how bad it is, where something is done."""

    path: tuple[str, ...]
    severity: Severity | None

    @property
    def outcome(self) -> str:
        return self.path[-1]


class Flow:
    """A checked `Triage`, its conditions added to `rules`. Pure: the same facts take the same way."""

    def __init__(self, triage: Triage, rules: Rules) -> None:
        self.triage = triage
        self._asked: Mapping[str, tuple[Check, str, str]] = {
            name: (rules.check(step.when), step.then, step.otherwise) for name, step in triage.steps.items()
        }
        self._rises = [(rules.check(rise.when), rise.severity) for rise in triage.rises]

    def walk(self, facts: Facts) -> Way:
        path: list[str] = []
        here = self.triage.start
        while here in self._asked:
            path.append(here)
            check, then, otherwise = self._asked[here]
            here = then if check(facts) else otherwise
        path.append(here)
        return Way(tuple(path), self._severity(self.triage.outcomes[here], facts))

    def _severity(self, outcome: Outcome, facts: Facts) -> Severity | None:
        worst = outcome.severity
        if worst is None:
            return None
        for check, severity in self._rises:
            if RANK[severity] > RANK[worst] and check(facts):
                worst = severity
        return worst
