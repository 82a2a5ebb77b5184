"""`klankbord token`: who may ask the API, and for what."""

from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.ports import Scope
from desk.store import tokens
from desk.store.database import Database
from desk.store.tokens import Token
from klankbord.options import config_option, harmless, person
from klankbord.stores import ask_desk

LONGEST = 400


@click.group(name="token")
def command() -> None:
    """Make, list or revoke tokens of the API."""


@command.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=(Scope.FIGURES.value,),
    show_default=True,
    help="What it may ask for: counts, the mentions behind them, customers. May be repeated.",
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, LONGEST), help="How long it is good for.")
@config_option
def add(name: str, scopes: tuple[str, ...], days: int, config: Path) -> None:
    """Make a token called NAME and print its secret, which is shown this once and kept nowhere."""
    if not name.strip() or not name.isprintable() or len(name) > 80:
        raise Stop("a token's name has 1 to 80 printable characters: say who or what it is for")
    at = now()
    opens, expires_at = frozenset(map(Scope, scopes)), at + timedelta(days=days)
    token, secret = ask_desk(
        config, lambda desk: tokens.add(desk, name=name, scopes=opens, by=person(), at=at, expires_at=expires_at)
    )
    click.echo(secret)
    click.echo(
        f"It is shown this once. It opens {_scopes(token)} until {token.expires_at:%Y-%m-%d %H:%M} UTC.", err=True
    )


@command.command(name="list")
@config_option
def list_(config: Path) -> None:
    """Show every token, without secrets: what it opens, until when, and when it was last used."""
    table = Table("name", "opens", "made", "by", "until", "last used", "", box=None, pad_edge=False)
    at = now()
    for one in ask_desk(config, tokens.every):
        used = f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never"
        state = "revoked" if one.revoked_at else "expired" if one.expires_at <= at else ""
        made, until = f"{one.made_at:%Y-%m-%d}", f"{one.expires_at:%Y-%m-%d}"
        table.add_row(harmless(one.name), _scopes(one), made, harmless(one.made_by), until, used, state)
    Console().print(table) if table.row_count else click.echo(
        "there are no tokens; make one with: klankbord token add NAME"
    )


@command.command()
@click.argument("name")
@config_option
def revoke(name: str, config: Path) -> None:
    """Take the token called NAME back: it opens nothing from now on."""

    async def revoked(desk: Database) -> str | None:
        if await tokens.revoke(desk, name, by=person(), at=now()):
            return None
        standing = [one.name for one in await tokens.every(desk) if one.revoked_at is None]
        return nearest(name, standing) if standing else "there are none"

    if (near := ask_desk(config, revoked)) is not None:
        raise Stop(f'there is no token "{harmless(name)}"; {harmless(near)}')
    click.echo(f"{harmless(name)} opens nothing from now on")


def _scopes(token: Token) -> str:
    return " and ".join(sorted(token.scopes))
