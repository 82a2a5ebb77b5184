"""`klankbord playbook check`: every mistake in a playbook, also of rules that work and do not do what somebody meant."""

from pathlib import Path

import click

from core.errors import Misconfigured
from klankbord.options import FILE
from playbook.playbook import load
from playbook.sections import Playbook
from playbook.sound import unsound


@click.command(name="check")
@click.argument("file", default="playbook.yaml", type=FILE)
def check(file: Path) -> None:
    """Read FILE and name every mistake with its path: also branches of triage that no message can take."""
    playbook = checked(file)
    parts = [f"{len(playbook.monitors)} monitors"]
    if playbook.triage:
        parts.append(f"{len(playbook.triage.steps)} steps of triage, each answer proved within reach")
    if playbook.organisation:
        parts.append(f"{len(playbook.organisation.units)} units ({playbook.organisation.model})")
    click.echo(f"{file}: {', '.join(parts)}, no mistakes")


def checked(file: Path) -> Playbook:
    """The playbook in that file, sound. Raises Misconfigured with every mistake."""
    playbook = load(file)
    mistakes = [f"{file}: {path}: {sentence}" for path, sentence in unsound(playbook)]
    if mistakes:
        raise Misconfigured(mistakes)
    return playbook
