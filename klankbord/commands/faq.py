"""`klankbord faq`: what people ask most."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.table import Table

from core.time import now
from desk.faq import table
from desk.faq.faq import Faq
from desk.reports.shown import ask_outward, shown
from desk.web import words
from desk.web.formats import Formats
from desk.web.pages.faq import RANGE
from desk.web.sentence import gap_lines
from desk.web.view import View
from klankbord import configuration
from klankbord.options import config_option, harmless, hush
from klankbord.privacy.leaving import Policies
from klankbord.serving import page
from klankbord.serving.asking import Asking
from klankbord.serving.faq import frequently
from klankbord.stores import open_stores


@click.command(name="faq")
@click.argument("view", default="/")
@click.option("--csv", "form", flag_value="csv", help="As CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="As Markdown.")
@click.option("--most", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--language", type=click.Choice(list(words.LANGUAGES)), help="By default the organisation's first.")
@config_option
def command(view: str, form: str | None, most: int, language: str | None, config: Path) -> None:
    """Tell what people ask most at VIEW, the address of an overview or a search, such as "/?range=7d&monitor=app"; in the last 28 days without a range.

    Of public messages; without names of authors, and wordings only of sources whose policy lets them leave.
    """
    read = configuration.read(config)
    organisation = page.organisation(read)
    spoken = words.load(language or words.first_of(organisation.languages))
    found = asyncio.run(_found(read, view, most))
    formats = Formats(spoken, organisation.zone, now())
    gaps = gap_lines(found.gaps, formats, spoken)
    if form == "csv":
        for told in (*table.lacking(found, spoken, gaps), *table.counted(found, spoken, formats)):
            click.echo(told, err=True)
        click.echo(table.table(found), nl=False)
    elif form == "markdown":
        click.echo(table.markdown(found, words=spoken, form=formats, gaps=gaps, page=read.page.address), nl=False)
    else:
        for told in (*table.lacking(found, spoken, gaps), *table.counted(found, spoken, formats)):
            click.echo(told)
        _show(found, spoken, formats)


async def _found(read: configuration.Configuration, view: str, most: int) -> Faq:
    async with open_stores(read, hush) as stores:
        site = Asking(stores.archive, now, page.organisation(read))
        asked: View = shown(_ranged(view), site).view
        where = (await ask_outward(site, asked, Policies(read))).where
        return await frequently(read, stores).asked(where, now=now(), most=most)


def _ranged(address: str) -> str:
    """The address with the page's range before its own, which goes before it."""
    parts = urlsplit(address.strip())
    return parts._replace(query=f"range={RANGE}&{parts.query}").geturl()


def _show(found: Faq, spoken: words.Words, form: Formats) -> None:
    shown_as = Table(box=None, pad_edge=False)
    for name in ("faq.question", "faq.times", "faq.change", "faq.answers", "faq.practice"):
        shown_as.add_column(str(spoken(name)), justify="right" if name in ("faq.times", "faq.change") else "left")
    for one in found.questions:
        shown_as.add_row(
            harmless(one.wording.text) if one.wording else str(spoken("faq.unworded")),
            form.number(one.questions),
            "–" if one.change is None else form.signed(one.change),
            "–" if one.answered is None else form.number(one.answered),
            harmless(one.practice.title) if one.practice else "–",
        )
    if found.questions:
        Console().print(shown_as)
