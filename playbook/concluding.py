"""What triage came to for one message, in words: the outcome, what a person said of it, whose it is, what was promised."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from core.types import Enriched
from playbook._values import SEVERITY_WORDS
from playbook.cards import promised
from playbook.confirming import waits
from playbook.disagreement import said, said_instead
from playbook.explaining import CONSIDERATIONS, does, unit_name
from playbook.sections import Playbook

WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "nothing": "Deze melding is niet beoordeeld: het playbook waarmee zij is verwerkt heeft geen triage.",
        "older": "Beoordeeld met playbook {stored}; de woorden komen uit playbook {now}, dat nu geldt.",
        "outcome": "Uitkomst",
        "severity": "ernst",
        "confirm": "pas nadat iemand het heeft bevestigd",
        "instead": "Iemand zei in plaats daarvan",
        "agreed": "Bevestigd",
        "by": "door iemand die het heeft nagekeken",
        "owner": "Van",
        "unowned": "niemand: het organisatiemodel vindt geen eigenaar",
        "model": "model",
        "told": "Ook ingelicht",
        "mind": "Bij het antwoord",
        "due": "Afgesproken",
    },
    "en": {
        "nothing": "This mention was not triaged: the playbook that it was processed by has no triage.",
        "older": "Triaged by playbook {stored}; the words are those of playbook {now}, which is in force.",
        "outcome": "Outcome",
        "severity": "severity",
        "confirm": "once a person has confirmed it",
        "instead": "Somebody said instead",
        "agreed": "Confirmed",
        "by": "by somebody who looked it up",
        "owner": "Owned by",
        "unowned": "nobody: the organisation model finds no owner",
        "model": "model",
        "told": "Told as well",
        "mind": "When answering",
        "due": "Promised",
    },
}


class Line(NamedTuple):
    """One thing to say; `id` is what is stored, where that is the name of something."""

    label: str
    text: str
    id: str = ""


def remark(playbook: Playbook, record: Enriched, language: str) -> str:
    """What has to be said before all else: that it was not triaged, or by other rules than these; "" where nothing has."""
    words, routing = WORDS[language], record.routing
    if routing.outcome is None:
        return words["nothing"]
    older = words["older"].format(stored=routing.playbook, now=playbook.version)
    return older if routing.playbook != playbook.version else ""


def concluded(playbook: Playbook, record: Enriched, language: str) -> Iterator[Line]:
    """The lines for a message that was triaged, in the words of this playbook."""
    words, routing = WORDS[language], record.routing
    yield _outcome(playbook, record, language)
    instead = said_instead(record)
    if instead:
        yield Line(words["instead"], does(playbook, instead, language), instead)
    elif said(record):
        yield Line(words["agreed"], words["by"])
    found = playbook.triage.outcomes.get(said(record) or routing.outcome or "") if playbook.triage else None
    if found and found.answer:
        owner = unit_name(playbook, routing.team, language) if routing.team else words["unowned"]
        model = f" ({words['model']}: {playbook.organisation.model})" if playbook.organisation else ""
        yield Line(words["owner"], owner + model)
    if routing.due:
        promise = promised(playbook, routing.due, routing.severity, language) if routing.severity else ""
        yield Line(words["due"], promise or routing.due, routing.due)
    if routing.routes:
        roles = playbook.all_roles()
        yield Line(
            words["told"], ", ".join(roles[one].called(language) if one in roles else one for one in routing.routes)
        )
    if found and found.answer:
        yield Line(words["mind"], "; ".join(CONSIDERATIONS[language]))


def _outcome(playbook: Playbook, record: Enriched, language: str) -> Line:
    words, outcome, severity = WORDS[language], record.routing.outcome or "", record.routing.severity
    bad = f" ({words['severity']}: {SEVERITY_WORDS[language].get(severity, severity)})" if severity else ""
    confirm = f", {words['confirm']}" if playbook.triage and waits(playbook.triage, record) else ""
    return Line(words["outcome"], f"{does(playbook, outcome, language)}{confirm}{bad}", outcome)
