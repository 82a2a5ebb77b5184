"""`klankbord dashboards`: Grafana's dashboards, data sources and alert rules as files, checked, or pushed."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from core.errors import Stop

DEFAULT = "http://127.0.0.1:8420"
_folder = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_page = click.option("--page", default=DEFAULT, show_default=True, help="Where klankbord's page is, for links.")


@click.group(name="dashboards")
def command() -> None:
    """Build, check and push Grafana's dashboards."""


@command.command()
@_folder
@_page
def build(folder: Path, page: str) -> None:
    """Write dashboards, data sources and alert rules into FOLDER, which a Grafana provisions itself from."""
    for path, content in _part("files").files(page).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
        click.echo(place)


@command.command()
@_folder
@_page
def check(folder: Path, page: str) -> None:
    """Say whether FOLDER holds what the code writes, and whether every field and measure in it exists."""
    checking = _part("checking")
    found = [*checking.differences(folder, _part("files").files(page)), *checking.unknown(folder)]
    for sentence in found:
        click.echo(sentence, err=True)
    if found:
        sys.exit(1)
    click.echo(f"{folder} holds what the code writes; every field and measure exists")


@command.command()
@click.argument("url")
@click.option("--token", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file.")
@_page
def push(url: str, token: Path, page: str) -> None:
    """Put the dashboards into the Grafana at URL, as the service account whose token stands in a file."""
    secret = token.read_text(encoding="utf-8").strip()
    if not secret:
        raise Stop(f"{token} is empty: it holds a service account token of that Grafana")
    for line in _part("pushing").push(url, secret, _part("files").boards(page)):
        click.echo(line)


def _part(name: str) -> Any:  # Any: a module of an extra, which need not be there
    try:
        return import_module(f"deploy.dashboards.{name}")
    except ModuleNotFoundError as error:
        raise Stop(f"dashboards need {error.name}, which is not installed: uv sync --extra dashboards") from None
