"""From a matched message to its routing: triage, then the unit that owns it and what that unit promised."""

from collections.abc import Mapping
from functools import cached_property

from core.types import Finding, Mention, Routing
from playbook._rules import Rules
from playbook._values import Severity
from playbook.flow import Flow
from playbook.organisation import Owners
from playbook.sections import Playbook


class Router:
    """A playbook's triage and organisation, compiled. A playbook without triage gives nothing beside the monitors."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        triage, organisation = playbook.triage, playbook.organisation
        self._rules = Rules(triage.lists if triage else {})
        self._flow = Flow(triage, self._rules) if triage else None
        self._owners = Owners(organisation, self._rules) if organisation else None
        self._promised: dict[tuple[str | None, Severity | None], str] = {
            (name, severity): unit.service
            for name, unit in (organisation.units.items() if organisation else ())
            if unit.service
            for severity, _ in playbook.service[unit.service].promises()
        }

    def route(
        self,
        mention: Mention,
        language: str | None,
        findings: Mapping[str, Finding],
        monitors: tuple[str, ...],
        *,
        model: str = "",
    ) -> Routing:
        """Where it goes. `language` as detected, findings by name, `model` the version of what found them."""
        if self._flow is None:
            return Routing(monitors=monitors, playbook=self._version, model=model)
        facts = self._rules.facts(mention, language, findings, monitors)
        way = self._flow.walk(facts)
        outcome = self._flow.triage.outcomes[way.outcome]
        team = None
        if outcome.answer:
            team = outcome.to or (self._owners.owner(facts, way.severity) if self._owners else None)
        return Routing(
            monitors=monitors,
            outcome=way.outcome,
            path=way.path,
            severity=way.severity,
            team=team,
            due=self._promised.get((team, way.severity)),
            routes=outcome.tells,
            playbook=self._version,
            model=model,
        )

    @cached_property
    def _version(self) -> str:
        return self._playbook.version
