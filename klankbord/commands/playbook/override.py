"""`klankbord playbook override`: a person says another outcome than triage came to."""

import asyncio
from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from core.time import now
from core.types import Judgement
from klankbord import configuration
from klankbord.options import config_option, harmless, hush, person
from klankbord.serving.page import judge
from klankbord.stores import open_stores
from playbook.disagreement import OUTCOME
from playbook.playbook import load


@click.command(name="override")
@click.argument("mention")
@click.argument("outcome")
@config_option
def override(mention: str, outcome: str, config: Path) -> None:
    """Say that OUTCOME is right for MENTION, whatever triage made of it; "-" takes that back."""
    read = configuration.read(config)
    triage = load(read.playbook).triage
    known = list(triage.outcomes) if triage else []
    if outcome not in [*known, "-"]:
        raise Stop(
            f'there is no outcome "{outcome}"; {nearest(outcome, known) if known else "the playbook has no triage"}'
        )
    asyncio.run(_override(read, mention, None if outcome == "-" else (outcome,)))
    click.echo(f"{harmless(mention)}: {'as triage has it' if outcome == '-' else outcome}")


async def _override(read: configuration.Configuration, mention: str, labels: tuple[str, ...] | None) -> None:
    """As any judgement: a record of the log, which outranks what was found and survives edits and reprocessing."""
    async with open_stores(read, hush) as stores:
        if await stores.archive.get(mention) is None:
            raise Stop(f'there is no mention "{mention}" in the archive; `klankbord search` shows their ids')
        await judge(stores.log, [Judgement(mention=mention, name=OUTCOME, labels=labels, by=person(), at=now())])
