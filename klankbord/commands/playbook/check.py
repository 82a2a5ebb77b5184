"""`klankbord playbook check`: every mistake in a playbook, also of rules that work and do not do what somebody meant; apart
from those, what the rules count on and the desk database does not have.
"""

from pathlib import Path

import click

from core.errors import Misconfigured, Retry, Stop
from core.time import now
from desk.foundation.unstaffed import missing
from klankbord import configuration
from klankbord.brands import no_brand
from klankbord.configuration import Configuration
from klankbord.crisis.actors import has_desk, may_not
from klankbord.options import FILE, config_option, harmless
from klankbord.stores import ask_desk
from playbook.playbook import load
from playbook.sections import Playbook


@click.command(name="check")
@click.argument("file", default="playbook.yaml", type=FILE)
@config_option
def check(file: Path, config: Path) -> None:
    """Read FILE and name every mistake with its path: also branches of triage that no message can take.

    Beside a configuration it also names roles of the crisis plan that have not the right to act in one, and accounts that no publisher has, and then what the rules
    count on and the desk database does not have.
    """
    playbook = load(file, sound=True)
    read = configuration.read(config) if config.exists() else None
    if read is not None and (mistakes := [*may_not(read, playbook, file), *no_brand(read, playbook, file)]):
        raise Misconfigured(mistakes)
    parts = [f"{len(playbook.monitors)} monitors"]
    if playbook.triage:
        parts.append(f"{len(playbook.triage.steps)} steps of triage, each answer proved within reach")
    if playbook.organisation:
        parts.append(f"{len(playbook.organisation.units)} units ({playbook.organisation.model})")
    click.echo(f"{file}: {', '.join(parts)}, no mistakes")
    for line in _unstaffed(playbook, read, config) if read is not None and has_desk(read) else ():
        click.echo(harmless(line))


def _unstaffed(playbook: Playbook, read: Configuration, config: Path) -> list[str]:
    """What people have to mend, under its heading. The desk database is looked into as it is: a check changes nothing."""
    zone = read.organisation.zone
    try:
        wrong = ask_desk(config, lambda desk: missing(desk, playbook, now(), zone), bring_up=False)
    except (Retry, Stop) as error:
        return [f"Staff, rota and accounts were not looked at: {error}"]
    found = [one.sentence(zone) for one in wrong]
    if not found:
        return ["Staff, rota and accounts: all that the rules count on is there."]
    return ["Not in the file, for people to mend:", *(f"  {one}" for one in found)]
