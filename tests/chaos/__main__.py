"""`python -m tests.chaos PROFILE`: the long form, seeded, at most fifteen minutes; ends with the checker's line."""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import monotonic

import click

from tests.chaos.play import LONG, SHORT, play
from tests.chaos.profiles import PROFILES


@click.command()
@click.argument("profile", type=click.Choice(list(PROFILES)), default="embedded")
@click.option("--seed", default=LONG.seed, show_default=True)
@click.option("--short", is_flag=True, help="The form that the tests play: every fault once, in a minute.")
@click.option("--folder", type=click.Path(path_type=Path), help="Kept; by default one that goes when the run ends.")
def main(profile, seed, folder, *, short):
    """Play a chaos run and say what was lost, duplicated, stale or undeleted."""
    started = monotonic()

    def report(line):
        click.echo(f"{monotonic() - started:6.1f} s {line}")

    form = replace(SHORT if short else LONG, seed=seed)
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        report(f"{profile}, seed {seed}, {form.messages:,} messages")
        verdict, badly = asyncio.run(play(PROFILES[profile](place, report, short=short), form, report))
    for example in [*verdict.examples(), *badly]:
        click.echo(example)
    click.echo(f"{profile}, seed {seed}: {verdict.line}")
    sys.exit(0 if verdict.good and not badly else 1)


main()
