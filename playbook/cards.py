"""Who does what in which situation: a card a role, made of the rules, so that it never says anything else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import NamedTuple

from playbook._values import SEVERITY_WORDS, Severity, told
from playbook.explaining import CONSIDERATIONS, unit_name
from playbook.sections import Playbook
from playbook.triage import Outcome

WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "answers": "Wat je doet",
        "told": "Hierover word je ingelicht",
        "next": "Jij bent aan de beurt",
        "mind": "Bij elk antwoord",
        "goals": "Jouw doelen",
        "trainings": "Wat je geleerd moet hebben",
        "policy": "Wat je hebt gelezen",
        "otherwise": "Anders",
        "confirm": "eerst laten bevestigen",
        "by": "door",
        "within": "eerste antwoord binnen {first}, opgelost binnen {last}",
        "first": "als eerste, volgens de ladder {ladder}",
        "after": "als {role} na {within} niets heeft gedaan, volgens de ladder {ladder}",
        "for": "{within} geldig",
    },
    "en": {
        "answers": "What you do",
        "told": "You are told of",
        "next": "It is your turn",
        "mind": "With each answer",
        "goals": "Your goals",
        "trainings": "What you have learned",
        "policy": "What you have read",
        "otherwise": "Else",
        "confirm": "have it confirmed first",
        "by": "by",
        "within": "first answer within {first}, resolved within {last}",
        "first": "first, on the ladder {ladder}",
        "after": "when {role} has done nothing for {within}, on the ladder {ladder}",
        "for": "valid for {within}",
    },
}
_UNITS = {
    "nl": ((604800, "wk"), (86400, "d"), (3600, "uur"), (60, "min"), (1, "s")),
    "en": ((604800, "wk"), (86400, "d"), (3600, "h"), (60, "min"), (1, "s")),
}


class Section(NamedTuple):
    heading: str
    lines: tuple[str, ...]


class Card(NamedTuple):
    """`title` the role's name, `does` what is expected of it, where the playbook says so."""

    title: str
    does: str
    sections: tuple[Section, ...]


def cards(playbook: Playbook, language: str) -> Mapping[str, Card]:
    """A card for each role that something is asked of."""
    words = WORDS[language]
    made: dict[str, Card] = {}
    for role, what in playbook.all_roles().items():
        answers = tuple(_answers(playbook, language)) if role in _first(playbook) else ()
        given = (
            Section(words["answers"], answers),
            Section(words["mind"], tuple(CONSIDERATIONS[language]) if answers else ()),
            Section(words["told"], tuple(_told(playbook, role, language))),
            Section(words["next"], tuple(_turns(playbook, role, language))),
            Section(words["goals"], tuple(told(g.says, language) for g in playbook.goals.values() if g.owner == role)),
            Section(words["trainings"], tuple(_trainings(playbook, role, language))),
            Section(words["policy"], tuple(_policy(playbook, language))),
        )
        sections = tuple(section for section in given if section.lines)
        if what.does or any(section.heading != words["policy"] for section in sections):
            made[role] = Card(told(what.name, language), told(what.does, language) if what.does else "", sections)
    return made


def _first(playbook: Playbook) -> set[str]:
    """Roles that answer: the first on a ladder, or agents where there is none."""
    return {rungs[0].to for rungs in playbook.ladders.values()} or {"agent"}


def _answers(playbook: Playbook, language: str) -> Iterator[str]:
    """Each outcome in the order of the flow: what leads to it, what is done, by whom and until when."""
    for outcome, questions in _leading(playbook, language).items():
        found = playbook.triage.outcomes[outcome] if playbook.triage else None
        if found:
            yield f"{_asked(dict.fromkeys(questions))} {'; '.join(_done(playbook, found, language))}"


def _leading(playbook: Playbook, language: str) -> Mapping[str, list[str]]:
    triage = playbook.triage
    leading: dict[str, list[str]] = {}
    for step in triage.steps.values() if triage else ():
        for target, said in ((step.then, told(step.asks, language)), (step.otherwise, WORDS[language]["otherwise"])):
            if triage and target in triage.outcomes:
                leading.setdefault(target, []).append(said)
    return leading


def _done(playbook: Playbook, outcome: Outcome, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield told(outcome.does, language)
    if outcome.confirm:
        yield words["confirm"]
    if outcome.to:
        yield f"{words['by']} {unit_name(playbook, outcome.to, language)}"
    if outcome.severity:
        yield SEVERITY_WORDS[language][outcome.severity]
        yield from _promised(playbook, outcome.severity, language) if outcome.answer else ()


def _promised(playbook: Playbook, severity: Severity, language: str) -> Iterator[str]:
    """Once each, what units that have a service promised."""
    units = playbook.organisation.units.values() if playbook.organisation else ()
    for name in dict.fromkeys(unit.service for unit in units if unit.service):
        said = promised(playbook, name, severity, language)
        if said:
            yield said


def promised(playbook: Playbook, service: str, severity: str, language: str) -> str:
    """What that service level promises for that severity, in words; "" where nothing."""
    promise = playbook.service[service].of(Severity(severity)) if service in playbook.service else None
    if promise is None:
        return ""
    first, last = _span(promise.first_response, language), _span(promise.resolution, language)
    return WORDS[language]["within"].format(first=first, last=last)


def _told(playbook: Playbook, role: str, language: str) -> Iterator[str]:
    leading = _leading(playbook, language)
    for name, outcome in playbook.triage.outcomes.items() if playbook.triage else ():
        if role in outcome.tells and name in leading:
            yield f"{_asked(leading[name])} {told(outcome.does, language)}"


def _turns(playbook: Playbook, role: str, language: str) -> Iterator[str]:
    roles, words = playbook.all_roles(), WORDS[language]
    for ladder, rungs in playbook.ladders.items():
        for place, rung in enumerate(rungs):
            before = rungs[place - 1]
            if rung.to != role:
                continue
            if place == 0 or before.within is None:
                yield words["first"].format(ladder=ladder)
            else:
                asked = told(roles[before.to].name, language)
                yield words["after"].format(role=asked, within=_span(before.within, language), ladder=ladder)


def _trainings(playbook: Playbook, role: str, language: str) -> Iterator[str]:
    for training in playbook.trainings.values():
        if not training.roles or role in training.roles:
            valid = WORDS[language]["for"].format(within=_span(training.valid, language)) if training.valid else ""
            yield ", ".join(part for part in (told(training.name, language), valid) if part)


def _policy(playbook: Playbook, language: str) -> Iterator[str]:
    if playbook.policy:
        yield f"{told(playbook.policy.title, language)} ({playbook.policy.version})"


def _asked(questions: Iterable[str]) -> str:
    """What leads to something; one that ends in no question mark has a colon."""
    said = " / ".join(questions)
    return said if said.endswith("?") else f"{said}:"


def _span(span: timedelta, language: str) -> str:
    seconds = span.total_seconds()
    size, unit = next(one for one in _UNITS[language] if seconds % one[0] == 0 or one[0] == 1)
    return f"{seconds / size:g} {unit}"


def as_text(card: Card) -> str:
    lines = [card.title, "=" * len(card.title), *([card.does] if card.does else [])]
    for section in card.sections:
        lines += ["", section.heading, *(f"- {line}" for line in section.lines)]
    return "\n".join([*lines, ""])


def as_html(made: Sequence[Card], language: str) -> str:
    """A page of its own, a sheet of paper a card; everything escaped."""
    body = "".join(f"<article>{''.join(_parts(card))}</article>" for card in made)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>klankbord</title>'
        "<style>body{font:11pt/1.4 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
        "h2{font-size:1.05em;margin:1.2em 0 .3em}ul{margin:0;padding-left:1.2em}article+article{break-before:page;margin-top:3rem}"
        "@media print{body{margin:0;max-width:none}}</style>"
        f"<body>{body}</body></html>\n"
    )


def _parts(card: Card) -> Iterable[str]:
    yield f"<h1>{escape(card.title)}</h1>"
    if card.does:
        yield f"<p>{escape(card.does)}</p>"
    for section in card.sections:
        items = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
        yield f"<h2>{escape(section.heading)}</h2><ul>{items}</ul>"
