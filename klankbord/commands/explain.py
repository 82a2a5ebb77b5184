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
from playbook.concluding import concluded, remark
from playbook.explaining import answered, asked
from playbook.playbook import load
from playbook.sections import Playbook

HEARD = {"nl": "Gehoord door", "en": "Heard by"}


@click.command(name="explain")
@click.argument("mention")
@config_option
@click.option("--language", type=click.Choice(sorted(HEARD)), default="en", show_default=True)
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
    routing = record.routing
    yield " ".join(record.mention.text.split())[:200]
    if routing.monitors:
        yield f"{HEARD[language]}: {', '.join(routing.monitors)}"
    remarked = remark(playbook, record, language)
    if remarked:
        yield remarked
    if routing.outcome is None:
        return
    for one in asked(playbook, record, language):
        yield f"  {one.words} {answered(one, language)}  [{one.step}]"
    for line in concluded(playbook, record, language):
        yield f"{line.label}: {line.text}" + (f"  [{line.id}]" if line.id else "")
