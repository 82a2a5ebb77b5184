"""`klankbord playbook`: check the rules, compare them, try them on history."""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from core.document import Filter
from core.errors import Misconfigured, Stop
from core.settings import nearest
from core.time import now
from core.types import Enriched, Judgement
from klankbord import configuration
from klankbord.options import config_option, days_option, harmless, hush, person
from klankbord.page import judge
from klankbord.stores import open_stores
from playbook.cards import as_html, as_text, cards
from playbook.difference import differences
from playbook.disagreement import OUTCOME, Disagreement, disagreement
from playbook.keeping import late
from playbook.organisation import Model
from playbook.playbook import load
from playbook.schema import schema
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, Load, Replay, small_units, told_apart, under
from playbook.sound import unsound

FILE = click.Path(path_type=Path)


@click.group(name="playbook")
def command() -> None:
    """Check the rules of the organisation, compare them, try them on history."""


@command.command(name="check")
@click.argument("file", default="playbook.yaml", type=FILE)
def check(file: Path) -> None:
    """Read FILE and name every mistake with its path: also branches of triage that no message can take."""
    playbook = checked(file)
    parts = [f"{len(playbook.monitors)} monitors"]
    if playbook.triage:
        parts.append(f"{len(playbook.triage.steps)} steps of triage, each answer proved within reach")
    if playbook.organisation:
        parts.append(f"{len(playbook.organisation.units)} units ({playbook.organisation.model})")
    click.echo(f"{file}: {', '.join(parts)}, no mistakes")


def checked(file: Path) -> Playbook:
    """The playbook in that file, sound. Raises Misconfigured with every mistake."""
    playbook = load(file)
    mistakes = [f"{file}: {path}: {sentence}" for path, sentence in unsound(playbook)]
    if mistakes:
        raise Misconfigured(mistakes)
    return playbook


@command.command(name="schema")
def print_schema() -> None:
    """Print the JSON schema of playbook.yaml, for editors."""
    click.echo(json.dumps(schema(), indent=1, ensure_ascii=False))


@command.command(name="diff")
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@config_option
@days_option
def diff(before: Path, after: Path, config: Path, days: int) -> None:
    """Say what changed from BEFORE to AFTER, and how many archived mentions would go another way."""
    old, new = load(before), load(after)
    lines = list(differences(old, new))
    for line in lines or ["nothing changed"]:
        click.echo(harmless(line))
    if not lines or not config.exists():
        return
    changed, examples, seen = 0, list[str](), 0
    first, second = Replay(old), Replay(new)

    def compare(records: Iterable[Enriched]) -> None:
        nonlocal changed, seen
        for record in records:
            was, would = first.routing(record), second.routing(record)
            seen += 1
            if (was.outcome, was.severity, was.team, was.due) != (would.outcome, would.severity, would.team, would.due):
                changed += 1
                if len(examples) < MOST_SHOWN:
                    examples.append(f"{record.mention.id}: {_goes(was)} -> {_goes(would)}")

    asyncio.run(_replay(configuration.read(config), days, compare))
    click.echo(f"{changed:,} of {seen:,} mentions of the last {days} days would go another way")
    for line in examples:
        click.echo(f"  {harmless(line)}")


MOST_SHOWN = 5


def _goes(routing: Any) -> str:  # Any: core.types.Routing, named in words
    parts = [
        routing.outcome or "no triage",
        *([routing.severity] if routing.severity else []),
        routing.team or "nobody",
    ]
    return ", ".join(parts)


@command.command(name="simulate")
@config_option
@days_option
@click.option(
    "--model", "models", multiple=True, type=click.Choice([*Model]), help="Under this model; by default under each."
)
@click.option("--playbook", "other", type=FILE, help="Another playbook than the one in force.")
@click.option(
    "--people", multiple=True, metavar="UNIT=COUNT", help="How many people answer in a unit. May be repeated."
)
@click.option(
    "--answers", multiple=True, metavar="UNIT=COUNT", help="How many answers a unit gives in an hour. May be repeated."
)
@click.option(
    "--smallest",
    default=5,
    show_default=True,
    type=click.IntRange(2),
    help="People below which units are shown as one.",
)
def simulate(
    *,
    config: Path,
    days: int,
    models: tuple[str, ...],
    other: Path | None,
    people: tuple[str, ...],
    answers: tuple[str, ...],
    smallest: int,
) -> None:
    """Route the archived mentions of the last days again under other organisation models: load, unowned and late side by side."""
    read = configuration.read(config)
    rules = load(other or read.playbook)
    ruled = _under(rules, models)
    replays = {model: Replay(playbook) for model, playbook in ruled.items()}
    an_hour, counted = _of_units("--answers", answers, rules), _of_units("--people", people, rules)
    loads = {model: Load(waiting=[] if an_hour else None) for model in replays}

    def add(records: Iterable[Enriched]) -> None:
        several = tuple(records)
        for model, replay in replays.items():
            replay.add(several, loads[model])

    asyncio.run(_replay(read, days, add))
    small = small_units(rules.organisation.units if rules.organisation else (), counted, smallest)
    table = _table({model: load.units for model, load in loads.items()}, small, "answers to give")
    table.add_row("nobody's", *(f"{load.unowned:,}" for load in loads.values()))
    Console().print(table)
    some = next(iter(loads.values()))
    click.echo(f"{some.mentions:,} mentions of the last {days} days, {some.none:,} of which ask for no answer")
    if small:
        click.echo(
            f"Units in which fewer than {smallest} people answer, or nobody said how many (--people), are one line "
            f"of at least {smallest}."
        )
    if not an_hour:
        click.echo(
            "How many promises would be kept is known once you say how many answers a unit gives an hour (--answers)."
        )
        return
    kept = {model: late(ruled[model], load.waiting or (), an_hour) for model, load in loads.items()}
    Console().print(_table(kept, small, "first answers late"))
    click.echo("Late by what is promised, if each unit answers so many an hour, one after another as they came.")


def _under(rules: Playbook, models: tuple[str, ...]) -> Mapping[str, Playbook]:
    try:
        return {model: under(rules, Model(model)) for model in models or _possible(rules)}
    except ValueError as error:
        raise Stop(str(error)) from None


def _possible(rules: Playbook) -> list[str]:
    """The models that the organisation has all for."""
    found = []
    for model in Model:
        try:
            under(rules, model)
        except ValueError:
            continue
        found.append(model.value)
    if not found:
        under(rules, Model.HOLISTIC)
    return found


def _of_units(option: str, said: tuple[str, ...], rules: Playbook) -> Mapping[str, int]:
    """A number by unit, as typed."""
    units = rules.organisation.units if rules.organisation else {}
    counted = {}
    for one in said:
        unit, _, count = one.rpartition("=")
        if unit not in units or not count.isdecimal() or int(count) == 0:
            raise Stop(f"{option} {one}: write a unit and how many, as in {next(iter(units), 'unit')}=6")
        counted[unit] = int(count)
    return counted


def _table(counts: Mapping[str, Mapping[str, int]], small: Collection[str], heading: str) -> Table:
    """A row a unit, a column a model."""
    apart = {model: told_apart(counted, small) for model, counted in counts.items()}
    units = sorted({unit for told in apart.values() for unit in told}, key=lambda unit: (unit == TOGETHER, unit))
    table = Table(heading, box=None, pad_edge=False)
    for model in counts:
        table.add_column(model, justify="right", overflow="fold")
    for unit in units:
        name = "small units together" if unit == TOGETHER else harmless(unit)
        table.add_row(name, *(f"{told.get(unit, 0):,}" for told in apart.values()))
    return table


async def _replay(read: configuration.Configuration, days: int, look: Callable[[Iterable[Enriched]], None]) -> None:
    """Lend all that was archived of the last days, in chunks."""
    where = Filter(since=now() - timedelta(days=days))
    async with open_stores(read, hush) as stores:
        async for chunk in stores.archive.scan(where):
            look(stored.enriched for stored in chunk)


@command.command(name="cards")
@click.argument("file", default="playbook.yaml", type=FILE)
@click.option("--role", help="Of one role only; by default one of each.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="en", show_default=True)
@click.option("--html", "page", type=FILE, help="Write a page for printing to this file.")
def print_cards(file: Path, role: str | None, language: str, page: Path | None) -> None:
    """Print who does what in which situation: a card a role, made of the rules in FILE."""
    made = cards(load(file), language)
    if role is not None and role not in made:
        raise Stop(f'nothing is asked of a role "{role}"; {nearest(role, list(made))}')
    chosen = [made[role]] if role is not None else list(made.values())
    if page:
        page.write_text(as_html(chosen, language), encoding="utf-8")
        click.echo(f"{page}: {len(chosen)} cards")
    else:
        click.echo("\n".join(harmless_lines(as_text(card)) for card in chosen))


def harmless_lines(text: str) -> str:
    return "\n".join(map(harmless, text.splitlines()))


@command.command(name="override")
@click.argument("mention")
@click.argument("outcome")
@config_option
def override(mention: str, outcome: str, config: Path) -> None:
    """Say that OUTCOME is right for MENTION, whatever triage made of it; "-" takes that back."""
    read = configuration.read(config)
    triage = load(read.playbook).triage
    known = list(triage.outcomes) if triage else []
    if outcome not in [*known, "-"]:
        raise Stop(
            f'there is no outcome "{outcome}"; {nearest(outcome, known) if known else "the playbook has no triage"}'
        )
    asyncio.run(_override(read, mention, None if outcome == "-" else (outcome,)))
    click.echo(f"{harmless(mention)}: {'as triage has it' if outcome == '-' else outcome}")


async def _override(read: configuration.Configuration, mention: str, labels: tuple[str, ...] | None) -> None:
    """As any judgement: a record of the log, which outranks what was found and survives edits and reprocessing."""
    async with open_stores(read, hush) as stores:
        if await stores.archive.get(mention) is None:
            raise Stop(f'there is no mention "{mention}" in the archive; `klankbord search` shows their ids')
        await judge(stores.log, [Judgement(mention=mention, name=OUTCOME, labels=labels, by=person(), at=now())])


@command.command(name="disagreement")
@config_option
@days_option
def show_disagreement(config: Path, days: int) -> None:
    """Show at which questions of triage people said another outcome, of the mentions of the last days."""
    read = configuration.read(config)
    triage = load(read.playbook).triage
    if triage is None:
        raise Stop("the playbook has no triage")
    found = Disagreement()
    asyncio.run(_replay(read, days, lambda records: disagreement(triage, records, found)))
    table = Table("question", "asked", "said otherwise", "what people said", box=None, pad_edge=False)
    for step in (step for step in triage.steps if step in found.instead):
        instead = found.instead[step]
        said = ", ".join(f"{outcome} {count}" for outcome, count in instead.most_common())
        table.add_row(step, f"{found.asked[step]:,}", f"{instead.total():,}", said)
    Console().print(table if found.instead else "nobody said otherwise")
    if found.elsewhere:
        click.echo(f"{found.elsewhere:,} more were given an outcome that triage cannot come to from where they went")
