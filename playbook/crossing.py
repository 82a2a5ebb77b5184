"""What is wrong between the sections of a playbook that are right by themselves: names that name nothing."""

from collections.abc import Collection, Iterator

from core.settings import nearest
from playbook.conditions import AnyOf
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
    for path, any_of in conditions(playbook):
        yield from _unknown(path, any_of, playbook)


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
