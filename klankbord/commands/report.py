"""`klankbord report`: a view as a PDF or CSV file."""

import asyncio
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.reports.report import make
from desk.reports.sending import TYPES, file_of
from desk.reports.shown import shown
from desk.web import words
from klankbord import configuration, page
from klankbord.asking import Asking
from klankbord.leaving import Policies
from klankbord.options import config_option, hush
from klankbord.stores import open_stores


@click.command(name="report")
@click.argument("view", default="/")
@config_option
@click.option("--format", "form", type=click.Choice(list(TYPES)), default="pdf", show_default=True)
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), help="By default the organisation's first.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default a file in this folder.")
def command(view: str, config: Path, form: str, language: str | None, out: Path | None) -> None:
    """Write what the page shows at VIEW, the address of an overview or a search, such as "/?range=28d", to a file.

    Figures of public messages; no names of authors, and words only of sources whose policy lets them leave.
    """
    read = configuration.read(config)
    organisation = page.organisation(read)
    spoken = language or words.first_of(organisation.languages)
    content = asyncio.run(_content(read, view, form, language=spoken, title=organisation.name))
    path = out or Path(f"klankbord-{now().astimezone(organisation.zone):%Y-%m-%d}.{form}")
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"{view} in {path}")


async def _content(read: configuration.Configuration, view: str, form: str, *, language: str, title: str) -> bytes:
    async with open_stores(read, hush) as stores:
        site = Asking(stores.archive, now, page.organisation(read))
        report = await make(site, Policies(read), shown(view, site), title=title, words=words.load(language))
        return file_of(report, form)
