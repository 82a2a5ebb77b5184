"""What is wrong between the sections of a playbook that are right by themselves: names that name nothing."""

from collections.abc import Collection, Iterator

from core.settings import nearest
from playbook import crisis
from playbook.conditions import AnyOf
from playbook.next_best_action import twice
from playbook.scenario import is_one, shipped
from playbook.sections import Playbook

Mistake = tuple[str, str]
"""Path in the file, and a sentence."""


def crossed(playbook: Playbook) -> Iterator[Mistake]:
    """Each mistake; rules with one of them cannot be put in force."""
    triage, organisation = playbook.triage, playbook.organisation
    if triage:
        yield from ((f"triage.{path}", sentence) for path, sentence in triage.mistakes())
    if organisation:
        yield from ((f"organisation.{path}", sentence) for path, sentence in organisation.mistakes())
        if not triage:
            yield "organisation", "assigns nothing without triage, which says what has to be answered; add `triage:`"
    yield from _owners(playbook)
    yield from _promises(playbook)
    yield from _roles(playbook)
    yield from _crisis(playbook)
    yield from _answers(playbook)
    yield from ((f"next_best_action{path}", sentence) for path, sentence in twice(playbook.actions()))
    for path, any_of in conditions(playbook):
        yield from _unknown(path, any_of, playbook)


def unspoken(playbook: Playbook, publishers: Collection[str]) -> Iterator[Mistake]:
    """Accounts that are to sound otherwise, and that none of these publishers has: their names are of the configuration."""
    for name in playbook.answers.brands if playbook.answers else ():
        if name not in publishers:
            yield f"answers.brands.{name}", _nothing("publisher", name, publishers)


def conditions(playbook: Playbook) -> Iterator[tuple[str, AnyOf]]:
    """Every condition with its path."""
    if playbook.triage:
        yield from ((f"triage.steps.{name}.when", step.when) for name, step in playbook.triage.steps.items())
        yield from ((f"triage.rises[{place}].when", rise.when) for place, rise in enumerate(playbook.triage.rises))
    if playbook.organisation:
        for name, unit in playbook.organisation.units.items():
            if unit.takes:
                yield f"organisation.units.{name}.takes", unit.takes


def _owners(playbook: Playbook) -> Iterator[Mistake]:
    units = playbook.organisation.units if playbook.organisation else {}
    for name, outcome in playbook.triage.outcomes.items() if playbook.triage else ():
        if outcome.to is not None and outcome.to not in units:
            yield f"triage.outcomes.{name}.to", _nothing("unit", outcome.to, units)


def _promises(playbook: Playbook) -> Iterator[Mistake]:
    """Of units, service and hours."""
    for name, unit in playbook.organisation.units.items() if playbook.organisation else ():
        at = f"organisation.units.{name}"
        for key, named, valid in (
            ("hours", unit.hours, playbook.hours),
            ("service", unit.service, playbook.service),
            ("ladder", unit.ladder, playbook.ladders),
        ):
            if named is not None and named not in valid:
                yield f"{at}.{key}", _nothing(_ONE[key], named, valid)
        service = playbook.service.get(unit.service or "")
        if service and unit.hours is None and any(promise.hours is None for _, promise in service.promises()):
            yield f"{at}.hours", f"is missing: {unit.service} promises something in business hours"
    for name, service in playbook.service.items():
        for severity, promise in service.promises():
            if promise.hours is not None and promise.hours not in playbook.hours:
                yield f"service.{name}.{severity}.hours", _nothing(_ONE["hours"], promise.hours, playbook.hours)


_ONE = {"hours": "calendar", "service": "service level", "ladder": "ladder"}


def _roles(playbook: Playbook) -> Iterator[Mistake]:
    named = [(f"goals.{name}.owner", goal.owner) for name, goal in playbook.goals.items()]
    named += [(f"trainings.{name}.roles", role) for name, one in playbook.trainings.items() for role in one.roles]
    named += [
        (f"ladders.{name}[{place}].to", rung.to)
        for name, rungs in playbook.ladders.items()
        for place, rung in enumerate(rungs)
    ]
    if playbook.triage:
        outcomes = playbook.triage.outcomes.items()
        named += [(f"triage.outcomes.{name}.tells", role) for name, outcome in outcomes for role in outcome.tells]
    if playbook.crisis:
        named += [(f"crisis.{path}", role) for path, role in crisis.owners(playbook.crisis)]
    if playbook.excellence:
        members = enumerate(playbook.excellence.members)
        named += [(f"excellence.members[{place}]", role) for place, role in members]
    valid = playbook.all_roles()
    yield from ((path, _nothing("role", role, valid)) for path, role in named if role not in valid)


def _crisis(playbook: Playbook) -> Iterator[Mistake]:
    plan = playbook.crisis
    if plan is None:
        return
    units = playbook.organisation.units if playbook.organisation else {}
    if plan.unit is not None and plan.unit not in units:
        yield "crisis.unit", _nothing("unit", plan.unit, units)
    if plan.ladder is not None and plan.ladder not in playbook.ladders:
        yield "crisis.ladder", _nothing(_ONE["ladder"], plan.ladder, playbook.ladders)
    if plan.drill is not None and not is_one(plan.drill.scenario):
        yield "crisis.drill.scenario", _nothing("scenario", plan.drill.scenario, shipped())
    named = [(f"crisis.monitors[{place}]", name) for place, name in enumerate(plan.monitors)]
    for number, campaign in enumerate(plan.calendar):
        named += [
            (f"crisis.calendar[{number}].monitors[{place}]", name) for place, name in enumerate(campaign.monitors)
        ]
    yield from (
        (path, _nothing("monitor", name, playbook.monitors)) for path, name in named if name not in playbook.monitors
    )


def _answers(playbook: Playbook) -> Iterator[Mistake]:
    for name in playbook.answers.four_eyes.topics if playbook.answers else ():
        if name not in playbook.topics:
            yield f"answers.four_eyes.topics.{name}", _nothing("topic", name, playbook.topics)


def _unknown(path: str, any_of: AnyOf, playbook: Playbook) -> Iterator[Mistake]:
    lists = playbook.triage.lists if playbook.triage else {}
    for when in any_of:
        for name in when.words:
            if name not in lists:
                yield f"{path}.words", _nothing("word list", name, lists)
        for name in when.monitors:
            if name not in playbook.monitors:
                yield f"{path}.monitors", _nothing("monitor", name, playbook.monitors)


def _nothing(what: str, name: str, valid: Collection[str]) -> str:
    return f'there is no {what} "{name}"; {nearest(name, list(valid)) if valid else f"there is no {what} at all"}'
