"""`klankbord explain`: in words, why a mention went where it went."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from core.errors import Stop
from core.types import Enriched
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.stores import open_stores
from playbook.cards import promised
from playbook.disagreement import said_instead
from playbook.explaining import CONSIDERATIONS, YES_NO, asked, does, unit_name
from playbook.playbook import load
from playbook.sections import Playbook

WORDS = {
    "nl": {
        "nothing": "Deze melding is niet beoordeeld: het playbook waarmee zij is verwerkt heeft geen triage.",
        "older": "Beoordeeld met playbook {stored}; de woorden komen uit playbook {now}, dat nu geldt.",
        "because": "want",
        "outcome": "Uitkomst",
        "severity": "ernst",
        "confirm": "pas nadat iemand het heeft bevestigd",
        "instead": "Iemand zei in plaats daarvan",
        "owner": "Van",
        "unowned": "niemand: het organisatiemodel vindt geen eigenaar",
        "model": "model",
        "told": "Ook ingelicht",
        "mind": "Bij het antwoord",
        "due": "Afgesproken",
        "monitors": "Gehoord door",
    },
    "en": {
        "nothing": "This mention was not triaged: the playbook that it was processed by has no triage.",
        "older": "Triaged by playbook {stored}; the words are those of playbook {now}, which is in force.",
        "because": "because of",
        "outcome": "Outcome",
        "severity": "severity",
        "confirm": "once a person has confirmed it",
        "instead": "Somebody said instead",
        "owner": "Owned by",
        "unowned": "nobody: the organisation model finds no owner",
        "model": "model",
        "told": "Told as well",
        "mind": "When answering",
        "due": "Promised",
        "monitors": "Heard by",
    },
}


@click.command(name="explain")
@click.argument("mention")
@config_option
@click.option("--language", type=click.Choice(sorted(WORDS)), default="en", show_default=True)
def command(mention: str, config: Path, language: str) -> None:
    """Say why MENTION (its id, as `klankbord search` shows it) was triaged as it was, and whose it is."""
    read = configuration.read(config)
    record = asyncio.run(_stored(read, mention))
    for line in explained(load(read.playbook), record, language):
        click.echo(harmless(line))


async def _stored(read: configuration.Configuration, mention: str) -> Enriched:
    async with open_stores(read, hush) as stores:
        stored = await stores.archive.get(mention)
    if stored is None:
        raise Stop(f'there is no mention "{mention}" in the archive; `klankbord search` shows their ids')
    return stored.enriched


def explained(playbook: Playbook, record: Enriched, language: str) -> Iterator[str]:
    """The lines: what it says, each question with its answer, the outcome, the owner, what to keep in mind."""
    words, routing = WORDS[language], record.routing
    yield " ".join(record.mention.text.split())[:200]
    if routing.monitors:
        yield f"{words['monitors']}: {', '.join(routing.monitors)}"
    if routing.outcome is None:
        yield words["nothing"]
        return
    if routing.playbook != playbook.version:
        yield words["older"].format(stored=routing.playbook, now=playbook.version)
    yes, no = YES_NO[language]
    for one in asked(playbook, record, language):
        because = f", {words['because']} {'; '.join(one.because)}" if one.because else ""
        yield f"  {one.words} {yes if one.yes else no}{because}  [{one.step}]"
    yield from _concluded(playbook, record, language)


def _concluded(playbook: Playbook, record: Enriched, language: str) -> Iterator[str]:
    words, routing = WORDS[language], record.routing
    outcome = routing.outcome or ""
    found = playbook.triage.outcomes.get(outcome) if playbook.triage else None
    severity = f" ({words['severity']}: {routing.severity})" if routing.severity else ""
    confirm = f", {words['confirm']}" if found and found.confirm else ""
    yield f"{words['outcome']}: {does(playbook, outcome, language)}{confirm}{severity}  [{outcome}]"
    instead = said_instead(record)
    if instead:
        yield f"{words['instead']}: {does(playbook, instead, language)}  [{instead}]"
    if found and found.answer:
        owner = unit_name(playbook, routing.team, language) if routing.team else words["unowned"]
        model = f" ({words['model']}: {playbook.organisation.model})" if playbook.organisation else ""
        yield f"{words['owner']}: {owner}{model}"
    if routing.due:
        promise = promised(playbook, routing.due, routing.severity, language) if routing.severity else ""
        yield f"{words['due']}: {promise or routing.due}  [{routing.due}]"
    if routing.routes:
        yield f"{words['told']}: {', '.join(routing.routes)}"
    if found and found.answer:
        yield f"{words['mind']}: {'; '.join(CONSIDERATIONS[language])}"
