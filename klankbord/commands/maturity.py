"""`klankbord maturity`: the five levels with their evidence, a score, the next step; and one page of it for management."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.maturity.evidence import matured
from desk.maturity.files import Form, file_of, name_of
from desk.maturity.report import known
from desk.maturity.wording import Reader
from desk.web import words
from desk.web.formats import Formats
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.keeping.maturing import looked_in
from klankbord.options import config_option, harmless, hush
from klankbord.privacy.leaving import Policies
from klankbord.serving import page
from klankbord.stores import open_stores
from playbook.maturity import Answer, Evidence, Maturity, Met, Stand
from playbook.playbook import load

SIGNS: Mapping[Answer, str] = {Answer.MET: "yes", Answer.UNMET: "no", Answer.UNKNOWN: "unknown"}


@click.group(name="maturity", invoke_without_command=True)
@config_option
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), default="en", show_default=True)
@click.pass_context
def command(context: click.Context, config: Path, language: str) -> None:
    """Show how mature the organisation is: each level counts only while those below it hold. It locks nothing."""
    if context.invoked_subcommand is not None:
        context.default_map = {context.invoked_subcommand: {"config": config}}
        return
    found = asyncio.run(_asked(configuration.read(config)))
    for number, stand in enumerate(found.levels, 1):
        click.echo(f"{number} {stand.level.called(language)}: {_state(stand)}, {stand.met} of {len(stand.needs)}")
        for one in stand.needs:
            click.echo(f"    {SIGNS[one.evidence.answer]:8}{one.need.asked(language)}{_more(one, language)}")
    click.echo(f"score {found.score:.1f} of {len(found.levels)}")
    if found.next:
        click.echo(harmless(f"next, for the role {found.next.need.owner}: {found.next.need.step(language)}"))


@command.command(name="report")
@config_option
@click.option("--format", "form", type=click.Choice([one.value for one in Form]), default="pdf", show_default=True)
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), help="By default the organisation's first.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default a file in this folder.")
def report(config: Path, form: str, language: str | None, out: Path | None) -> None:
    """Write one page for management to a file: the pyramid, what moved and why, three goals, the next step, departments.

    No customers and no messages; of the staff only who takes the next step.
    """
    read = configuration.read(config)
    spoken = language or words.first_of(page.organisation(read).languages)
    content, name = asyncio.run(_file(read, Form(form), spoken))
    path = out or Path(name)
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}") from None
    click.echo(f"maturity in {path}")


async def _asked(read: Configuration) -> Maturity:
    async with open_stores(read, hush) as stores:
        return await matured(looked_in(read, stores, load(read.playbook)), now())


async def _file(read: Configuration, form: Form, language: str) -> tuple[bytes, str]:
    """The content, and how the file is called where nobody says."""
    at, playbook, organisation, catalogue = now(), load(read.playbook), page.organisation(read), words.load(language)
    reader = Reader(
        words=catalogue,
        form=Formats(catalogue, organisation.zone, at),
        playbook=playbook,
        organisation=organisation,
    )
    async with open_stores(read, hush) as stores:
        told = await known(looked_in(read, stores, playbook), at, admits_closed=Policies(read).admits_closed)
    return file_of(told, reader, form), name_of(told, reader, form)


def _state(stand: Stand) -> str:
    if stand.holds:
        return "holds"
    if stand.answer is Answer.MET:
        return "met, and counts once the levels below hold"
    return "does not hold" if stand.answer is Answer.UNMET else "unknown"


def _more(one: Met, language: str) -> str:
    """What was counted, or what is missing to count it."""
    if one.evidence.answer is Answer.UNKNOWN:
        return f" {one.need.missing(language)}"
    return _counted(one.evidence)


def _counted(evidence: Evidence) -> str:
    if evidence.some is None:
        return ""
    return f" ({evidence.some})" if evidence.all is None else f" ({evidence.some} of {evidence.all})"
