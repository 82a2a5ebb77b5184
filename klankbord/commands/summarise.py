"""`klankbord summarise`: what the configured language model makes of a selection, each sentence with its evidence."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from core.errors import Stop
from core.ports import ArchiveReader
from core.time import Clock, now
from desk.ports import Organisation, ParseQuery
from desk.summaries.summary import Summary, summarise
from desk.web.pages.asked import asked_of
from desk.web.view import View
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, days_option, harmless, hush, person
from klankbord.serving.asking import parse_search
from klankbord.serving.page import organisation
from klankbord.serving.summaries import summaries_of
from klankbord.stores import open_stores


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """desk.web.pages.asked.Askable."""

    archive: ArchiveReader
    organisation: Organisation
    clock: Clock
    parse_query: ParseQuery


@click.command(name="summarise")
@click.argument("query", default="")
@config_option
@days_option
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
def command(query: str, config: Path, days: int, language: str) -> None:
    """Let the language model of `llm:` summarise archived mentions that match QUERY, the newest of them.

    Under each sentence stand the mentions that it rests on. Sent are public texts alone, of sources whose policy says
    `excerpts: true`, without personal data; nothing is kept.
    """
    until = now()
    view = View(q=query, since=until - timedelta(days=days), until=until)
    found = asyncio.run(_ask(configuration.read(config), view, language))
    for sentence in found.sentences:
        click.echo(harmless(sentence.text))
        for stored in sentence.evidence:
            mention = stored.enriched.mention
            click.echo(f"    {mention.created_at:%Y-%m-%d %H:%M}  {harmless(mention.id)}")
    left_out = f", {found.dropped} sentences without evidence left out" if found.dropped else ""
    left_out += f", {found.beyond} more than was asked left out" if found.beyond else ""
    cut = "; the model was cut off before it was done" if not found.whole else ""
    click.echo(f"by {harmless(found.model)} from {found.read:,} of {found.total:,} mentions{left_out}{cut}")


async def _ask(read: Configuration, view: View, language: str) -> Summary:
    async with open_stores(read, hush) as stores:
        parts = summaries_of(read, stores.desk)
        if parts is None:
            raise Stop("no language model is configured: see `llm:` in docs/own-models.md")
        asking = _Asking(archive=stores.archive, organisation=organisation(read), clock=now, parse_query=parse_search)
        return await summarise(parts, asking, await asked_of(asking, view), language=language, by=person())
