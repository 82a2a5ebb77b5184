"""Why a message went where it went, in words: the questions it was asked, their answers, and what answered them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from core.findings import BY_FIELD
from core.query import And, AnyNode, Field, Or
from core.types import Enriched, Finding
from playbook._values import told
from playbook.conditions import When
from playbook.facts import by_name
from playbook.highlighting import highlights
from playbook.matching import enriched as subject
from playbook.matching import evaluate
from playbook.sections import Playbook
from playbook.triage import Triage

YES_NO: Mapping[str, tuple[str, str]] = {"nl": ("ja", "nee"), "en": ("yes", "no")}
_BECAUSE = {"nl": "want", "en": "because of"}
CONSIDERATIONS: Mapping[str, Sequence[str]] = {
    "nl": (
        "openheid: zeg namens wie je antwoordt",
        "bronnen: noem waar het staat, met een link",
        "tijd: neem de tijd voor een goed antwoord, en niet meer",
        "toon: zoals de organisatie wil klinken",
        "bereik: geef voorrang aan wie veel gelezen wordt",
    ),
    "en": (
        "transparency: say for whom you answer",
        "sourcing: say where it can be read, with a link",
        "timeliness: take the time for a good answer, and no more",
        "tone: as the organisation wants to sound",
        "influence: those who are read by many first",
    ),
}
"""What to keep in mind with each answer, after the assessment's response considerations."""


class Asked(NamedTuple):
    """One question on the way: its id and words, whether the answer was yes, and what in the message says so."""

    step: str
    words: str
    yes: bool
    because: tuple[str, ...]


def asked(playbook: Playbook, record: Enriched, language: str) -> Iterator[Asked]:
    """The questions of the stored path, in the words of this playbook; a step it does not have says so itself."""
    triage, path = playbook.triage, record.routing.path
    for step, after in pairwise(path):
        found = triage.steps.get(step) if triage else None
        if triage is None or found is None:
            yield Asked(step, step, False, ())
            continue
        yes = found.then == after
        because = tuple(evidence(found.when, record, triage)) if yes else ()
        yield Asked(step, told(found.asks, language), yes, because)


def answered(one: Asked, language: str) -> str:
    """The answer in words, with what in the message says so."""
    yes, no = YES_NO[language]
    because = f", {_BECAUSE[language]} {'; '.join(one.because)}" if one.because else ""
    return f"{yes if one.yes else no}{because}"


def evidence(any_of: Sequence[When], record: Enriched, triage: Triage) -> Iterator[str]:
    """What of the message makes one of the conditions true: its own words in quotes, findings with how sure they are."""
    findings, mention = by_name(record.findings), record.mention
    for when in any_of:
        nodes = when.nodes(triage.lists)
        if not all(evaluate(node, subject(record)) for node in nodes):
            continue
        for node in nodes:
            yield from _words(node, mention.text)
        asked_for = [name for node in nodes for name in _findings_asked(node)]
        for name in dict.fromkeys((*asked_for, *when.findings)):
            if name in findings and findings[name].labels:
                yield _sure(findings[name])
        if when.account and mention.own_account:
            yield mention.own_account
        if mention.rating is not None and (when.rating_at_least, when.rating_at_most) != (None, None):
            yield f"{mention.rating:g}/5"
        return


def _words(node: AnyNode, text: str) -> Iterator[str]:
    for start, end in highlights(node, text):
        yield f'"{text[start:end]}"'


def _findings_asked(node: AnyNode) -> Iterator[str]:
    """Names of the findings that a query wants; what stands under NOT is no reason for anything."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _findings_asked(part)
        case Field(name=name) if name in BY_FIELD:
            yield BY_FIELD[name].name


def _sure(finding: Finding) -> str:
    labels = ", ".join(finding.labels)
    return f"{finding.name} {labels}" + (f" ({finding.confidence:.0%})" if finding.confidence is not None else "")


def question(playbook: Playbook, step: str, language: str) -> str:
    """What a question asks, in words; the id itself where this playbook does not know it."""
    found = playbook.triage.steps.get(step) if playbook.triage else None
    return told(found.asks, language) if found else step


def does(playbook: Playbook, outcome: str, language: str) -> str:
    """What is done about it, in words; the id itself where this playbook does not know it."""
    found = playbook.triage.outcomes.get(outcome) if playbook.triage else None
    return told(found.does, language) if found else outcome


def unit_name(playbook: Playbook, team: str, language: str) -> str:
    found = playbook.organisation.units.get(team) if playbook.organisation else None
    return told(found.name, language) if found and found.name else team
