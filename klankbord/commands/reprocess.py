"""`klankbord reprocess`: the archive's history through the models and monitors of today."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click
from msgspec import structs

from core.document import Filter, Group
from core.errors import Retry, Stop
from core.ports import Measured, Understood
from core.settings import nearest
from core.time import now
from core.types import Mention, Routing
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.counting import counting
from klankbord.generations import LAST, Begun, after, highest
from klankbord.lending import tools
from klankbord.moments import rate_option, since_option, stretch, until_option
from klankbord.options import config_option, harmless, hush, say
from klankbord.own import in_force
from klankbord.reprocess import Behind, Tally, reprocess
from klankbord.rules import Rules, current
from klankbord.serving.asking import parse_search
from klankbord.stores import Stores, open_stores
from klankbord.understanding import understanding
from sinks._stored import heard_by
from stream.pace import Pace
from stream.step import make_step

AGAIN_AFTER = 5.0
EVERYTHING = Filter(irrelevant=True, muted=True, drills=True)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to reprocess and how, as it was typed."""

    since: str | None
    until: str | None
    sources: tuple[str, ...]
    query: str
    rate: float | None
    generation: int | None
    dry_run: bool

    @property
    def about(self) -> list[object]:
        """What tells one run from another."""
        return [self.since, self.until, sorted(self.sources), self.query]


@click.command(name="reprocess")
@config_option
@since_option
@until_option
@click.option("--source", "sources", multiple=True, help="Only what was heard there, like bluesky. May be repeated.")
@click.option("--query", default="", help="Only mentions that match, as `klankbord search` finds them.")
@rate_option
@click.option("--generation", type=click.IntRange(1, LAST), help="By default one above the highest that is stored.")
@click.option("--dry-run", is_flag=True, help="Only say how much there is to do.")
def command(config: Path, **wish: object) -> None:
    """Run archived mentions through the models and monitors of today, beside a running klankbord.

    Edits, deletions, erasures and what people said keep their say; nothing that is gone comes back. Mentions that no
    monitor wants any more stay archived, without a monitor. A run that was cut short goes on when it is started again.
    """
    tally, generation = asyncio.run(_run(configuration.read(config), Wish(**wish)))  # type: ignore[arg-type] # click's
    would = "would be" if wish["dry_run"] else "were"
    click.echo(f"{tally.sent:,} mentions {would} processed again as generation {generation}")
    if tally.current:
        click.echo(f"{tally.current:,} were already")
    if tally.withheld:
        click.echo(f"{tally.withheld:,} were left out: erased, or past their keep time")
    for name, sentence in tally.named:
        click.echo(f"{harmless(name)}: stays as it was: {harmless(sentence)}")
    if tally.left > len(tally.named):
        click.echo(f"and {tally.left - len(tally.named):,} more stay as they were")


async def _run(read: Configuration, wish: Wish) -> tuple[Tally, int]:
    rules = Rules(read.playbook, hush)
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(open_stores(read, hush))
        where = await _where(read, stores, wish)
        models = [read.model_dump(mode="json")["enrich"], in_force(stores.folder)]
        about = [*wish.about, rules.playbook.version, version("klankbord"), *models]
        begun = Begun(stores.folder.cache, about)
        generation = wish.generation or begun.number() or await _following(stores, where, begun)
        behind = Behind(stores.log, stores.archive.name, report=say, clock=now)
        step = None
        if not wish.dry_run:
            chain = await stack.enter_async_context(understanding(read, rules, tools(stores.folder.cache, say)))
            begun.begin(generation)
            made = make_step(chain, _routed(rules), clock=now, measured=Measured(), generation=generation)
            step = current(made, rules)
        one_pass = partial(
            reprocess,
            stores.archive,
            stores.log,
            step,
            where,
            generation=generation,
            withheld=_withheld(read, stores),
            pace=Pace(wish.rate),
            room=behind.room,
        )
        tally = await _patiently(one_pass, await stores.archive.count(where))
        if step:
            await behind.caught_up()
            begun.done()
        return tally, generation


async def _following(stores: Stores, where: Filter, begun: Begun) -> int:
    return after(max(await highest(stores.archive, where), begun.others()))


async def _patiently(one_pass: Callable[..., Awaitable[None]], total: int) -> Tally:
    """Until a pass comes to its end: log or archive may be away in between, and what was done by then stays done."""
    before, tally = 0, Tally()
    with counting() as bar:
        task = bar.add_task("reprocess", total=total)
        while True:
            tally = Tally()
            try:
                await one_pass(tally=tally, tick=lambda tally: bar.update(task, completed=tally.seen))
            except Retry as error:
                say(f"waits and goes on: {error}")
                before += tally.sent
                await asyncio.sleep(error.after or AGAIN_AFTER)
            else:
                return replace(tally, sent=before + tally.sent)


async def _where(read: Configuration, stores: Stores, wish: Wish) -> Filter:
    """The choice as a filter that leaves out nothing else. Raises Stop where it names a source that nothing came from."""
    since, until = stretch(wish.since, wish.until, read.organisation.zone, now())
    where = Filter(since=since, until=until, sources=wish.sources, irrelevant=True, muted=True, drills=True)
    heard = [name for name, _ in await stores.archive.terms(EVERYTHING, by=Group.SOURCE, size=1000)]
    for source in wish.sources:
        if source not in heard:
            raise Stop(f'nothing archived came from "{source}"; {nearest(source, heard)}')
    return structs.replace(where, query=parse_search(wish.query)) if wish.query else where


def _withheld(read: Configuration, stores: Stores) -> Callable[[Mention], bool]:
    """Whether a mention may not come back: erased, or seen longer ago than its source's keep time."""
    keep = {source.name: source.keep for source in read.sources}

    def withheld(mention: Mention) -> bool:
        kept = keep.get(heard_by(mention))
        past = kept is not None and mention.seen_at < now() - kept
        return past or stores.erased(mention.id) or stores.erased(mention.author.id)

    return withheld


def _routed(rules: Rules) -> Callable[[Mention, Understood], Routing]:
    """Where a mention belongs by the monitors of today; nowhere, where none wants it any more."""
    return lambda mention, understood: rules.route(mention, understood) or Routing(playbook=rules.playbook.version)
