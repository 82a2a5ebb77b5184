"""The command line: every command is a module in klankbord/commands/, loaded when it is called.

Exit codes: 0 done, 1 could not be done, 2 wrong use or configuration, 3 data folder in use, 130 interrupted.
"""

import pkgutil
import sys
from importlib import import_module

import apsw
import click

from core.errors import KlankbordError
from klankbord import commands
from klankbord.failing import sentence
from klankbord.options import Group, harmless


class Commands(Group):
    """Finds commands by file name, so that a new one is one file."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found = import_module(f"klankbord.commands.{cmd_name}").command
        assert isinstance(found, click.Command)  # noqa: S101 - a command module is ours
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error raised on purpose becomes its sentence and exit code."""
        try:
            return super().invoke(ctx)
        except KlankbordError as error:
            click.echo("\n".join(map(harmless, f"klankbord: {error}".split("\n"))), err=True)
            sys.exit(getattr(error, "code", 1))
        except BrokenPipeError:
            sys.exit(0)
        except (OSError, apsw.Error) as error:  # a file or folder that cannot be used; the sentence names it
            click.echo(f"klankbord: {sentence(error)}", err=True)
            sys.exit(1)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="klankbord")
def main() -> None:
    """Hear what people say about your organisation, understand it, keep it, show it: on your own machine."""
