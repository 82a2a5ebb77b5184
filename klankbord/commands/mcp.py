"""`klankbord mcp`: the questions an assistant may put, over the Model Context Protocol."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click

from core.errors import Stop
from core.time import now
from desk.api.asker import Asker
from desk.api.continuation import Seal
from desk.ports import Scope
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, person, say
from klankbord.privacy.leaving import Policies
from klankbord.serving.asking import parse_search
from klankbord.serving.monitors import MonitorDesk
from klankbord.serving.page import customers_of, organisation, topics
from klankbord.serving.reached import page_of
from klankbord.serving.summaries import summaries_of
from klankbord.serving.tokens import GivenTokens, looked
from klankbord.stores import Stores, open_stores

PORT = 8422

Serve = Callable[[Stores], Awaitable[None]]


@click.command(name="mcp")
@config_option
@click.option(
    "--mentions",
    is_flag=True,
    help="Let it see single mentions too, as far as the policy of each source (excerpts, authors) lets them leave.",
)
@click.option(
    "--customers",
    is_flag=True,
    help="Let it see customers too, and their accounts as far as the policy of each source (authors) lets them leave.",
)
@click.option("--http", is_flag=True, help="Answer at http://127.0.0.1:PORT/mcp, to who brings a token of the API.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Where, with --http.")
def command(config: Path, mentions: bool, customers: bool, http: bool, port: int) -> None:
    """Answer assistants: figures, what changed, coverage, monitors, and what else they are let see. Read-only.

    At standard input and output an assistant starts this command itself, and is let see what the options say; its settings take
    `klankbord` as the command and `mcp -c PATH` as arguments. With --http it runs until stopped, and what each token
    opens (`klankbord token add`) is what its bearer sees.
    """
    if http and (mentions or customers):
        raise Stop("with --http what is seen is said by each token: leave --mentions and --customers out")
    read = configuration.read(config)
    serve = _at_port(read, port) if http else _at_standard_input(read, mentions, customers)

    async def answer() -> None:
        async with open_stores(read, say) as stores:
            await serve(stores)

    asyncio.run(answer())


def _at_standard_input(read: Configuration, mentions: bool, customers: bool) -> Serve:
    try:
        from desk.assistants.server import serve_stdio  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    also = {Scope.MENTIONS: mentions, Scope.CUSTOMERS: customers}
    scopes = frozenset({Scope.FIGURES, *(scope for scope, opens in also.items() if opens)})
    seal, name = Seal(secrets.token_bytes(32)), f"assistant of {person()}"

    async def serve(stores: Stores) -> None:
        made = partial(_asker, read, stores, scopes=scopes, seal=seal, name=name)
        await serve_stdio(made, organisation=read.organisation.name)

    return serve


def _at_port(read: Configuration, port: int) -> Serve:
    try:
        from desk.assistants.http import serve_http  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    seal = Seal(secrets.token_bytes(32))

    async def serve(stores: Stores) -> None:
        await serve_http(
            lambda token: _asker(
                read, stores, scopes=token.scopes, seal=seal, name=f"assistant with token {token.name}"
            ),
            GivenTokens(stores.desk),
            organisation=read.organisation.name,
            clock=now,
            port=port,
            report=say,
        )

    return serve


def _missing(error: ModuleNotFoundError) -> Exception:
    if (error.name or "").partition(".")[0] not in ("mcp", "uvicorn"):
        return error
    return Stop("assistants need the package mcp, which is not installed: uv sync --extra assistants")


def _asker(read: Configuration, stores: Stores, *, scopes: frozenset[Scope], seal: Seal, name: str) -> Asker:
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
        page=page_of(read),
        name=name,
        looked=partial(looked, stores.desk, name),
        customers=customers_of(read, stores),
        summaries=summaries_of(read, stores.desk),
    )
