"""Who owns what has to be answered: five models of an organisation, as functions from the same units.

The models are those that Jeremiah Owyang found among companies ("How Corporations Should Organize for Social Business", Altimeter
Group, 2010): decentralized (organic), centralized, hub and spoke, multiple hub and spoke (dandelion), holistic (honeycomb).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any
from zlib import crc32

from pydantic import BeforeValidator, Field

from core.settings import Settings, nearest
from core.types import Mention
from playbook._rules import Rules
from playbook._values import Name, Said, Severity
from playbook.accounts import plain
from playbook.conditions import AnyOf
from playbook.facts import Check, Facts
from playbook.triage import Severe


class Model(StrEnum):
    """How an organisation answers."""

    DECENTRALIZED = "decentralized"
    CENTRALIZED = "centralized"
    HUB_AND_SPOKE = "hub-and-spoke"
    MULTIPLE_HUB_AND_SPOKE = "multiple-hub-and-spoke"
    HOLISTIC = "holistic"


NEED_A_CENTRE = frozenset({Model.CENTRALIZED, Model.HUB_AND_SPOKE, Model.MULTIPLE_HUB_AND_SPOKE})


def _model(value: Any) -> Any:  # Any: whatever stands in the YAML
    if value not in tuple(Model):
        raise ValueError(f"{value!r} is no model; {nearest(str(value), tuple(Model))}")
    return value


class Unit(Settings):
    """A team or department that answers.

    name      as people call it, where that is not the key
    takes     what it claims; one that claims nothing gets what it is given
    accounts  accounts of ours it answers for: what reaches them it claims as well
    hub       the unit in whose circle it stands, in the model with several hubs
    hours, service, ladder  names from those sections: when it works, what it promises, who is next when nobody acts
    """

    name: Said | None = None
    takes: AnyOf | None = None
    accounts: tuple[Name, ...] = ()
    hub: Name | None = None
    hours: Name | None = None
    service: Name | None = None
    ladder: Name | None = None


class Organisation(Settings):
    """The model and the units, in the order in which their claims are heard.

    centre  the unit in the middle; the models with hubs and the centralized one need it
    keeps   how bad it has to be for a hub to answer itself, instead of a spoke
    """

    model: Annotated[Model, BeforeValidator(_model)]
    centre: Name | None = None
    keeps: tuple[Severe, ...] = (Severity.CRITICAL,)
    units: Annotated[dict[Name, Unit], Field(min_length=1)]

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """(path, sentence) of units that are none, and a model that lacks its middle."""
        if self.centre is None and self.model in NEED_A_CENTRE:
            yield "centre", f"is missing: {self.model} needs the unit in the middle"
        if self.centre is not None and self.centre not in self.units:
            yield "centre", f'there is no unit "{self.centre}"; {nearest(self.centre, list(self.units))}'
        for name, unit in self.units.items():
            if unit.hub is None:
                continue
            if unit.hub not in self.units:
                yield f"units.{name}.hub", f'there is no unit "{unit.hub}"; {nearest(unit.hub, list(self.units))}'
            elif unit.hub == name or self.units[unit.hub].hub is not None:
                yield f"units.{name}.hub", f"{unit.hub} is no hub: it stands in a circle itself"


class Owners:
    """Finds the owner under one model; the units' claims are added to `rules`."""

    def __init__(self, organisation: Organisation, rules: Rules) -> None:
        self._organisation = organisation
        self._model, self._centre = organisation.model, organisation.centre
        self._keeps = frozenset(organisation.keeps)
        self._units = tuple(organisation.units)
        self._accounts = {
            plain(account): name for name, unit in reversed(organisation.units.items()) for account in unit.accounts
        }
        self._claims: list[tuple[str, Check]] = [
            (name, rules.check(unit.takes)) for name, unit in organisation.units.items() if unit.takes
        ]
        self._claim: Mapping[str, Check] = dict(self._claims)
        self._hub = {name: unit.hub for name, unit in organisation.units.items() if unit.hub}
        self._hubs = tuple(name for name in self._units if name in self._hub.values())

    def owner(self, facts: Facts, severity: Severity | None) -> str | None:
        """The unit that owns a message, or None where the model finds nobody."""
        match self._model:
            case Model.CENTRALIZED:
                return self._centre
            case Model.DECENTRALIZED:
                return self._claiming(facts)
            case Model.HUB_AND_SPOKE:
                return self._centre if severity in self._keeps else self._claiming(facts) or self._centre
            case Model.MULTIPLE_HUB_AND_SPOKE:
                return self._in_circles(facts, severity)
            case Model.HOLISTIC:
                return self._claiming(facts) or self._spread(facts.mention)

    def _claiming(self, facts: Facts) -> str | None:
        """Whose account it reached, else the first that claims it."""
        return self._reached(facts) or next((name for name, claims in self._claims if claims(facts)), None)

    def _reached(self, facts: Facts) -> str | None:
        """Whose account it reached."""
        own = facts.mention.own_account
        return None if own is None else self._accounts.get(plain(own))

    def _in_circles(self, facts: Facts, severity: Severity | None) -> str | None:
        """Whose account it reached, else the first hub that claims it; where that is a hub, within its circle the first spoke that
        claims it; else whoever claims it; else the centre. What is bad enough stays with the hub.
        """
        owner = self._reached(facts) or next((name for name in self._hubs if self._claims_it(name, facts)), None)
        if owner is None:
            owner = self._claiming(facts)
        elif owner in self._hubs:
            circle = (name for name, claims in self._claims if self._hub.get(name) == owner and claims(facts))
            owner = next(circle, owner)
        if owner is None or severity not in self._keeps:
            return owner or self._centre
        return self._hub.get(owner, owner if owner in self._hubs else self._centre)

    def _claims_it(self, unit: str, facts: Facts) -> bool:
        return unit in self._claim and self._claim[unit](facts)

    def _spread(self, mention: Mention) -> str:
        """One of all units, the same for a whole conversation, each as often."""
        conversation = mention.thread or mention.reply_to or mention.id
        return self._units[crc32(conversation.encode()) % len(self._units)]
