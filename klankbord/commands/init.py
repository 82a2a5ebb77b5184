"""`klankbord init`: asks a few questions and writes a commented configuration and playbook."""

import re
from pathlib import Path

import click

from core.errors import Stop
from core.settings import check, nearest
from klankbord import first
from klankbord.configuration import Organisation

SOURCES = tuple(first.SOURCES)


@click.command(name="init")
@click.option("--folder", default=".", type=click.Path(file_okay=False, path_type=Path), help="Where to write.")
@click.option("--brand", prompt="Name of your organisation or brand")
@click.option("--also", prompt="Other spellings, products, handles (comma separated)", default="", show_default=False)
@click.option("--languages", prompt="Languages to understand", default="nl, en")
@click.option("--sources", prompt=f"Sources ({', '.join(SOURCES)})", default="bluesky, hackernews")
def command(folder: Path, brand: str, also: str, languages: str, sources: str) -> None:
    """Write klankbord.yaml and playbook.yaml, commented, from your answers. Files that exist are never overwritten."""
    chosen = _listed(sources)
    for name in chosen:
        if name not in SOURCES:
            raise Stop(f'there is no source "{name}" to start with; {nearest(name, SOURCES)}')
    if not chosen or not re.search(r"\w", brand):
        raise Stop("a name with letters or digits and one source at least are needed to begin with")
    check(Organisation, {"name": brand.strip(), "languages": _listed(languages)}, where="your answers")
    texts = {
        "klankbord.yaml": first.configuration(brand.strip(), _listed(languages), chosen),
        "playbook.yaml": first.playbook(brand.strip(), _listed(also)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name in texts:
        if (folder / name).exists():
            raise Stop(f"{folder / name} is there already; move it away, or give another --folder")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"wrote {folder / name}")
    click.echo("Look them through, then: klankbord check && klankbord run")


def _listed(answer: str) -> list[str]:
    return [part.strip() for part in answer.split(",") if part.strip()]
