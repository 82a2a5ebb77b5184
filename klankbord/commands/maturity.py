"""`klankbord maturity`: the five levels with their evidence, a score, and the next step."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from core.time import now
from desk.maturity.evidence import matured
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.maturing import looked_in
from klankbord.options import config_option, harmless, hush
from klankbord.stores import open_stores
from playbook.maturity import Answer, Evidence, Maturity, Met, Stand
from playbook.playbook import load

SIGNS: Mapping[Answer, str] = {Answer.MET: "yes", Answer.UNMET: "no", Answer.UNKNOWN: "unknown"}


@click.command(name="maturity")
@config_option
@click.option("--language", type=click.Choice(["nl", "en"]), default="en", show_default=True)
def command(config: Path, language: str) -> None:
    """Show how mature the organisation is: each level counts only while those below it hold. It locks nothing."""
    found = asyncio.run(_asked(configuration.read(config)))
    for number, stand in enumerate(found.levels, 1):
        click.echo(f"{number} {stand.level.called(language)}: {_state(stand)}, {stand.met} of {len(stand.needs)}")
        for one in stand.needs:
            click.echo(f"    {SIGNS[one.evidence.answer]:8}{one.need.asked(language)}{_counted(one.evidence)}")
    click.echo(f"score {found.score:.1f} of {len(found.levels)}")
    if found.next:
        click.echo(harmless(f"next, for the role {found.next.need.owner}: {_step(found.next, language)}"))


async def _asked(read: Configuration) -> Maturity:
    async with open_stores(read, hush) as stores:
        return await matured(looked_in(read, stores, load(read.playbook)), now())


def _state(stand: Stand) -> str:
    if stand.holds:
        return "holds"
    if stand.answer is Answer.MET:
        return "met, and counts once the levels below hold"
    return "does not hold" if stand.answer is Answer.UNMET else "unknown"


def _counted(evidence: Evidence) -> str:
    return "" if evidence.all is None else f" ({evidence.some} of {evidence.all})"


def _step(met: Met, language: str) -> str:
    return met.need.step(language)
