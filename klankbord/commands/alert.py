"""`klankbord alert`: what people are told of, kept in the desk database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.errors import Misconfigured, Stop
from core.settings import check, nearest, read_yaml
from core.time import now
from desk.alerts.alert import Alert, When
from desk.alerts.checking import wrong_with
from desk.alerts.secret import new_secret
from desk.store import alerts, letters
from desk.store.alerts import Standing
from desk.store.sealing import Seal
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.options import config_option, harmless, hush
from klankbord.serving.asking import parse_search
from klankbord.stores import Stores, open_stores
from playbook.playbook import load

BY = "command line"


@click.group(name="alert")
def command() -> None:
    """Be told of new messages or of unusual numbers, by e-mail or signed webhook."""


@command.command(name="add")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
def add(file: Path, config: Path) -> None:
    """Keep the alerts of a YAML FILE (a list under `alerts:`); one of a name that is there is replaced."""
    read = configuration.read(config)
    asked = _alerts(file, read)

    async def keep(stores: Stores) -> None:
        seal = Seal(stores.folder.secret())
        known = {one.alert.name: one for one in await alerts.every(stores.desk)}
        for alert in asked:
            before = known.get(alert.name)
            secret = new_secret() if alert.webhook and not (before and before.signs) else ""
            is_new = await alerts.put(stores.desk, alert, by=BY, at=now(), secret=secret, seal=seal)
            click.echo(f"{'added' if is_new else 'replaced'}: {alert.name}")
            if secret:
                click.echo(f"  its webhook's secret, shown this once: {secret}")

    _with(read, keep)


@command.command(name="list")
@config_option
def show(config: Path) -> None:
    """Show every alert, how it stands, and what could not be delivered."""

    async def tell(stores: Stores) -> None:
        console = Console()
        console.print(_table(await alerts.every(stores.desk)))
        for letter in await letters.undelivered(stores.desk):
            state = "waits" if letter.due_at else "is given up"
            line = f"{state} after {letter.tries} tries, to {letter.receiver}: {letter.error}"
            console.print(harmless(line), markup=False, highlight=False)

    _with(configuration.read(config), tell)


@command.command(name="remove")
@click.argument("name")
@config_option
def remove(name: str, config: Path) -> None:
    """Forget the alert of that NAME, and what it still had to say."""

    async def drop(stores: Stores) -> None:
        if not await alerts.remove(stores.desk, name):
            names = [one.alert.name for one in await alerts.every(stores.desk)]
            raise Stop(f'there is no alert "{name}"; {nearest(name, names) if names else "there is none at all"}')
        click.echo(f"removed: {name}")

    _with(configuration.read(config), drop)


def _with(read: Configuration, work: Callable[[Stores], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_stores(read, hush) as stores:
            await work(stores)

    asyncio.run(run())


def _alerts(file: Path, read: Configuration) -> list[Alert]:
    """The alerts of a file. Raises Misconfigured with every mistake."""
    content = read_yaml(file)
    listed = content.get("alerts")
    if not isinstance(listed, list) or set(content) != {"alerts"}:
        raise Misconfigured([f"{file}: should hold one list, `alerts:`"])
    mistakes: list[str] = []
    found: list[Alert] = []
    monitors = list(load(read.playbook).monitors)
    for index, entry in enumerate(listed):
        try:
            alert = check(Alert, entry if isinstance(entry, dict) else {}, where=f"{file}: alerts[{index}]")
            wrong = wrong_with(
                alert,
                monitors=monitors,
                parse=parse_search,
                sends_mail=bool(read.mail.host),
                private=read.alerts.allow_private,
            )
            mistakes += [f"{file}: alerts[{index}].{said}" for said in wrong]
            found.append(alert)
        except Misconfigured as error:
            mistakes += error.mistakes
    if mistakes:
        raise Misconfigured(mistakes)
    return found


def _table(standing: Sequence[Standing]) -> Table:
    table = Table("alert", "on", "last", "usual", "state", "to", box=None, pad_edge=False)
    for one in standing:
        alert, state = one.alert, one.state
        rule = "each" if alert.when is When.EACH else f"{alert.when.value} {alert.number:g} in {alert.within}"
        heard = "" if state.count is None else str(state.count)
        lacks = state.looked_at and (state.count is None or not state.known)
        count = f"{heard} not collected".strip() if lacks else heard
        usual = "" if alert.when is not When.UNUSUAL else "learning" if state.usual is None else f"{state.usual:g}"
        held = "passed" if state.active else ""
        table.add_row(harmless(alert.name), rule, count, usual, held, harmless(", ".join(alert.receivers)))
    return table
