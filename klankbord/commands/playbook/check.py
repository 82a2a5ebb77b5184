"""`klankbord playbook check`: every mistake in a playbook, also of rules that work and do not do what somebody meant; apart
from those, what the rules count on and the desk database does not have.
"""

from pathlib import Path

import click

from core.time import now
from desk.foundation.unstaffed import missing
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.options import FILE, config_option, harmless
from klankbord.stores import ask_desk
from playbook.playbook import load
from playbook.sections import Playbook


@click.command(name="check")
@click.argument("file", default="playbook.yaml", type=FILE)
@config_option
def check(file: Path, config: Path) -> None:
    """Read FILE and name every mistake with its path: also branches of triage that no message can take.

    Beside a configuration it then names what the rules count on and the desk database does not have.
    """
    playbook = load(file, sound=True)
    parts = [f"{len(playbook.monitors)} monitors"]
    if playbook.triage:
        parts.append(f"{len(playbook.triage.steps)} steps of triage, each answer proved within reach")
    if playbook.organisation:
        parts.append(f"{len(playbook.organisation.units)} units ({playbook.organisation.model})")
    click.echo(f"{file}: {', '.join(parts)}, no mistakes")
    for line in _unstaffed(playbook, config):
        click.echo(harmless(line))


def _unstaffed(playbook: Playbook, config: Path) -> list[str]:
    """What people have to mend, under its heading; nothing where no desk database is there yet."""
    if not config.exists():
        return []
    read = configuration.read(config)
    if not read.desk.url and not Folder(read.data).desk.exists():
        return []
    zone = read.organisation.zone
    found = ask_desk(config, lambda desk: missing(desk, playbook, now(), zone))
    if not found:
        return ["Staff, rota and accounts: all that the rules count on is there."]
    return ["Not in the file, for people to mend:", *(f"  {one.sentence(zone)}" for one in found)]
