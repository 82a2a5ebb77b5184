"""`klankbord playbook`: check the rules, compare them, try them on history. A file of this folder is one command of it."""

import click

from klankbord.commands.playbook.cards import print_cards
from klankbord.commands.playbook.check import check
from klankbord.commands.playbook.diff import diff
from klankbord.commands.playbook.disagreement import show_disagreement
from klankbord.commands.playbook.override import override
from klankbord.commands.playbook.schema import print_schema
from klankbord.commands.playbook.simulate import command as simulate


@click.group(name="playbook")
def command() -> None:
    """Check the rules of the organisation, compare them, try them on history."""


for one in (check, print_schema, diff, simulate, print_cards, override, show_disagreement):
    command.add_command(one)
