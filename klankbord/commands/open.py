"""`klankbord open`: a fresh one-time link to the page of a running klankbord."""

from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.web.access import Access
from klankbord import configuration
from klankbord.folder import Folder
from klankbord.options import config_option
from klankbord.serving.page import link_to


@click.command(name="open")
@config_option
def command(config: Path) -> None:
    """Print a link that opens the page once, within fifteen minutes."""
    read = configuration.read(config)
    folder = Folder(read.data)
    try:
        url = folder.page.read_text()
    except FileNotFoundError:
        raise Stop("no page is served from this data folder; start one with: klankbord run") from None
    click.echo(link_to(read, url + Access(folder.secret(), now).link()))
