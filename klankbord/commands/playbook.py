"""`klankbord playbook`: check the rules, compare them, try them on history."""

import json
from pathlib import Path

import click

from core.errors import Misconfigured
from playbook.playbook import load
from playbook.schema import schema
from playbook.sections import Playbook
from playbook.sound import unsound

FILE = click.Path(path_type=Path)


@click.group(name="playbook")
def command() -> None:
    """Check the rules of the organisation, compare them, try them on history."""


@command.command(name="check")
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


@command.command(name="schema")
def print_schema() -> None:
    """Print the JSON schema of playbook.yaml, for editors."""
    click.echo(json.dumps(schema(), indent=1, ensure_ascii=False))
