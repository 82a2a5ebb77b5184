"""`klankbord crisis report`: what a crisis came to, as a file."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from core.errors import Stop
from core.time import now
from desk.crisis import printed, report
from desk.crisis.planned import Plan
from desk.crisis.report import AfterAction
from desk.store.database import Database
from desk.web import words
from desk.web.formats import Formats
from klankbord import configuration
from klankbord.crisis.acting import NUMBER
from klankbord.options import FILE, config_option
from klankbord.people.staff import names
from klankbord.rulebook import FileRules
from klankbord.stores import ask_desk


@click.command(name="report")
@NUMBER
@click.option("--format", "form", type=click.Choice(["pdf", "json"]), default="pdf", show_default=True)
@click.option(
    "--language", type=click.Choice(words.LANGUAGES), default=None, help="The organisation's first by itself."
)
@click.option("--to", type=FILE, default=None, help="The file; without it crisis-NUMBER.pdf, or JSON on the terminal.")
@config_option
def after_action(number: int, form: str, language: str | None, to: Path | None, config: Path) -> None:
    """Write what the crisis of that NUMBER came to."""
    told, known = gathered(config, number)
    if form == "json":
        written = msgspec.json.format(msgspec.json.encode(told), indent=2)
    else:
        written = _printed(config, told, known, language)
    if to is None and form == "json":
        sys.stdout.buffer.write(written + b"\n")
        return
    file = to or Path(f"crisis-{number}.pdf")
    try:
        file.write_bytes(written)
    except OSError as error:
        raise Stop(f"{file}: cannot be written: {error.strerror}") from None
    click.echo(f"{file} is written")


def _printed(config: Path, told: AfterAction, known: Mapping[str, str], language: str | None) -> bytes:
    read = configuration.read(config)
    catalogue = words.load(language or words.first_of(read.organisation.languages))
    plan = Plan(FileRules(read.playbook).playbook)
    said = plan.section.called(told.crisis.severity, catalogue.language) if told.crisis.severity else ""
    form = Formats(catalogue, read.organisation.zone, now())
    reader = printed.Reader(
        catalogue,
        form,
        organisation=read.organisation.name,
        names=known,
        roles=plan.roles(catalogue.language),
        severity=said,
    )
    return printed.pdf(told, reader, now())


def gathered(config: Path, number: int) -> tuple[AfterAction, Mapping[str, str]]:
    """What there is to say of the crisis of that number, and the names of the staff by id. Raises Stop where there is none."""

    async def found(desk: Database) -> tuple[AfterAction | None, Mapping[str, str]]:
        return await report.gathered(desk, number), await names(desk)

    told, known = ask_desk(config, found)
    if told is None:
        raise Stop(f"there is no crisis {number}")
    return told, known
