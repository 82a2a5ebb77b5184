"""`klankbord mcp`: the questions an assistant may put, over the Model Context Protocol."""

import asyncio
import secrets
from functools import partial
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.api.asker import Asker
from desk.api.continuation import Seal
from desk.ports import Scope
from klankbord import configuration
from klankbord.asking import parse_search
from klankbord.configuration import Configuration
from klankbord.leaving import Policies
from klankbord.monitors import MonitorDesk
from klankbord.options import config_option, person, say
from klankbord.page import organisation, topics
from klankbord.stores import Stores, open_stores
from klankbord.tokens import looked


@click.command(name="mcp")
@config_option
@click.option(
    "--mentions",
    is_flag=True,
    help="Let it see single mentions too, as far as the policy of each source (excerpts, authors) lets them leave.",
)
def command(config: Path, mentions: bool) -> None:
    """Answer an assistant at standard input and output until it goes: figures, what changed, coverage, monitors. Read-only.

    The assistant starts this command itself: its settings take `klankbord` as the command and `mcp -c PATH` as arguments.
    """
    try:
        from desk.assistants.server import serve_stdio  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise Stop("assistants need the package mcp, which is not installed: uv sync --extra assistants") from None

    async def answer() -> None:
        async with open_stores(read, say) as stores:
            await serve_stdio(lambda: _asker(read, stores, scopes, seal))

    read = configuration.read(config)
    scopes = frozenset(Scope) if mentions else frozenset({Scope.FIGURES})
    seal = Seal(secrets.token_bytes(32))
    asyncio.run(answer())


def _asker(read: Configuration, stores: Stores, scopes: frozenset[Scope], seal: Seal) -> Asker:
    return Asker(
        archive=stores.archive,
        monitors=MonitorDesk(read.playbook, stores.archive),
        parse_query=parse_search,
        organisation=organisation(read),
        clock=now,
        leaving=Policies(read),
        seal=seal,
        scopes=scopes,
        topics=topics(read, say),
        page=_page(read, stores),
        looked=partial(looked, stores.desk, f"assistant of {person()}"),
    )


def _page(read: Configuration, stores: Stores) -> str:
    """Where the page is, or will be once it is served."""
    try:
        return stores.folder.page.read_text()
    except FileNotFoundError:
        return f"http://127.0.0.1:{read.page.port}"
