"""The set-up of a composed installation, in two halves: `prepare` before the engines start, `apply` once they answer."""

import os
import sys
from pathlib import Path

import click

from core.errors import KlankbordError
from deploy.setup import preflight
from deploy.setup.apply import apply
from deploy.setup.beginning import OWN, begin, plays
from deploy.setup.prepare import Folders, prepare

SECRETS = Path("/secrets")
HOME = Path("/var/lib/klankbord")
MANAGED = Path("/managed")
ENGINES = ("kafka", "elasticsearch", "postgres")


def say(line: str) -> None:
    click.echo(f"set-up: {line}")


@click.group()
def main() -> None:
    """Set up a composed installation."""


@main.command("prepare")
def prepare_command() -> None:
    """Look at the machine; make secrets and certificates where they are missing."""
    managed = {name: MANAGED for name in ENGINES if os.environ.get(f"KLANKBORD_MANAGED_{name.upper()}") == "yes"}
    machine = preflight.look(SECRETS / "klankbord", int(os.environ.get("KLANKBORD_PORT", "8420")))
    found = list(preflight.missing(machine, elasticsearch="elasticsearch" not in managed))
    for sentence in found:
        say(sentence)
    if found and os.environ.get("KLANKBORD_PREFLIGHT") != "warn":
        sys.exit(1)
    prepare(Folders(SECRETS), managed, say)
    say("secrets and certificates are there")


@main.command("apply")
def apply_command() -> None:
    """Make log topics, templates and keys where they are missing; choose the configuration."""
    config = begin(HOME, OWN, demo=plays(), say=say)
    apply(config, Folders(SECRETS), say)
    say("done")


if __name__ == "__main__":
    try:
        main(standalone_mode=True)
    except KlankbordError as error:
        say(str(error))
        sys.exit(1)
