"""`klankbord bench`: measure how good a part is on data of your own. A file of this folder is one command of it."""

import click

from klankbord.commands.bench.crisis import command as crisis
from klankbord.commands.bench.forecast import command as forecast


@click.group(name="bench")
def command() -> None:
    """Measure how good a part is, on data of your own."""


command.add_command(crisis)
command.add_command(forecast)
