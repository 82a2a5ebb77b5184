"""`klankbord check`: every mistake in the configuration and the playbook at once."""

from pathlib import Path

import click

from core.errors import Misconfigured
from desk.digest.settings import unknown
from desk.notices.rules import unmeant
from klankbord import configuration
from klankbord.brands import no_brand
from klankbord.crisis.actors import may_not, nobody
from klankbord.options import config_option, harmless
from playbook.playbook import load


@click.command(name="check")
@config_option
def command(config: Path) -> None:
    """Check the configuration and its playbook; name every mistake with its path and the nearest valid name."""
    mistakes: list[str] = []
    rules = config.resolve().parent / "playbook.yaml"
    read, playbook = None, None
    try:
        read = configuration.read(config)
        rules = read.playbook
    except Misconfigured as error:
        mistakes += error.mistakes
    try:
        playbook = load(rules, sound=True)
    except Misconfigured as error:
        mistakes += error.mistakes
    if read is not None and playbook is not None:
        units = playbook.organisation.units if playbook.organisation else {}
        unmeant_rules = unmeant(read.notices.send, units, playbook.all_roles())
        mistakes += [f"{config}: notices.{sentence}" for sentence in unmeant_rules]
        mistakes += [f"{config}: digest.{sentence}" for sentence in unknown(read.digest, units)]
        mistakes += [*may_not(read, playbook, rules), *no_brand(read, playbook, rules)]
    if mistakes or read is None or playbook is None:
        raise Misconfigured(mistakes)
    click.echo(f"{config}: {len(read.sources)} sources, {len(playbook.monitors)} monitors, no mistakes")
    for line in nobody(config, read, playbook, rules):
        click.echo(harmless(line))
