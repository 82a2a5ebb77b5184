"""`klankbord playbook diff`: what changed between two playbooks, and which mentions would go another way."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import click

from core.types import Enriched, Routing
from klankbord import configuration
from klankbord.commands.playbook._history import look_through
from klankbord.options import FILE, config_option, days_option, harmless
from playbook.difference import differences
from playbook.playbook import load
from playbook.simulate import Replay

MOST_SHOWN = 5


@click.command(name="diff")
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

    asyncio.run(look_through(configuration.read(config), days, compare))
    click.echo(f"{changed:,} of {seen:,} mentions of the last {days} days would go another way")
    for line in examples:
        click.echo(f"  {harmless(line)}")


def _goes(routing: Routing) -> str:
    parts = [
        routing.outcome or "no triage",
        *([routing.severity] if routing.severity else []),
        routing.team or "nobody",
    ]
    return ", ".join(parts)
