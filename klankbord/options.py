"""What several commands share: the configuration option, how a line is said, and by whom something is done."""

import getpass
from pathlib import Path

import click

from core.settings import nearest
from core.time import now

config_option = click.option(
    "--config",
    "-c",
    default="klankbord.yaml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration file.",
)

FILE = click.Path(path_type=Path)

days_option = click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 36_500), help="How far back."
)


class Group(click.Group):
    """Answers an unknown command with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            ctx.fail(f'there is no command "{harmless(name)}"; {nearest(name, self.list_commands(ctx))}')
        return super().resolve_command(ctx, args)


def say(line: str) -> None:
    """One line for the person at the terminal, with the time (UTC)."""
    click.echo(f"{now():%H:%M:%S} {line}", err=True)


def hush(line: str) -> None:
    """Says nothing: for commands whose answer is their only output."""


def harmless(text: str) -> str:
    """Text from outside for a terminal: control characters become spaces, so that the length stays."""
    clean = "".join(" " if ord(sign) < 32 or 127 <= ord(sign) < 160 else sign for sign in text)
    return clean.encode(errors="replace").decode()


def person() -> str:
    """Who is at the terminal; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
