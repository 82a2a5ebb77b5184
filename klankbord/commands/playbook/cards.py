"""`klankbord playbook cards`: who does what in which situation, a card a role."""

from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from klankbord.options import FILE, harmless
from playbook.cards import as_html, as_text, cards
from playbook.playbook import load


@click.command(name="cards")
@click.argument("file", default="playbook.yaml", type=FILE)
@click.option("--role", help="Of one role only; by default one of each.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="en", show_default=True)
@click.option("--html", "page", type=FILE, help="Write a page for printing to this file.")
def print_cards(file: Path, role: str | None, language: str, page: Path | None) -> None:
    """Print who does what in which situation: a card a role, made of the rules in FILE."""
    made = cards(load(file), language)
    if role is not None and role not in made:
        raise Stop(f'nothing is asked of a role "{role}"; {nearest(role, list(made))}')
    chosen = [made[role]] if role is not None else list(made.values())
    if page:
        page.write_text(as_html(chosen, language), encoding="utf-8")
        click.echo(f"{page}: {len(chosen)} cards")
    else:
        click.echo("\n".join(_harmless(as_text(card)) for card in chosen))


def _harmless(text: str) -> str:
    return "\n".join(map(harmless, text.splitlines()))
