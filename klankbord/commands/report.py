"""`klankbord report`: a view as a PDF or CSV file, and the digest of a unit's week."""

import asyncio
from pathlib import Path

import click

from core.errors import Stop
from core.settings import nearest
from core.time import now
from desk.digest.week import Week, last_whole, week
from desk.reports.report import make
from desk.reports.sending import TYPES, file_of
from desk.reports.shown import shown
from desk.web import words
from klankbord import configuration
from klankbord.keeping.digests import digester
from klankbord.options import config_option, hush
from klankbord.privacy.leaving import Policies
from klankbord.serving import page
from klankbord.serving.asking import Asking
from klankbord.stores import open_stores
from playbook.playbook import load


class Reports(click.Group):
    """Takes an address for the view that is to be written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without the name of a report it is of a view."""
        named = args[:1] and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["view", *args])


@click.group(name="report", cls=Reports)
def command() -> None:
    """Write a report to a file: of a view, which is meant where none is named, or the digest of a unit's week."""


@command.command(name="view")
@click.argument("view", default="/")
@config_option
@click.option("--format", "form", type=click.Choice(list(TYPES)), default="pdf", show_default=True)
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), help="By default the organisation's first.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default a file in this folder.")
def of_view(view: str, config: Path, form: str, language: str | None, out: Path | None) -> None:
    """Write what the page shows at VIEW, the address of an overview or a search, such as "/?range=28d", to a file.

    Figures of public messages; no names of authors, and words only of sources whose policy lets them leave.
    """
    read = configuration.read(config)
    organisation = page.organisation(read)
    spoken = language or words.first_of(organisation.languages)
    content = asyncio.run(_content(read, view, form, language=spoken, title=organisation.name))
    path = out or Path(f"klankbord-{now().astimezone(organisation.zone):%Y-%m-%d}.{form}")
    _write(path, content)
    click.echo(f"{view} in {path}")


@command.command(name="digest")
@click.option("--unit", required=True, help="Of the playbook.")
@click.option("--week", "named", default=None, help="Such as 2026-W47; by default the last whole one.")
@config_option
@click.option("--format", "form", type=click.Choice(["html", "text"]), default="html", show_default=True)
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), help="By default the organisation's first.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default a file in this folder.")
def of_unit(unit: str, named: str | None, config: Path, form: str, *, language: str | None, out: Path | None) -> None:
    """Write the digest of a unit's week, as it would go out now, to a file."""
    read = configuration.read(config)
    organisation = page.organisation(read)
    of = week(named) if named else last_whole(now(), organisation.zone)
    known = load(read.playbook).organisation
    units = list(known.units) if known else []
    if unit not in units:
        raise Stop(f'there is no unit "{unit}"; {nearest(unit, units) if units else "the playbook has no units"}')
    spoken = language or words.first_of(organisation.languages)
    path = out or Path(f"klankbord-digest-{unit}-{of.name}.{'txt' if form == 'text' else form}")
    _write(path, asyncio.run(_digest(read, unit, of, form, spoken)).encode())
    click.echo(f"{unit} in {of.name} in {path}")


def _write(path: Path, content: bytes) -> None:
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from None


async def _digest(read: configuration.Configuration, unit: str, of: Week, form: str, language: str) -> str:
    async with open_stores(read, hush) as stores:
        made = digester(read, stores)
        told = await made.told(unit, of, language)
        return made.text(told) if form == "text" else made.html(told)


async def _content(read: configuration.Configuration, view: str, form: str, *, language: str, title: str) -> bytes:
    async with open_stores(read, hush) as stores:
        site = Asking(stores.archive, now, page.organisation(read))
        report = await make(site, Policies(read), shown(view, site), title=title, words=words.load(language))
        return file_of(report, form)
